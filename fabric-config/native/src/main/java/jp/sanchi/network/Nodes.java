package jp.sanchi.network;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The network's processes. */
final class Nodes {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  // A chaincode server that starts beside the one that it will follow
  private static final String NEXT = ".next";

  private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx512m");

  // Fabric's small heaps are collected all the time: letting them grow to a bound saves a sixth of
  // the peers' and orderers' processor time under load (docs/adr/0015)
  private static final Map<String, String> ORDERER_HEAP =
      Map.of("GOGC", "400", "GOMEMLIMIT", "256MiB");
  private static final Map<String, String> PEER_HEAP =
      Map.of("GOGC", "400", "GOMEMLIMIT", "384MiB");

  private final DataFolder data;
  private final NetworkState state;
  private final FabricBinaries binaries;
  private final Consumer<String> say;

  Nodes(DataFolder data, NetworkState state, FabricBinaries binaries, Consumer<String> say) {
    this.data = data;
    this.state = state;
    this.binaries = binaries;
    this.say = say;
  }

  /** The ports that each process opens, in the order of starting; the first is its main one. */
  static Map<String, List<Integer>> ports(NetworkState state) {
    var nodes = new LinkedHashMap<String, List<Integer>>();
    for (int number = 1; number <= state.orderers(); number++) {
      nodes.put(
          "orderer" + number,
          List.of(
              state.ordererPort(number),
              state.ordererAdminPort(number),
              state.ordererOperationsPort(number)));
    }
    for (Member member : state.peers()) {
      nodes.put(member.peer(), List.of(state.peerPort(member), state.peerOperationsPort(member)));
    }
    for (Member member : state.peers()) {
      nodes.put(member.chaincode(), List.of(state.chaincodePort(member)));
    }
    return nodes;
  }

  List<String> names() {
    return List.copyOf(ports(state).keySet());
  }

  NodeProcess process(String name) {
    return new NodeProcess(name, data.root());
  }

  List<String> down() {
    return names().stream().filter(name -> !process(name).running()).toList();
  }

  /** Starts those that are down, all at once, and waits until their ports are open. */
  void start(Collection<String> names) {
    names.forEach(this::launch);
    await(names);
    say.accept("Started " + String.join(", ", names) + ".");
  }

  /** Stops one and starts it again. */
  void restart(String name) {
    process(name).stop();
    launch(name);
    await(List.of(name));
  }

  /**
   * Stops everything that runs.
   *
   * @return how many processes did
   */
  int stop() {
    List<NodeProcess> running =
        names().stream()
            .flatMap(name -> List.of(process(name), process(name + NEXT)).stream())
            .filter(NodeProcess::running)
            .toList();
    Together.each(running, NodeProcess::stop);
    return running.size();
  }

  /** Waits until all ports of these are open, whoever started them. */
  void await(Collection<String> names) {
    Map<String, List<Integer>> ports = ports(state);
    Together.each(names, name -> await(process(name), ports.get(name)));
  }

  private void await(NodeProcess process, List<Integer> ports) {
    boolean ours = process.running();
    boolean open =
        Waiting.until(
            PATIENCE,
            () -> {
              if (ours && !process.running()) {
                throw ended(process);
              }
              return ports.stream().allMatch(Ports::answers);
            });
    if (!open) {
      if (ours || process.running()) {
        throw new NetworkFailure(
            "%s runs, but opened no port %d within %d s; its last words: %s (%s)"
                .formatted(
                    process.name(),
                    ports.get(0),
                    PATIENCE.toSeconds(),
                    process.lastWords(),
                    process.log()));
      }
      throw new NetworkFailure(
          "Nothing listens on port %d, which is %s's.".formatted(ports.get(0), process.name()));
    }
  }

  private static NetworkFailure ended(NodeProcess process) {
    return new NetworkFailure(
        "%s ended while it started; its last words: %s (%s)"
            .formatted(process.name(), process.lastWords(), process.log()));
  }

  /** A process as it is started, here and in compose.yaml alike. */
  record Launch(List<String> command, Map<String, String> environment, Path folder) {}

  private void launch(String name) {
    Launch launch = describe(name);
    process(name).start(launch.command(), launch.environment(), launch.folder());
  }

  Launch describe(String name) {
    Path folder = data.node(name);
    var fabric = new TreeMap<String, String>();
    fabric.put("FABRIC_CFG_PATH", folder.toString());
    fabric.put("FABRIC_LOGGING_SPEC", "info");
    if (name.startsWith("orderer")) {
      fabric.putAll(ORDERER_HEAP);
      return new Launch(List.of(binaries.program("orderer")), fabric, folder);
    }
    if (name.startsWith("peer.")) {
      fabric.putAll(PEER_HEAP);
      return new Launch(List.of(binaries.program("peer"), "node", "start"), fabric, folder);
    }
    return chaincodeServer(folder, NodeFiles.ENVIRONMENT);
  }

  private static Launch chaincodeServer(Path folder, String environmentFile) {
    var environment = new LinkedHashMap<String, String>();
    new String(Folders.read(folder.resolve(environmentFile)), StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line ->
                environment.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    var command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(JVM);
    command.addAll(List.of("-jar", environment.get("CHAINCODE_JAR")));
    return new Launch(command, environment, folder);
  }

  /**
   * Starts a second chaincode server of each member, beside the one that runs.
   *
   * @param upgraded the state in which they will be the first
   */
  void startNext(ChaincodePackage chaincode, NetworkState upgraded) {
    var files = new NodeFiles(data, upgraded);
    for (Member member : state.peers()) {
      int port = upgraded.chaincodePort(member);
      if (!Ports.free(port)) {
        throw new NetworkFailure(
            "Port %d, on which %s's next chaincode would listen, is taken by another program: stop that one. Nothing was changed."
                .formatted(port, member.name()));
      }
    }
    try {
      for (Member member : state.peers()) {
        files.chaincodeEnvironment(member, chaincode, NodeFiles.ENVIRONMENT + NEXT);
        Launch launch =
            chaincodeServer(data.node(member.chaincode()), NodeFiles.ENVIRONMENT + NEXT);
        next(member).start(launch.command(), launch.environment(), launch.folder());
      }
      Together.each(
          state.peers(), member -> await(next(member), List.of(upgraded.chaincodePort(member))));
    } catch (NetworkFailure e) {
      stopNext();
      throw new NetworkFailure(
          "The new chaincode doesn't start, so nothing was changed. " + e.getMessage(), e);
    }
  }

  void stopNext() {
    Together.each(state.peers(), member -> next(member).stop());
  }

  private NodeProcess next(Member member) {
    return process(member.chaincode() + NEXT);
  }

  /** Lets the second servers take the place of the first, where there are second ones. */
  void followNext() {
    Together.each(
        state.peers(),
        member -> {
          if (next(member).running()) {
            process(member.chaincode()).stop();
            Path folder = data.node(member.chaincode());
            Folders.move(
                folder.resolve(NodeFiles.ENVIRONMENT + NEXT),
                folder.resolve(NodeFiles.ENVIRONMENT));
            next(member).renamed(process(member.chaincode()));
          }
        });
  }
}
