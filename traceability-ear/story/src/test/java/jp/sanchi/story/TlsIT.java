package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With HTTPS on, readings come over TLS, too; the demonstration's boxes live as without. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class TlsIT {
  @TempDir private Path folder;

  @Test
  void readings_reach_the_ledger_through_a_broker_with_the_servers_certificate() throws Exception {
    int port = freePort();
    Map<String, String> settings =
        Map.of(
            "sanchi.tls",
            "self-signed",
            "sanchi.broker.port",
            Integer.toString(port),
            "sanchi.bridge",
            "off");
    try (var server = RunningSanchi.start(folder, settings)) {
      assertThat(server.address().getScheme()).isEqualTo("https");
      Path certificate = folder.resolve("bridge/server.pem");
      until(() -> Files.exists(certificate) && Files.exists(bridgeProperties()));
      Process bridge = bridge(port, certificate);
      try {
        // The demonstration's journeys: sent by its boxes, taken by a bridge that speaks TLS alone
        until(() -> count("select count(*) from reading") > 50);
        until(() -> count("select count(*) from event where kind = 'window_recorded'") > 5);
        assertThat(Files.readString(folder.resolve("bridge/status.json")))
            .contains("\"connected\":true");

        String unknown = "nobody";
        assertThatThrownBy(() -> client(port, unknown, trusting(certificate)).connect())
            .as("the certificate is right, the password is not")
            .isInstanceOfSatisfying(
                Mqtt5ConnAckException.class,
                e ->
                    assertThat(e.getMqttMessage().getReasonCode())
                        .isNotEqualTo(Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE));
        assertThatThrownBy(() -> client(port, unknown, null).connect())
            .as("a device that does not know the certificate gives its password to nobody")
            .hasStackTraceContaining("PKIX");
      } finally {
        bridge.destroy();
        bridge.waitFor(20, TimeUnit.SECONDS);
      }
    }
  }

  private Path bridgeProperties() {
    return folder.resolve("bridge/bridge.properties");
  }

  private Process bridge(int port, Path certificate) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Dsanchi.bridge.data=" + folder.resolve("bridge"),
            "-Dsanchi.bridge.mqtt.host=localhost",
            "-Dsanchi.bridge.mqtt.port=" + port,
            "-Dsanchi.bridge.mqtt.tls=on",
            "-Dsanchi.bridge.authority=" + certificate,
            "-Dsanchi.bridge.grace=1",
            "-Dsanchi.bridge.send=1",
            "-jar",
            RunningSanchi.home().resolve("bridge/sanchi-bridge.jar").toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("bridge.log").toFile())
        .start();
  }

  private static TrustManagerFactory trusting(Path pem) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (var in = Files.newInputStream(pem)) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    return managers;
  }

  /**
   * @param trust null for Java's own authorities
   */
  private static Mqtt5BlockingClient client(int port, String user, TrustManagerFactory trust) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(user)
        .serverHost("localhost")
        .serverPort(port)
        .sslConfig()
        .trustManagerFactory(trust)
        .applySslConfig()
        .simpleAuth()
        .username(user)
        .password("wrong".getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .buildBlocking();
  }

  private long count(String sql) throws IOException, SQLException {
    try (var connection = RunningSanchi.database(folder);
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void until(Callable<Boolean> holds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (!holds.call()) {
      assertThat(System.nanoTime()).as("not within 90 s").isLessThan(end);
      Thread.sleep(200);
    }
  }
}
