package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import jp.sanchi.kernel.proof.X509;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-26T03:00:00Z");
  private static final Duration YEAR = Duration.ofDays(365);

  private final Authority authority = Authority.found("GrowersMSP", "Enrolment authority", NOW);

  @ParameterizedTest
  @ValueSource(strings = {"peer", "admin", "client", "orderer"})
  void the_kernels_verifier_accepts_who_it_enrols(String role) {
    KeyedCertificate leaf = authority.enrol(role, "somebody", Authority.newKey(), NOW, YEAR);

    X509 read = X509.read(leaf.der());
    X509 root = X509.read(KeyedCertificate.der(authority.certificate()));

    assertThat(X509.path(read, List.of(), List.of(root), NOW.toEpochMilli())).isEqualTo(root);
    assertThat(read.organisationalUnits()).containsExactly(role);
    assertThat(read.keyUsage()).isEqualTo(1);
    assertThat(read.ca()).isFalse();
  }

  @Test
  void is_an_authority_that_signs_leaves_only() {
    X509 root = X509.read(KeyedCertificate.der(authority.certificate()));

    assertThat(root.ca()).isTrue();
    assertThat(root.pathLength()).isZero();
  }

  @Test
  void tells_its_own_certificates_from_anothers_of_the_same_name() {
    Authority namesake = Authority.found("GrowersMSP", "Enrolment authority", NOW);
    KeyedCertificate leaf = authority.enrol("peer", "p", Authority.newKey(), NOW, YEAR);

    assertThat(authority.issued(leaf.certificate())).isTrue();
    assertThat(namesake.issued(leaf.certificate())).isFalse();
  }

  @Test
  void certifies_a_key_that_is_known_already() {
    KeyPair pair = Authority.newKey();

    KeyedCertificate leaf = authority.enrol("orderer", "o", pair, NOW, YEAR);

    assertThat(leaf.certificate().getPublicKey()).isEqualTo(pair.getPublic());
  }

  @Test
  void nothing_outlives_its_authority() {
    KeyedCertificate leaf =
        authority.enrol("peer", "p", Authority.newKey(), NOW, Duration.ofDays(9999));

    assertThat(leaf.ends()).isEqualTo(authority.certificate().getNotAfter().toInstant());
  }

  @Test
  void a_tls_certificate_names_its_host_and_the_loopback_address() throws Exception {
    KeyedCertificate leaf =
        authority.tls(
            "peer.growers", List.of("peer.growers.localhost"), Authority.newKey(), NOW, YEAR);

    assertThat(leaf.certificate().getSubjectAlternativeNames())
        .extracting(name -> (String) name.get(1))
        .containsExactly("127.0.0.1", "peer.growers.localhost");
  }
}
