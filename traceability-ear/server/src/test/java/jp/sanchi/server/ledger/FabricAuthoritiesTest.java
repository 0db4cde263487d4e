package jp.sanchi.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import jp.sanchi.kernel.proof.X509;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FabricAuthoritiesTest {
  @TempDir Path folder;

  private final Instant now = Instant.now();
  private byte[] point;

  @BeforeEach
  void key() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    byte[] encoded = ((ECPublicKey) generator.generateKeyPair().getPublic()).getEncoded();
    point = Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
  }

  @Test
  void certifies_an_administrators_key_for_each_member_whose_authority_lies_here()
      throws Exception {
    CertificateAuthority growers = write("GrowersMSP");
    CertificateAuthority fishers = write("FishersMSP");
    Files.createDirectories(folder.resolve("ElsewhereMSP"));

    Map<String, byte[]> certificates = authorities().certifyAdministrator(point);

    assertThat(certificates).containsOnlyKeys("FishersMSP", "GrowersMSP");
    assertThat(growers.issued(certificates.get("GrowersMSP"))).isTrue();
    assertThat(fishers.issued(certificates.get("GrowersMSP"))).isFalse();
    X509 certificate = X509.read(certificates.get("FishersMSP"));
    assertThat(certificate.organisationalUnits()).containsExactly("admin");
    assertThat(certificate.publicKey()).isEqualTo(point);
  }

  @Test
  void certifies_nobody_where_no_authority_lies() {
    assertThat(authorities().certifyAdministrator(point)).isEmpty();
  }

  private FabricAuthorities authorities() {
    return new FabricAuthorities(folder, Clock.systemUTC());
  }

  private CertificateAuthority write(String mspId) throws IOException {
    CertificateAuthority authority = CertificateAuthority.found(mspId, now);
    Path member = Files.createDirectories(folder.resolve(mspId));
    Files.writeString(
        member.resolve("ca.pem"), LocalIdentity.pem("CERTIFICATE", authority.certificate()));
    Files.writeString(
        member.resolve("ca.key"), LocalIdentity.pem("PRIVATE KEY", authority.key().getEncoded()));
    return authority;
  }
}
