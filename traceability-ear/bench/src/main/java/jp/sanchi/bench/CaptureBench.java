package jp.sanchi.bench;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.demonstration.SanchiClient;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.launcher.ServerProcess;

/**
 * Events a second from POST to durable receipt, and to committed on the ledger, against plain JDBC:
 * single-row inserts of the same texts into the same database by as many connections, in the same
 * run and by turns. Signing is done before the clock starts.
 *
 * <p>Arguments: the launcher's home folder, events a round (default 16,000), events a POST (default
 * 100), rounds (default 3).
 */
public final class CaptureBench {
  static final int CONNECTIONS = 16;

  private CaptureBench() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    int events = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 16_000;
    int each = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100;
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 3;
    Path data = Files.createTempDirectory("sanchi-bench");
    File output = data.resolve("console.log").toFile();
    Map<String, String> settings =
        Map.of(
            "sanchi.port", "0",
            "sanchi.demonstration", "off",
            "sanchi.rate.requests", "1000000",
            "sanchi.rate.events", "10000000");
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try (ServerProcess server = ServerProcess.start(home, data, settings, output)) {
      URI address = server.awaitReady(Duration.ofMinutes(2));
      var client = new SanchiClient(HttpClient.newHttpClient(), address.resolve("api/"));
      run(client, data, threads, events, each, rounds);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void run(
      SanchiClient client, Path data, ExecutorService threads, int events, int each, int rounds)
      throws Exception {
    List<Device> devices = devices(client, data.resolve("administrators"));
    double[] inserts = new double[rounds];
    double[] receipts = new double[rounds];
    double[] commits = new double[rounds];
    // Round 0 warms both sides up and is not counted.
    for (int round = 0; round <= rounds; round++) {
      List<List<List<String>>> batches = new ArrayList<>();
      List<String> all = new ArrayList<>();
      for (Device device : devices) {
        List<List<String>> own = signed(device, events / CONNECTIONS, each);
        batches.add(own);
        own.forEach(all::addAll);
      }
      double insert = all.size() / seconds(() -> insert(data, threads, all));
      long start = System.nanoTime();
      List<String> last = post(client, threads, batches);
      double receipt = all.size() / ((System.nanoTime() - start) / 1e9);
      for (String id : last) {
        client.awaitCommitted(id, Duration.ofMinutes(5));
      }
      double commit = all.size() / ((System.nanoTime() - start) / 1e9);
      if (round > 0) {
        inserts[round - 1] = insert;
        receipts[round - 1] = receipt;
        commits[round - 1] = commit;
      }
      print(round == 0 ? "warm-up" : "round " + round, insert, receipt, commit);
    }
    print("median", median(inserts), median(receipts), median(commits));
  }

  private static void print(String name, double insert, double receipt, double commit) {
    System.out.printf(
        Locale.ROOT,
        "%-8s JDBC single-row inserts, %d connections: %,.0f/s  POST to durable receipt: %,.0f/s"
            + " (ratio %.2f)  POST to committed: %,.0f/s (ratio %.2f)%n",
        name,
        CONNECTIONS,
        insert,
        receipt,
        receipt / insert,
        commit,
        commit / insert);
  }

  /** As many phones of one grower as there are connections. */
  static List<Device> devices(SanchiClient client, Path folder)
      throws IOException, InterruptedException {
    Clock clock = Clock.systemUTC();
    String consortium = client.consortium();
    Administrator growers =
        Administrator.read(folder.resolve("GrowersMSP.pem"), consortium, "GrowersMSP", clock);
    Administrator inspectors =
        Administrator.read(folder.resolve("InspectorsMSP.pem"), consortium, "InspectorsMSP", clock);
    String gln = "456995199999" + Gs1.checkDigit("456995199999");
    var range =
        growers.payload(
            Draft.of("range_granted").with("sanchi:gln", gln).with("sanchi:prefix", "4569951"));
    List<String> administration = new ArrayList<>();
    administration.add(growers.sign(Draft.of("organisation_admitted").with("sanchi:gln", gln)));
    administration.add(
        growers.sign(
            Draft.of("role_granted").with("sanchi:gln", gln).with("sanchi:role", "grower")));
    administration.add(growers.sign(range));
    administration.add(inspectors.approve(range));
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      var device = new Device(consortium, gln, clock);
      devices.add(device);
      administration.add(growers.sign(device.enrolment(i == 0)));
    }
    client.post(administration);
    return devices;
  }

  /** A lot for every batch: its commissioning, then work on it, as a season's notes come in. */
  static List<List<String>> signed(Device device, int events, int each) {
    List<List<String>> batches = new ArrayList<>();
    for (int made = 0; made < events; made += each) {
      String lot =
          "https://id.gs1.org/01/04569951110016/10/" + Long.toString(System.nanoTime(), 36) + made;
      List<String> batch = new ArrayList<>();
      batch.add(device.sign(Draft.of("lot_commissioned").lots(lot).place("4569951000010")));
      while (batch.size() < each) {
        batch.add(device.sign(Draft.of("weeding").lots(lot).with("sanchi:method", "手で")));
      }
      batches.add(batch);
    }
    return batches;
  }

  static List<String> post(
      SanchiClient client, ExecutorService threads, List<List<List<String>>> batches)
      throws Exception {
    List<Future<String>> posts = new ArrayList<>();
    for (List<List<String>> own : batches) {
      posts.add(
          threads.submit(
              () -> {
                String last = null;
                for (List<String> batch : own) {
                  List<String> ids = client.post(batch);
                  last = ids.get(ids.size() - 1);
                }
                return last;
              }));
    }
    List<String> last = new ArrayList<>();
    for (Future<String> post : posts) {
      last.add(post.get());
    }
    return last;
  }

  private static Void insert(Path data, ExecutorService threads, List<String> texts)
      throws Exception {
    try (Connection connection = connect(data);
        var statement = connection.createStatement()) {
      statement.execute("drop table if exists bench_baseline");
      statement.execute("create table bench_baseline (id bigint primary key, jws text not null)");
    }
    List<Future<Void>> parts = new ArrayList<>();
    for (int part = 0; part < CONNECTIONS; part++) {
      int from = part;
      parts.add(
          threads.submit(
              () -> {
                try (Connection connection = connect(data);
                    PreparedStatement insert =
                        connection.prepareStatement("insert into bench_baseline values (?, ?)")) {
                  for (int i = from; i < texts.size(); i += CONNECTIONS) {
                    insert.setLong(1, i);
                    insert.setString(2, texts.get(i));
                    insert.executeUpdate();
                  }
                }
                return null;
              }));
    }
    for (Future<Void> part : parts) {
      part.get();
    }
    return null;
  }

  /** Into the server's own PostgreSQL, whose port stands in its fourth line of state. */
  static Connection connect(Path data) throws SQLException, IOException {
    Path folder = data.resolve("postgresql");
    String port = Files.readAllLines(folder.resolve("postmaster.pid")).get(3).strip();
    String password = Files.readString(data.resolve("postgresql.password")).strip();
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/sanchi", "sanchi", password);
  }

  private static double seconds(Callable<Void> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e9;
  }

  static double median(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
