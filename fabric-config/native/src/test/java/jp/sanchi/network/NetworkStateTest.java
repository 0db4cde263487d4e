package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkStateTest {
  @TempDir Path folder;

  @Test
  void is_read_as_it_was_written() {
    NetworkState state = MadeNetwork.state(7050).next("cd".repeat(32));

    state.write(folder);

    assertThat(NetworkState.read(folder)).isEqualTo(state);
  }

  @Test
  void a_damaged_file_is_called_so() throws Exception {
    Files.writeString(folder.resolve("network.json"), "{\"portBase\":7050}");

    assertThatThrownBy(() -> NetworkState.read(folder))
        .isInstanceOf(NetworkFailure.class)
        .hasMessageContaining("is damaged");
  }

  @Test
  void an_upgraded_chaincode_listens_beside_the_old_one() {
    NetworkState state = MadeNetwork.state(7050);
    Member growers = state.member("growers");

    assertThat(state.next("cd".repeat(32)).chaincodePort(growers))
        .isNotEqualTo(state.chaincodePort(growers));
    assertThat(state.with(2).chaincodePort(growers)).isEqualTo(state.chaincodePort(growers));
  }

  @Test
  void a_name_that_is_no_members_is_answered_with_those_that_are() {
    assertThatThrownBy(() -> MadeNetwork.state(7050).member("fishers"))
        .hasMessage("There is no member fishers; the members are growers, inspectors, logistics.");
  }

  @Test
  void operators_of_strangers_are_refused_before_anything_is_made() {
    var options =
        new UpOptions(0, null, Map.of("FishersMSP", "boats"), folder.resolve("x.jar"), false);

    assertThatThrownBy(
            () ->
                new NewNetwork(new DataFolder(folder), FabricBinaries.ofThisMachine())
                    .make(options))
        .hasMessage(
            "--operators names FishersMSP, which is no member; the members are GrowersMSP, InspectorsMSP, LogisticsMSP.");
    assertThat(folder.resolve("network.json")).doesNotExist();
  }
}
