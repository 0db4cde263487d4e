package jp.sanchi.chaincode.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "CHAINCODE_SERVER_ADDRESS", "127.0.0.1:9999",
              "CHAINCODE_ID", "label:hash",
              "CHAINCODE_TLS_CERT", "server.pem",
              "CHAINCODE_TLS_KEY", "server.key"));

  @Test
  void come_from_the_environment() {
    environment.put("CHAINCODE_CLIENT_CA", "ca.pem");
    assertThat(Settings.of(environment))
        .isEqualTo(
            new Settings(
                "127.0.0.1",
                9999,
                "label:hash",
                Optional.of(
                    new Tls(
                        Path.of("server.pem"),
                        Path.of("server.key"),
                        Optional.of(Path.of("ca.pem"))))));
  }

  @Test
  void clients_need_certificates_only_where_a_root_is_named() {
    assertThat(Settings.of(environment).tls().orElseThrow().clientRoots()).isEmpty();
  }

  @Test
  void plain_text_must_be_asked_for() {
    environment.put("CHAINCODE_TLS", "off");
    assertThat(Settings.of(environment).tls()).isEmpty();
    refuses("CHAINCODE_TLS", "no", "CHAINCODE_TLS must be on or off, not no.");
  }

  @Test
  void what_is_missing_is_named() {
    for (String name : Map.copyOf(environment).keySet()) {
      String value = environment.remove(name);
      assertThatThrownBy(() -> Settings.of(environment))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(name + " is missing: ");
      environment.put(name, value);
    }
  }

  @Test
  void an_address_is_a_host_and_a_port() {
    environment.put("CHAINCODE_SERVER_ADDRESS", "[::1]:0");
    assertThat(Settings.of(environment).host()).isEqualTo("::1");
    for (String bad : new String[] {"9999", ":9999", "host", "host:", "host:x", "host:65536"}) {
      refuses(
          "CHAINCODE_SERVER_ADDRESS",
          bad,
          "CHAINCODE_SERVER_ADDRESS must be host:port, not " + bad + ".");
    }
  }

  private void refuses(String name, String value, String message) {
    environment.put(name, value);
    assertThatThrownBy(() -> Settings.of(environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
