package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.X509;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
  private static final Instant NOW = Instant.parse("2026-11-26T03:00:00Z");
  private static final Member GROWERS = Member.of("growers", "local", 0, true);

  @TempDir Path folder;

  @Test
  void a_renewed_orderer_keeps_its_keys_and_a_renewed_peer_does_not() {
    var data = new DataFolder(folder);
    var certificates = new Certificates(data, NOW, Duration.ofDays(1));
    certificates.found(GROWERS);
    certificates.node(GROWERS, "orderer1", "orderer");
    certificates.node(GROWERS, "peer.growers", "peer");
    PublicKey orderer = key(data, "orderer1");
    PublicKey peer = key(data, "peer.growers");

    var later = new Certificates(data, NOW.plus(Duration.ofHours(20)), Duration.ofDays(1));
    later.node(GROWERS, "orderer1", "orderer");
    later.node(GROWERS, "peer.growers", "peer");

    assertThat(key(data, "orderer1")).isEqualTo(orderer);
    assertThat(key(data, "peer.growers")).isNotEqualTo(peer);
    assertThat(
            KeyedCertificate.certificate(data.node("orderer1").resolve("tls/server.pem"))
                .getNotAfter()
                .toInstant())
        .isEqualTo(NOW.plus(Duration.ofHours(44)));
  }

  @Test
  void keys_are_their_owners_alone() throws Exception {
    var data = new DataFolder(folder);
    var certificates = new Certificates(data, NOW, Duration.ofDays(1));
    certificates.found(GROWERS);
    certificates.node(GROWERS, "peer.growers", "peer");
    certificates.chaincode(GROWERS);

    try (var files = Files.walk(folder)) {
      assertThat(
              files.filter(
                  file ->
                      file.toString().endsWith(".key")
                          || file.startsWith(folder.resolve("administrators"))))
          .isNotEmpty()
          .filteredOn(Files::isRegularFile)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void certifies_a_key_that_a_browser_holds_as_an_administrators() throws Exception {
    MadeNetwork.in(folder, 7050);
    var said = new ArrayList<String>();
    var network = new Network(folder, FabricBinaries.ofThisMachine(), said::add);
    byte[] encoded = Authority.newKey().getPublic().getEncoded();
    byte[] point = Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);

    String pem = network.certify("InspectorsMSP", Base64Url.encode(point), Duration.ofDays(30));

    X509 certificate = X509.read(KeyedCertificate.der(KeyedCertificate.certificate(pem)));
    assertThat(certificate.publicKey()).isEqualTo(point);
    assertThat(certificate.organisationalUnits()).containsExactly("admin");
    Path ca = new DataFolder(folder).authority("InspectorsMSP", "ca.pem");
    X509 root = X509.read(KeyedCertificate.der(KeyedCertificate.certificate(ca)));
    X509.path(certificate, List.of(), List.of(root), System.currentTimeMillis());
    assertThat(said).singleElement().asString().contains(ShortCode.ofKey(P256.thumbprint(point)));
  }

  @Test
  void certifies_neither_what_is_no_key_nor_for_whom_there_is_no_authority() {
    MadeNetwork.in(folder, 7050);
    var network = new Network(folder, FabricBinaries.ofThisMachine(), sentence -> {});
    byte[] encoded = Authority.newKey().getPublic().getEncoded();
    String key = Base64Url.encode(Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length));

    assertThatThrownBy(() -> network.certify("FishersMSP", key, Duration.ofDays(1)))
        .hasMessageContaining("GrowersMSP, InspectorsMSP, LogisticsMSP");
    assertThatThrownBy(() -> network.certify("GrowersMSP", "abc", Duration.ofDays(1)))
        .hasMessageContaining("no key");
    assertThatThrownBy(
            () -> network.certify("GrowersMSP", "A" + key.substring(1), Duration.ofDays(1)))
        .hasMessageContaining("no key");
  }

  private static PublicKey key(DataFolder data, String node) {
    return KeyedCertificate.certificate(data.node(node).resolve("msp/signcerts/node.pem"))
        .getPublicKey();
  }
}
