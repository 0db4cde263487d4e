package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.proof.Bundle;
import jp.sanchi.network.FabricBinaries;
import jp.sanchi.network.Network;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What breaks in the middle of work, and what must hold all the same: whatever was acknowledged is
 * on the ledger, once, and all peers agree.
 */
@Tag("fabric")
class FabricFaultsIT {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "sanchi.ledger", "fabric",
          "sanchi.demonstration", "off",
          "sanchi.rate.requests", "1000000",
          "sanchi.rate.events", "1000000");
  private static final Pattern LEADER = Pattern.compile("current leader: (\\d+)");
  private static final Duration CALM = Duration.ofSeconds(2);
  private static final Duration TROUBLE = Duration.ofSeconds(6);

  private static Path folder;
  private static RunningSanchi.Server server;
  private static Network network;
  private static Harvesters harvesters;

  @BeforeAll
  static void start() throws Exception {
    Path target = Files.createDirectories(Path.of("target", "data").toAbsolutePath());
    folder = Files.createTempDirectory(target, "fabric-");
    server = RunningSanchi.start(folder, SETTINGS);
    network = new Network(folder.resolve("fabric"), FabricBinaries.find(), System.out::println);
    harvesters = new Harvesters(() -> server.address(), folder.resolve("fabric/administrators"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
    if (network != null) {
      network.reset();
    }
  }

  private interface Fault {
    void happen() throws Exception;
  }

  @Test
  void the_peer_that_the_server_goes_through_is_killed() throws Exception {
    during(
        () -> {
          network.process("peer.growers").kill();
          Thread.sleep(TROUBLE.toMillis());
          assertThat(degraded()).isFalse();
          network.start("peer.growers");
        });
  }

  @Test
  void a_peer_is_cut_off_and_comes_back() throws Exception {
    during(
        () -> {
          network.process("peer.inspectors").suspend();
          Thread.sleep(TROUBLE.toMillis());
          network.process("peer.inspectors").resume();
        });
  }

  @Test
  void an_orderer_is_killed() throws Exception {
    String orderer = "orderer" + (leader() % 4 + 1);
    during(
        () -> {
          network.process(orderer).kill();
          Thread.sleep(TROUBLE.toMillis());
          network.start(orderer);
        });
  }

  @Test
  void the_leader_of_the_orderers_is_killed() throws Exception {
    String orderer = "orderer" + leader();
    during(
        () -> {
          network.process(orderer).kill();
          long killed = System.nanoTime();
          long before = committed();
          while (committed() < before + 50) {
            assertThat(System.nanoTime() - killed).isLessThan(Duration.ofSeconds(30).toNanos());
            Thread.sleep(50);
          }
          System.out.printf(
              "Without its leader the ledger went on after %.1f s.%n",
              (System.nanoTime() - killed) / 1e9);
          network.start(orderer);
        });
  }

  @Test
  void a_chaincode_instance_is_killed() throws Exception {
    during(
        () -> {
          network.process("chaincode.growers").kill();
          Thread.sleep(TROUBLE.toMillis());
          network.start("chaincode.growers");
        });
  }

  @Test
  void the_server_is_killed() throws Exception {
    during(
        () -> {
          server.process().destroyForcibly().waitFor();
          server = RunningSanchi.start(folder, SETTINGS);
        });
  }

  @Test
  void all_processes_are_killed_at_once() throws Exception {
    during(
        () -> {
          server.process().destroyForcibly();
          network.processNames().forEach(name -> network.process(name).kill());
          server.process().waitFor();
          server = RunningSanchi.start(folder, SETTINGS);
        });
  }

  @Test
  void while_no_peer_answers_the_server_is_degraded_and_takes_events() throws Exception {
    List<String> peers =
        network.processNames().stream().filter(name -> name.startsWith("peer.")).toList();
    during(
        () -> {
          peers.forEach(name -> network.process(name).kill());
          Thread.sleep(CALM.toMillis());
          assertThat(degraded()).isTrue();
          int before = harvesters.count();
          Thread.sleep(TROUBLE.toMillis());
          assertThat(harvesters.count()).isGreaterThan(before);
          assertThat(get("api/health").statusCode()).isEqualTo(200);
          assertThat(get("api/bundles?subject=/01/04569951110016/10/A").statusCode())
              .isEqualTo(503);
          peers.forEach(network::start);
        });
    assertThat(degraded()).isFalse();
  }

  /** Something happens while phones log; then all is checked. */
  private static void during(Fault fault) throws Exception {
    harvesters.start();
    Thread.sleep(CALM.toMillis());
    try {
      fault.happen();
      Thread.sleep(CALM.toMillis());
    } finally {
      harvesters.stop();
    }
    awaitEmptyOutbox();
    Map<String, List<String>> expected = new TreeMap<>(harvesters.acknowledged());
    assertThat(expected).isNotEmpty();
    harvesters.acknowledged().clear();
    nothing_is_lost_or_doubled(expected);
    all_peers_agree();
  }

  /** In each lot's history, as the ledger's statement proves it. */
  private static void nothing_is_lost_or_doubled(Map<String, List<String>> expected)
      throws Exception {
    // The first and last of them, and some between: each costs a bundle
    List<String> lots = List.copyOf(expected.keySet());
    int step = Math.max(1, lots.size() / 25);
    for (int i = 0; i < lots.size(); i += step) {
      String[] parts = lots.get(i).split("/", -1);
      HttpResponse<byte[]> answer = get("api/bundles?subject=/01/" + parts[1] + "/10/" + parts[2]);
      assertThat(answer.statusCode()).isEqualTo(200);
      Bundle bundle = Bundle.read(answer.body());
      String lot = lots.get(i);
      Bundle.Listed history =
          bundle.histories().stream().filter(one -> one.subject().equals(lot)).findFirst().get();
      List<String> recorded =
          IntStream.of(history.events())
              .mapToObj(index -> Jws.parse(bundle.events().get(index)).idText())
              .toList();
      assertThat(recorded).isEqualTo(expected.get(lots.get(i)));
    }
    // And every single one of them is committed
    Set<String> all = new HashSet<>();
    for (List<String> ids : expected.values()) {
      for (String id : ids) {
        assertThat(all.add(id)).isTrue();
      }
      String last = ids.get(ids.size() - 1);
      Json.Obj status =
          (Json.Obj) Json.parse(get("api/events/" + last).body(), new Json.Limits(1 << 20, 8));
      assertThat(status.text("status")).isEqualTo("committed");
    }
  }

  private static void all_peers_agree() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!network.status().well()) {
      assertThat(System.nanoTime()).as(network.status().toString()).isLessThan(end);
      Thread.sleep(200);
    }
  }

  private static void awaitEmptyOutbox() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (metric("sanchi_outbox_events") > 0) {
      assertThat(System.nanoTime()).as("the outbox is not empty").isLessThan(end);
      Thread.sleep(100);
    }
  }

  private static long committed() throws Exception {
    return (long) metric("sanchi_events_committed_total");
  }

  private static double metric(String name) throws Exception {
    String text = new String(get("api/metrics").body(), StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .findFirst()
        .orElseThrow();
  }

  private static boolean degraded() throws Exception {
    Json.Obj health = (Json.Obj) Json.parse(get("api/health").body(), new Json.Limits(1 << 16, 8));
    return health.get("degraded").equals(Json.of(true));
  }

  /** The orderer whose turn it is, as the orderers last said. */
  private static int leader() throws Exception {
    int leader = 1;
    String newest = "";
    for (int i = 1; i <= 4; i++) {
      Path log = network.process("orderer" + i).log();
      try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
        for (String line : lines.toList()) {
          Matcher said = LEADER.matcher(line);
          // Lines begin with a colour, then their time
          if (said.find() && line.compareTo(newest) > 0) {
            newest = line;
            leader = Integer.parseInt(said.group(1));
          }
        }
      }
    }
    return leader;
  }

  private static HttpResponse<byte[]> get(String path) throws Exception {
    URI address = server.address().resolve(path);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(60)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }
}
