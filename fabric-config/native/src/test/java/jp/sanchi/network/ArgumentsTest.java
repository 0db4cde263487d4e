package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {
  @TempDir Path folder;

  @Test
  void reads_a_command_of_two_words_with_its_operand_and_options() {
    var arguments =
        new Arguments("-d", "/data", "certificates", "rotate", "growers", "--valid", "90d");

    assertThat(arguments.command()).isEqualTo("certificates rotate");
    assertThat(arguments.operand()).isEqualTo("growers");
    assertThat(arguments.duration("--valid", Duration.ZERO)).isEqualTo(Duration.ofDays(90));
    assertThat(arguments.data()).isEqualTo(Path.of("/data"));
  }

  @Test
  void reads_who_operates_which_member() {
    var arguments = new Arguments("up", "--operators", "GrowersMSP=JA-Aya,InspectorsMSP=JAS");

    assertThat(arguments.pairs("--operators"))
        .isEqualTo(Map.of("GrowersMSP", "JA-Aya", "InspectorsMSP", "JAS"));
  }

  @Test
  void says_what_is_wrong_with_a_value() {
    assertThatThrownBy(() -> new Arguments("up", "--port-base", "x").number("--port-base", 0))
        .hasMessage("--port-base is a number, and not x.");
    assertThatThrownBy(() -> new Arguments("up", "--operators", "Growers").pairs("--operators"))
        .hasMessageStartingWith("--operators is a list like GrowersMSP=NAME");
    assertThatThrownBy(
            () -> new Arguments("x", "--valid", "soon").duration("--valid", Duration.ZERO))
        .hasMessageStartingWith("--valid is a time like 90d");
    assertThatThrownBy(() -> new Arguments("up", "--consortium"))
        .hasMessage("--consortium needs a value.");
  }

  @Test
  void a_command_that_makes_no_sense_exits_with_2() {
    assertThat(NetworkMain.run()).isEqualTo(2);
    assertThat(NetworkMain.run("fly")).isEqualTo(2);
    assertThat(NetworkMain.run("down", "--port-base", "7050")).isEqualTo(2);
    assertThat(NetworkMain.run("down", "please")).isEqualTo(2);
    assertThat(NetworkMain.run("member", "add")).isEqualTo(2);
    assertThat(NetworkMain.run("--help")).isZero();
  }

  @Test
  void where_there_is_no_network_commands_say_so_and_exit_with_1() {
    assertThat(NetworkMain.run("-d", folder.toString(), "status")).isEqualTo(1);
    assertThatThrownBy(
            () -> new Network(folder, FabricBinaries.ofThisMachine(), line -> {}).status())
        .isInstanceOf(NetworkFailure.class)
        .hasMessage("There is no network in " + folder + ": make one with `network up`.");
  }

  @Test
  void deletes_nothing_without_a_yes() {
    MadeNetwork.state(7050).write(folder);

    assertThat(NetworkMain.run("-d", folder.toString(), "reset")).isEqualTo(1);
    assertThat(folder.resolve("network.json")).exists();
  }
}
