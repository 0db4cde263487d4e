package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import jp.sanchi.kernel.event.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

class NodeFilesTest {
  @TempDir static Path folder;
  private static NetworkState state;

  @BeforeAll
  static void make() {
    state = MadeNetwork.in(folder, 7050);
  }

  @Test
  void everything_listens_on_the_loopback_address_only() throws IOException {
    Pattern listens = Pattern.compile("(?i)listenAddress: (\\S+)");
    for (String node : MadeNetwork.nodes(state).toList()) {
      if (!node.startsWith("chaincode.")) {
        assertThat(listens.matcher(configuration(node)).results())
            .isNotEmpty()
            .allSatisfy(found -> assertThat(found.group(1)).startsWith("127.0.0.1"));
      } else {
        assertThat(Files.readString(folder.resolve("nodes").resolve(node).resolve("environment")))
            .contains("CHAINCODE_SERVER_ADDRESS=127.0.0.1:");
      }
    }
  }

  @Test
  void no_two_processes_want_one_port() {
    assertThat(Nodes.ports(state).values().stream().flatMap(List::stream)).doesNotHaveDuplicates();
    assertThat(Nodes.ports(state).get("peer.growers").get(0)).isEqualTo(7051);
  }

  @Test
  void tls_is_on_everywhere_and_mutual_on_the_ports_of_administration() throws IOException {
    Map<String, Object> orderer = new Yaml().load(configuration("orderer1"));
    Map<String, Object> peer = new Yaml().load(configuration("peer.growers"));

    for (String port : List.of("Admin", "Operations")) {
      assertThat(map(orderer, port, "TLS"))
          .containsEntry("Enabled", true)
          .containsEntry("ClientAuthRequired", true);
    }
    assertThat(map(orderer, "General", "TLS")).containsEntry("Enabled", true);
    assertThat(map(peer, "peer", "tls")).containsEntry("enabled", true);
    assertThat(map(peer, "operations", "tls"))
        .containsEntry("enabled", true)
        .containsEntry("clientAuthRequired", true);
  }

  @Test
  void the_channel_names_an_anchor_peer_of_each_member_and_a_consenter_of_each_orderer()
      throws IOException {
    Map<String, Object> channel =
        new Yaml().load(Files.readString(folder.resolve("channel/configtx.yaml")));

    Map<String, Object> profile = map(channel, "Profiles", "Trace");
    assertThat((List<?>) map(profile, "Application").get("Organizations")).hasSize(3);
    assertThat((List<?>) map(profile, "Orderer").get("Organizations")).hasSize(4);
    assertThat((List<?>) map(profile, "Orderer").get("ConsenterMapping")).hasSize(4);
    assertThat((List<?>) channel.get("Organizations"))
        .filteredOn(member -> ((Map<?, ?>) member).containsKey("AnchorPeers"))
        .extracting(member -> (String) ((Map<?, ?>) member).get("Name"))
        .containsExactly("GrowersMSP", "InspectorsMSP", "LogisticsMSP");
  }

  @Test
  void a_connection_file_names_its_own_members_peer_first() throws IOException {
    Json.Obj connection =
        (Json.Obj)
            Json.parse(
                Files.readAllBytes(folder.resolve("connections/LogisticsMSP.json")),
                new Json.Limits(1 << 16, 8));

    List<String> names =
        connection.array("gateways").items().stream()
            .map(gateway -> ((Json.Obj) gateway).text("name"))
            .toList();
    assertThat(names).containsExactly("peer.logistics", "peer.growers", "peer.inspectors");
    for (Json gateway : connection.array("gateways").items()) {
      assertThat(folder.resolve("connections").resolve(((Json.Obj) gateway).text("tlsRoots")))
          .exists();
    }
    assertThat(folder.resolve("connections").resolve(connection.text("key"))).exists();
    assertThat(folder.resolve("connections").resolve(connection.text("certificate"))).exists();
  }

  @Test
  void the_builder_knows_its_own_packages_and_no_others() throws Exception {
    Path bin = folder.resolve("nodes/peer.growers/builder/bin");
    Path metadata = Files.createDirectories(folder.resolve("metadata"));

    Files.writeString(metadata.resolve("metadata.json"), "{\"label\":\"x\",\"type\":\"sanchi\"}");
    assertThat(exit(bin.resolve("detect"), "source", metadata.toString())).isZero();
    Files.writeString(metadata.resolve("metadata.json"), "{\"label\":\"x\",\"type\":\"golang\"}");
    assertThat(exit(bin.resolve("detect"), "source", metadata.toString())).isNotZero();
  }

  @Test
  void the_builder_hands_the_peer_its_own_members_connection() throws Exception {
    Path bin = folder.resolve("nodes/peer.growers/builder/bin");
    Path built = Files.createDirectories(folder.resolve("built"));
    Path released = Files.createDirectories(folder.resolve("released"));

    Files.writeString(built.resolve("chaincode.sha256"), MadeNetwork.DIGEST);
    assertThat(exit(bin.resolve("release"), built.toString(), released.toString())).isZero();
    assertThat(Files.readString(released.resolve("chaincode/server/connection.json")))
        .contains("\"address\":\"127.0.0.1:7053\"")
        .contains("\"client_auth_required\":true");

    Files.writeString(built.resolve("chaincode.sha256"), "cd".repeat(32));
    assertThat(exit(bin.resolve("release"), built.toString(), released.toString())).isNotZero();
  }

  private static int exit(Path program, String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static String configuration(String node) throws IOException {
    return Files.readString(
        folder
            .resolve("nodes")
            .resolve(node)
            .resolve(node.startsWith("orderer") ? "orderer.yaml" : "core.yaml"),
        StandardCharsets.UTF_8);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Map<String, Object> from, String... path) {
    Map<String, Object> map = from;
    for (String step : path) {
      map = (Map<String, Object>) map.get(step);
    }
    return map;
  }
}
