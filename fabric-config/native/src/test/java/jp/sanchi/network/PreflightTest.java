package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
  @TempDir Path folder;
  private NetworkState state;
  private DataFolder data;

  @BeforeEach
  void make() throws Exception {
    int base = Ports.freeBase(new SecureRandom());
    data = new DataFolder(folder);
    MadeNetwork.in(folder, base);
    Path jar = folder.resolve("server.jar");
    Files.writeString(jar, "a jar");
    String digest = FabricBinaries.sha256(jar);
    Folders.copy(jar, data.chaincode(digest, "sanchi-chaincode.jar"));
    NetworkState made = MadeNetwork.state(base);
    state =
        new NetworkState(made.consortium(), base, made.members(), made.orderers(), digest, 1, 0);
  }

  @Test
  void a_network_that_is_well_passes() {
    assertThatCode(() -> new Preflight(data, state).check()).doesNotThrowAnyException();
  }

  @Test
  void says_which_port_is_taken_and_whose_it_is() throws Exception {
    int port = state.ordererAdminPort(2);
    try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> new Preflight(data, state).check())
          .hasMessage(
              "Port %d, which is orderer2's, is taken by another program: stop that one, then say `network up` again.",
              taken.getLocalPort());
      assertThatThrownBy(() -> Preflight.ports(state))
          .hasMessageStartingWith("Port %d, which orderer2 wants, is taken", port)
          .hasMessageContaining("--port-base");
    }
  }

  @Test
  void says_whose_certificate_has_ended_and_what_to_do() {
    Instant then = Instant.now().minus(Duration.ofDays(2));
    new Certificates(data, then, Duration.ofDays(1))
        .node(state.member("logistics"), "peer.logistics", "peer");

    assertThatThrownBy(() -> new Preflight(data, state).check())
        .hasMessageContaining("The identity of peer.logistics ended on")
        .hasMessageContaining("The TLS certificate of peer.logistics ended on")
        .hasMessageContaining("say `network certificates rotate logistics`");
  }

  @Test
  void says_where_a_node_bears_another_members_identity() {
    Folders.copy(
        data.node("peer.growers").resolve("msp/signcerts/node.pem"),
        data.node("peer.inspectors").resolve("msp/signcerts/node.pem"));

    assertThatThrownBy(() -> new Preflight(data, state).check())
        .hasMessageStartingWith("The identity of peer.inspectors (")
        .hasMessageContaining("is not of InspectorsMSP");
  }

  @Test
  void says_that_the_chaincode_is_not_the_agreed_one() {
    Folders.write(data.chaincode(state.chaincode(), "sanchi-chaincode.jar"), "another jar");

    assertThatThrownBy(() -> new Preflight(data, state).check())
        .hasMessageContaining("is not the one that the members approved");
  }
}
