package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import jp.sanchi.kernel.proof.TrustRoots;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tool on a real network, as an operator says one command after the other. Each test leaves the
 * network well; the order only keeps the fourth member out of the earlier ones.
 */
@Tag("fabric")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NetworkIT {
  private static final Path CHAINCODE =
      Path.of("../chaincode/target/sanchi-chaincode.jar").toAbsolutePath().normalize();

  @TempDir static Path folder;

  private static Network network;
  private static Duration fromNothing;

  @BeforeAll
  static void up() {
    assumeThat(FabricBinaries.found()).as("Fabric's programs are on this machine").isTrue();
    network = new Network(folder.resolve("network"), FabricBinaries.find(), System.out::println);
    long start = System.nanoTime();
    network.up(new UpOptions(0, "sanchi-it", Map.of("InspectorsMSP", "JAS"), CHAINCODE, false));
    fromNothing = Duration.ofNanos(System.nanoTime() - start);
    System.out.println(
        "From nothing to the first committed event: " + fromNothing.toMillis() + " ms");
  }

  @AfterAll
  static void reset() {
    if (network != null) {
      network.reset();
    }
  }

  @Test
  @Order(1)
  void stands_from_nothing_founded_and_well() {
    // 12 s on two idle cores; this machine may have other work
    assertThat(fromNothing).isLessThan(Duration.ofSeconds(60));
    assertThat(network.status().well()).isTrue();
    TrustRoots trust = TrustRoots.read(Folders.read(network.trustFile()));
    assertThat(trust.consortium()).isEqualTo("sanchi-it");
    assertThat(trust.members()).hasSize(3);
    assertThat(trust.oneOperator()).isFalse();
    assertThat(trust.thresholdOperators()).isEqualTo(2);
  }

  @Test
  @Order(2)
  void up_on_a_network_that_runs_changes_nothing() {
    byte[] trust = Folders.read(network.trustFile());
    long height = height("peer.growers");

    again();

    assertThat(height("peer.growers")).isEqualTo(height);
    assertThat(Folders.read(network.trustFile())).isEqualTo(trust);
  }

  @Test
  @Order(3)
  void up_mends_what_was_killed() {
    for (String name : List.of("orderer1", "peer.inspectors", "chaincode.growers")) {
      network.process(name).kill();
    }
    assertThat(network.status().well()).isFalse();

    again();

    assertThat(network.status().well()).isTrue();
  }

  @Test
  @Order(4)
  void goes_on_with_its_data_after_down_and_up() {
    long height = height("peer.growers");

    network.down();
    assertThat(network.status().nodes()).allSatisfy(node -> assertThat(node.pid()).isEmpty());
    again();

    assertThat(network.status().well()).isTrue();
    assertThat(height("peer.growers")).isGreaterThanOrEqualTo(height);
  }

  @Test
  @Order(5)
  void says_which_certificate_has_ended_and_goes_on_with_renewed_ones() {
    network.rotate("logistics", Duration.ofSeconds(20));
    Waiting.pause(Duration.ofSeconds(20));

    assertThat(network.status().lines(Instant.now()))
        .anySatisfy(line -> assertThat(line).startsWith("ENDED").contains("peer.logistics"));
    assertThatThrownBy(NetworkIT::again)
        .isInstanceOf(NetworkFailure.class)
        .hasMessageContaining("The TLS certificate of peer.logistics ended on")
        .hasMessageContaining("`network certificates rotate logistics`");

    network.rotate("logistics", Certificates.VALID);
    assertThat(network.status().well()).isTrue();
  }

  @Test
  @Order(6)
  void a_peer_that_lost_its_disk_holds_the_whole_ledger_again() {
    network.rebuild("inspectors");

    assertThat(network.status().well()).isTrue();
    assertThat(network.status().agree()).isTrue();
  }

  @Test
  @Order(7)
  void an_orderer_that_lost_its_disk_is_mended_by_up() {
    var data = new DataFolder(folder.resolve("network"));
    var ordering = new OrderingService(data, NetworkState.read(data.root()));
    network.process("orderer3").kill();
    Folders.delete(data.ledger("orderer3"));

    again();

    assertThat(network.status().well()).isTrue();
    long height = height("peer.growers");
    assertThat(
            Waiting.until(
                Duration.ofSeconds(30),
                () -> ordering.height(3, FabricBinaries.ofThisMachine()) >= height))
        .as("orderer3 holds all blocks again")
        .isTrue();
  }

  @Test
  @Order(8)
  void a_bad_chaincode_changes_nothing() throws IOException {
    Path bad = Files.writeString(folder.resolve("bad.jar"), "no jar");
    Path broken = without(CHAINCODE, folder.resolve("broken.jar"), "jp/sanchi/chaincode/");

    assertThatThrownBy(() -> network.upgrade(bad)).hasMessageContaining("is no jar");
    assertThatThrownBy(() -> network.upgrade(broken))
        .hasMessageStartingWith("The new chaincode doesn't start, so nothing was changed.");
    assertThat(network.status().well()).isTrue();
  }

  @Test
  @Order(9)
  void another_chaincode_takes_over() throws IOException {
    // Not a byte of it runs otherwise
    Path other = without(CHAINCODE, folder.resolve("other.jar"), "nothing");
    long before = network.process("chaincode.growers").pid().orElseThrow();

    network.upgrade(other);

    assertThat(network.process("chaincode.growers").pid().orElseThrow()).isNotEqualTo(before);
    again();
    assertThat(network.status().well()).isTrue();
  }

  @Test
  @Order(10)
  void a_fourth_member_joins_channel_and_ledger() {
    network.addMember("fishers", "Boats");

    assertThat(network.status().well()).isTrue();
    assertThat(network.processNames()).contains("peer.fishers", "chaincode.fishers");
    TrustRoots trust = TrustRoots.read(Folders.read(network.trustFile()));
    assertThat(trust.members().get("FishersMSP").operator()).isEqualTo("Boats");
    assertThat(trust.version()).isGreaterThan(1);
    // More than half of four
    assertThat(trust.thresholdMembers()).isEqualTo(3);
    assertThatThrownBy(() -> network.addMember("fishers", "Boats"))
        .hasMessageStartingWith("fishers is a member already");
  }

  private static void again() {
    network.up(UpOptions.of(0, CHAINCODE));
  }

  private static long height(String peer) {
    return network.status().nodes().stream()
        .filter(node -> node.name().equals(peer))
        .findFirst()
        .orElseThrow()
        .height()
        .orElseThrow();
  }

  // The jar less some of its entries: another jar, which runs or doesn't
  private static Path without(Path jar, Path to, String prefix) throws IOException {
    try (var in = new JarInputStream(Files.newInputStream(jar));
        var out = new JarOutputStream(Files.newOutputStream(to), in.getManifest())) {
      for (JarEntry entry = in.getNextJarEntry(); entry != null; entry = in.getNextJarEntry()) {
        if (!entry.getName().startsWith(prefix)) {
          out.putNextEntry(new JarEntry(entry.getName()));
          in.transferTo(out);
          out.closeEntry();
        }
      }
    }
    return to;
  }
}
