package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
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

  private static PublicKey key(DataFolder data, String node) {
    return KeyedCertificate.certificate(data.node(node).resolve("msp/signcerts/node.pem"))
        .getPublicKey();
  }
}
