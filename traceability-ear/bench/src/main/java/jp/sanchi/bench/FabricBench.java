package jp.sanchi.bench;

import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.SanchiClient;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.launcher.ServerProcess;
import org.hyperledger.fabric.client.CommitException;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Hash;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;

/**
 * What the ledger carries on a Fabric network of this machine's own, three members and four
 * orderers, in one run: committed events a second through the server's outbox against one event a
 * transaction; how long an event waits from its receipt; statements against bare evaluations.
 *
 * <p>Arguments: the launcher's home folder, events a round (default 16,000), events a POST (default
 * 100), rounds (default 3). The Fabric binaries come from {@code FABRIC_BIN} or the path.
 */
public final class FabricBench {
  private static final int IN_FLIGHT = 64;
  private static final int SINGLES = 1200;
  private static final int ATTEMPTS = 10;
  private static final int ASKING = 32;
  private static final int QUESTIONS = 960;
  private static final int LIGHT_EVENTS = 60;
  private static final long LIGHT_PAUSE_MS = 250;

  private FabricBench() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    int events = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 16_000;
    int each = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100;
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 3;
    Path data = Files.createTempDirectory("sanchi-fabric-bench");
    Map<String, String> settings =
        Map.of(
            "sanchi.port", "0",
            "sanchi.ledger", "fabric",
            "sanchi.demonstration", "off",
            "sanchi.rate.requests", "1000000",
            "sanchi.rate.events", "10000000");
    ExecutorService threads = Executors.newFixedThreadPool(IN_FLIGHT);
    try (ServerProcess server =
        ServerProcess.start(home, data, settings, data.resolve("console.log").toFile())) {
      URI address = server.awaitReady(Duration.ofMinutes(3));
      var client = new SanchiClient(HttpClient.newHttpClient(), address.resolve("api/"));
      List<Device> devices =
          CaptureBench.devices(client, data.resolve("fabric").resolve("administrators"));
      try (var network = new Client(data.resolve("fabric/connections/GrowersMSP.json"))) {
        URI metrics = address.resolve("api/metrics");
        int committed =
            throughput(
                client,
                metrics,
                network.trace,
                devices,
                threads,
                () -> figures(data, server.process().pid()),
                events,
                each,
                rounds);
        waiting(client, devices.get(0));
        statements(client, network.trace, threads);
        processes(data, server.process().pid(), committed);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static int throughput(
      SanchiClient client,
      URI metrics,
      Contract trace,
      List<Device> devices,
      ExecutorService threads,
      Supplier<Map<String, double[]>> figures,
      int events,
      int each,
      int rounds)
      throws Exception {
    double[] singles = new double[rounds];
    double[] carried = new double[rounds];
    double[] drained = new double[rounds];
    int committed = 0;
    // Round 0 warms both sides up and is not counted
    for (int round = 0; round <= rounds; round++) {
      List<String> alone = new ArrayList<>();
      for (Device device : devices) {
        CaptureBench.signed(device, SINGLES / devices.size(), 1).forEach(alone::addAll);
      }
      double single = perSecond(threads, alone, IN_FLIGHT, jws -> submit(trace, jws));
      List<List<List<String>>> batches = new ArrayList<>();
      for (Device device : devices) {
        batches.add(CaptureBench.signed(device, events / devices.size(), each));
      }
      long start = System.nanoTime();
      List<String> last = CaptureBench.post(client, threads, batches);
      long receipted = System.nanoTime();
      double waitingThen = outbox(metrics);
      Map<String, double[]> before = figures.get();
      for (String id : last) {
        client.awaitCommitted(id, Duration.ofMinutes(5));
      }
      long end = System.nanoTime();
      double all = events / ((end - start) / 1e9);
      double drain = waitingThen / ((end - receipted) / 1e9);
      committed += events + alone.size();
      if (round > 0) {
        singles[round - 1] = single;
        carried[round - 1] = all;
        drained[round - 1] = drain;
      }
      print(round == 0 ? "warm-up" : "round " + round, single, all, drain);
      if (round == rounds) {
        costs(before, figures.get(), waitingThen);
      }
    }
    print(
        "median",
        CaptureBench.median(singles),
        CaptureBench.median(carried),
        CaptureBench.median(drained));
    return committed;
  }

  /** As any client does it: what failed or is unknown is submitted again. */
  private static Void submit(Contract trace, String jws) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        trace.submitTransaction("append", jws);
        return null;
      } catch (GatewayException | CommitException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        Thread.sleep(20L * attempt);
      }
    }
  }

  /** How many captured events wait for the ledger. */
  private static double outbox(URI metrics) throws IOException, InterruptedException {
    HttpResponse<Stream<String>> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofLines());
    return answer
        .body()
        .filter(line -> line.startsWith("sanchi_outbox_events "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .findFirst()
        .orElseThrow();
  }

  private static void print(String name, double single, double carried, double drained) {
    System.out.printf(
        Locale.ROOT,
        "%-8s one event a transaction, %d in flight: %,.0f/s  POST to committed: %,.0f/s (ratio"
            + " %.1f)  outbox to committed, captures done: %,.0f/s (ratio %.1f)%n",
        name,
        IN_FLIGHT,
        single,
        carried,
        carried / single,
        drained,
        drained / single);
  }

  /** One event now and then, as a farm's day goes. */
  private static void waiting(SanchiClient client, Device device) throws Exception {
    List<String> events = new ArrayList<>();
    CaptureBench.signed(device, LIGHT_EVENTS, 1).forEach(events::addAll);
    double[] seconds = new double[events.size()];
    for (int i = 0; i < events.size(); i++) {
      String id = client.post(List.of(events.get(i))).get(0);
      long receipted = System.nanoTime();
      client.awaitCommitted(id, Duration.ofMinutes(1));
      seconds[i] = (System.nanoTime() - receipted) / 1e9;
      Thread.sleep(LIGHT_PAUSE_MS);
    }
    Arrays.sort(seconds);
    System.out.printf(
        Locale.ROOT,
        "receipt to committed, one event at a time (asked every 50 ms): median %.2f s, p95 %.2f s%n",
        seconds[seconds.length / 2],
        seconds[(int) (seconds.length * 0.95)]);
  }

  private static void statements(SanchiClient client, Contract trace, ExecutorService threads)
      throws Exception {
    String subject = "consortium/" + client.consortium();
    var random = new SecureRandom();
    List<String> challenges = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      byte[] challenge = new byte[16];
      random.nextBytes(challenge);
      challenges.add(Base64Url.encode(challenge));
    }
    List<Double> each = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int round = 0; round < 2; round++) {
      each.clear();
      double bare =
          perSecond(
              threads,
              challenges,
              ASKING,
              challenge -> trace.evaluateTransaction("heads", challenge, subject));
      double endorsed =
          perSecond(
              threads,
              challenges,
              ASKING,
              challenge -> {
                long start = System.nanoTime();
                trace.newProposal("heads").addArguments(challenge, subject).build().endorse();
                each.add((System.nanoTime() - start) / 1e9);
                return null;
              });
      if (round == 1) {
        double[] sorted = each.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        System.out.printf(
            Locale.ROOT,
            "statements, %d asking: %,.0f/s, p95 %.0f ms; bare evaluate: %,.0f/s (ratio %.2f)%n",
            ASKING,
            endorsed,
            sorted[(int) (sorted.length * 0.95)] * 1000,
            bare,
            endorsed / bare);
      }
    }
  }

  @FunctionalInterface
  private interface Work {
    Object on(String item) throws Exception;
  }

  private static double perSecond(
      ExecutorService threads, List<String> items, int workers, Work work) throws Exception {
    long start = System.nanoTime();
    List<Future<Void>> parts = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      int from = worker;
      Callable<Void> part =
          () -> {
            for (int i = from; i < items.size(); i += workers) {
              work.on(items.get(i));
            }
            return null;
          };
      parts.add(threads.submit(part));
    }
    for (Future<Void> part : parts) {
      part.get();
    }
    return items.size() / ((System.nanoTime() - start) / 1e9);
  }

  private static void costs(
      Map<String, double[]> before, Map<String, double[]> after, double events) {
    System.out.println(
        "of the last round, from the outbox to committed, in processor time an event:");
    after.forEach(
        (name, figure) ->
            System.out.printf(
                Locale.ROOT,
                "  %-40s %6.3f ms%n",
                name,
                (figure[0] - before.getOrDefault(name, new double[2])[0]) * 1000 / events));
  }

  /** Of each process of the network and the server: seconds of processor time, megabytes. */
  private static Map<String, double[]> figures(Path data, long server) {
    // PostgreSQL's many processes share most of their memory: one line for all, the largest counts
    Map<String, double[]> figures = new TreeMap<>();
    ProcessHandle.allProcesses()
        .filter(
            process ->
                process.pid() == server
                    || process.info().commandLine().orElse("").contains(data.toString())
                    || folder(process).contains(data.toString()))
        .forEach(
            process -> {
              double[] figure =
                  figures.computeIfAbsent(
                      process.pid() == server ? "server" : name(process), none -> new double[2]);
              figure[0] +=
                  process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1000.0;
              figure[1] = Math.max(figure[1], residentMegabytes(process));
            });
    return figures;
  }

  private static void processes(Path data, long server, int events) throws IOException {
    System.out.println("processor seconds and memory of each process, for all of the above:");
    figures(data, server)
        .forEach(
            (name, figure) ->
                System.out.printf(
                    Locale.ROOT, "  %-40s %6.1f s %6.0f MB%n", name, figure[0], figure[1]));
    try (Stream<Path> folders = Files.walk(data.resolve("fabric"))) {
      Path chain =
          folders
              .filter(folder -> folder.endsWith("chains/chains/trace"))
              .findFirst()
              .orElseThrow();
      try (Stream<Path> files = Files.walk(chain)) {
        long bytes = files.filter(Files::isRegularFile).mapToLong(FabricBench::size).sum();
        System.out.printf(
            Locale.ROOT, "block files of one peer: %,d bytes an event%n", bytes / events);
      }
    }
  }

  private static String name(ProcessHandle process) {
    String command = process.info().command().orElse("?");
    String folder = folder(process);
    return Path.of(command).getFileName() + " " + Path.of(folder).getFileName();
  }

  private static String folder(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd")).toString();
    } catch (IOException | RuntimeException e) {
      return "/";
    }
  }

  private static long residentMegabytes(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  /** A plain gateway client, as any Fabric application has it. */
  private static final class Client implements AutoCloseable {
    private final ManagedChannel channel;
    private final Gateway gateway;
    final Contract trace;

    Client(Path connection) throws Exception {
      Path folder = connection.getParent();
      Json.Obj json =
          (Json.Obj) Json.parse(Files.readAllBytes(connection), new Json.Limits(1 << 20, 8));
      Json.Obj peer = (Json.Obj) json.array("gateways").get(0);
      channel =
          Grpc.newChannelBuilder(
                  peer.text("address"),
                  TlsChannelCredentials.newBuilder()
                      .trustManager(folder.resolve(peer.text("tlsRoots")).toFile())
                      .build())
              .overrideAuthority(peer.text("serverName"))
              .build();
      try (var certificate = Files.newBufferedReader(folder.resolve(json.text("certificate")));
          var key = Files.newBufferedReader(folder.resolve(json.text("key")))) {
        gateway =
            Gateway.newInstance()
                .connection(channel)
                .identity(
                    new X509Identity(
                        json.text("mspId"), Identities.readX509Certificate(certificate)))
                .signer(Signers.newPrivateKeySigner(Identities.readPrivateKey(key)))
                .hash(Hash.SHA256)
                .connect();
      }
      trace = gateway.getNetwork(json.text("channel")).getContract(json.text("chaincode"));
    }

    @Override
    public void close() {
      gateway.close();
      channel.shutdownNow();
    }
  }
}
