package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** compose.yaml runs what the network tool runs itself; nothing else keeps the two together. */
class ComposeTest {
  @TempDir static Path folder;
  private static NetworkState state;
  private static Map<String, Map<String, Object>> services;

  @BeforeAll
  static void read() throws IOException {
    state = MadeNetwork.in(folder, 7050);
    // What compose itself fills in
    String text =
        Files.readString(Path.of("../compose.yaml"))
            .replaceAll("\\$\\{SANCHI_NETWORK_DATA(:\\?[^}]*)?}", folder.toString())
            .replace("$$", "$");
    Map<String, Map<String, Map<String, Object>>> compose = new Yaml().load(text);
    services = compose.get("services");
  }

  @Test
  void has_a_service_for_each_process_and_no_other() {
    assertThat(services.keySet())
        .containsExactlyInAnyOrderElementsOf(MadeNetwork.nodes(state).toList());
  }

  @Test
  void runs_each_with_the_same_settings_in_the_same_folder() {
    var nodes = new Nodes(new DataFolder(folder), state, binaries(), line -> {});
    for (String name : services.keySet()) {
      Nodes.Launch launch = nodes.describe(name);
      Map<String, Object> service = services.get(name);
      assertThat(service.get("working_dir")).as(name).isEqualTo(launch.folder().toString());
      assertThat(service.get("network_mode")).isEqualTo("host");
      if (name.startsWith("chaincode.")) {
        assertThat((List<?>) service.get("env_file"))
            .isEqualTo(List.of(launch.folder().resolve("environment").toString()));
        String flags = String.join(" ", launch.command().subList(1, launch.command().size() - 1));
        assertThat((List<?>) service.get("command"))
            .isEqualTo(List.of("sh", "-c", "exec java " + flags + " \"$CHAINCODE_JAR\""));
      } else {
        assertThat(service.get("environment")).isEqualTo(launch.environment());
        List<String> command = new ArrayList<>(launch.command());
        command.set(0, Path.of(command.get(0)).getFileName().toString());
        assertThat(service.get("command")).isEqualTo(command);
        assertThat((String) service.get("image")).endsWith(":" + FabricBinaries.VERSION);
      }
    }
  }

  private static FabricBinaries binaries() {
    for (String program : List.of("peer", "orderer", "configtxgen", "configtxlator", "osnadmin")) {
      Folders.writeProgram(folder.resolve("bin").resolve(program), "#!/bin/sh\n");
    }
    return FabricBinaries.find(
        Map.of("FABRIC_BIN", folder.resolve("bin").toString()), folder.resolve("cache"));
  }
}
