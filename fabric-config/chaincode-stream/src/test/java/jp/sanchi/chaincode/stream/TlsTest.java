package jp.sanchi.chaincode.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir private static Path folder;
  private static TestAuthority authority;
  private static TestAuthority stranger;
  private static TestAuthority.Files server;

  @BeforeAll
  static void issue() throws Exception {
    authority = TestAuthority.in(folder, "authority");
    stranger = TestAuthority.in(folder, "stranger");
    server = authority.issue("server");
  }

  @Test
  void a_peer_calls_over_tls() throws Exception {
    assertThat(registers(tls(Optional.empty()), client(authority))).isEqualTo("label:hash");
  }

  @Test
  void a_peer_that_trusts_another_root_does_not_connect() {
    assertThatThrownBy(() -> registers(tls(Optional.empty()), client(stranger)))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void with_client_roots_a_peer_needs_a_certificate_of_theirs() throws Exception {
    Tls mutual = tls(Optional.of(authority.root()));
    TestAuthority.Files good = authority.issue("peer");
    TestAuthority.Files bad = stranger.issue("peer");

    assertThat(
            registers(
                mutual,
                client(authority).keyManager(good.certificate().toFile(), good.key().toFile())))
        .isEqualTo("label:hash");
    assertThatThrownBy(() -> registers(mutual, client(authority)))
        .isInstanceOf(ExecutionException.class);
    assertThatThrownBy(
            () ->
                registers(
                    mutual,
                    client(authority).keyManager(bad.certificate().toFile(), bad.key().toFile())))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void old_versions_of_tls_are_refused() {
    assertThatThrownBy(
            () -> registers(tls(Optional.empty()), client(authority).protocols("TLSv1.1")))
        .isInstanceOf(ExecutionException.class);
  }

  @Test
  void tls_1_2_is_spoken_too() throws Exception {
    assertThat(registers(tls(Optional.empty()), client(authority).protocols("TLSv1.2")))
        .isEqualTo("label:hash");
  }

  @Test
  void a_file_that_is_amiss_is_named() throws Exception {
    var missing = new Tls(folder.resolve("none.pem"), server.key(), Optional.empty());
    assertThatThrownBy(missing::context)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("The TLS certificate %s can't be read.", folder.resolve("none.pem"));

    Path broken = Files.writeString(folder.resolve("broken.key"), "no key");
    assertThatThrownBy(new Tls(server.certificate(), broken, Optional.empty())::context)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("broken.key");
  }

  private static Tls tls(Optional<Path> clientRoots) {
    return new Tls(server.certificate(), server.key(), clientRoots);
  }

  private static SslContextBuilder client(TestAuthority trusted) {
    return GrpcSslContexts.forClient().trustManager(trusted.root().toFile());
  }

  private static String registers(Tls tls, SslContextBuilder client) throws Exception {
    var settings = new Settings("127.0.0.1", 0, "label:hash", Optional.of(tls));
    try (ChaincodeServer listening =
            ChaincodeServer.start(settings, call -> Response.ok(new byte[0]));
        FakePeer peer = FakePeer.connect(listening.port(), client.build())) {
      return peer.registered.get(FakePeer.SOON.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
