package jp.sanchi.network;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Json;

/**
 * A whole Fabric network on this machine, in one data folder: three members (growers, inspectors,
 * logistics) with a peer and a chaincode server each, four orderers, the channel {@code trace}.
 * Everything listens on 127.0.0.1 only. Its processes go on when this program ends.
 *
 * <p>What an operator can mend is thrown as {@link NetworkFailure}.
 */
public final class Network {
  private static final List<String> MEMBERS = List.of("growers", "inspectors", "logistics");
  private static final String SECRETARIAT = "secretariat";
  private static final String OPERATOR = "local";
  private static final int ORDERERS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final DataFolder data;
  private final FabricBinaries binaries;
  private final Consumer<String> say;

  /**
   * A network, which may still have to be made.
   *
   * @param folder of its data
   * @param say takes a sentence about each step
   */
  public Network(Path folder, FabricBinaries binaries, Consumer<String> say) {
    this.data = new DataFolder(folder.toAbsolutePath().normalize());
    this.binaries = binaries;
    this.say = say;
  }

  /** Makes the network if there is none, starts what is down, does what is left to do. */
  public void up(UpOptions options) {
    try (Lock lock = lock()) {
      binaries.checkVersion();
      if (!NetworkState.exists(data.root())) {
        found(options);
      }
      NetworkState state = state();
      new Preflight(data, state).check(nodes(state));
      List<String> down =
          processNames(state).stream().filter(name -> !process(name).running()).toList();
      if (down.isEmpty()) {
        say.accept("All %d processes run already.".formatted(processNames(state).size()));
      } else {
        start(state, down);
      }
      configure(state);
      say.accept(
          "The network is up: channel %s, consortium %s, data in %s."
              .formatted(PeerClient.CHANNEL, state.consortium(), data.root()));
    }
  }

  // Everything that a network is, before any process runs
  private void found(UpOptions options) {
    String digest = ChaincodePackage.check(options.chaincode());
    int base = options.portBase() == 0 ? Ports.freeBase(RANDOM) : options.portBase();
    var members = new ArrayList<Member>();
    for (String name : MEMBERS) {
      Member member = Member.of(name, OPERATOR, members.size(), true);
      String operator = options.operators().get(member.mspId());
      members.add(operator == null ? member : Member.of(name, operator, members.size(), true));
    }
    for (String named : options.operators().keySet()) {
      if (members.stream().noneMatch(member -> member.mspId().equals(named))) {
        throw new NetworkFailure("--operators names %s, which is no member.".formatted(named));
      }
    }
    members.add(Member.of(SECRETARIAT, OPERATOR, members.size(), false));
    byte[] random = new byte[4];
    RANDOM.nextBytes(random);
    String consortium =
        options.consortium() == null
            ? "sanchi-" + HexFormat.of().formatHex(random)
            : options.consortium();
    if (!consortium.matches("[a-z0-9-]{3,40}")) {
      throw new NetworkFailure(
          "A consortium's id is 3 to 40 of a-z, 0-9 and '-', and not " + consortium + ".");
    }
    NetworkState state = new NetworkState(consortium, base, members, ORDERERS, digest, 1);
    Preflight.ports(state, nodes(state));

    // What a start that was cut off left behind
    for (String part :
        List.of("nodes", "authorities", "administrators", "connections", "channel")) {
      Folders.delete(data.root().resolve(part));
    }
    var certificates = new Certificates(data, Instant.now(), Certificates.VALID);
    var files = new NodeFiles(data, state);
    Together.each(
        members,
        member -> {
          certificates.found(member);
          if (member.application()) {
            certificates.node(member, member.peer(), "peer");
            certificates.chaincode(member);
            files.peer(member);
            files.chaincodeConnection(member, digest, 1);
          }
          int orderer = members.indexOf(member) + 1;
          if (orderer <= ORDERERS) {
            certificates.node(member, "orderer" + orderer, "orderer");
            files.orderer(orderer);
          }
        });
    files.channel();
    FabricBinaries.run(
        List.of(
            binaries.program("configtxgen"),
            "-profile",
            "Trace",
            "-channelID",
            PeerClient.CHANNEL,
            "-configPath",
            data.channel("configtx.yaml").getParent().toString(),
            "-outputBlock",
            data.channel("genesis.block").toString()),
        Map.of());
    keep(options.chaincode(), digest);
    members.stream().filter(Member::application).forEach(member -> connection(state, member));
    state.write(data.root());
    say.accept(
        "Made certificates and the channel's first block of %d members and %d orderers."
            .formatted(MEMBERS.size(), ORDERERS));
  }

  private void keep(Path jar, String digest) {
    Folders.copy(jar, data.chaincode(digest, "sanchi-chaincode.jar"));
    Folders.write(data.chaincode(digest, "package.tar.gz"), ChaincodePackage.of(digest).bytes());
  }

  private ChaincodePackage chaincode(NetworkState state) {
    return new ChaincodePackage(
        state.chaincode(), Folders.read(data.chaincode(state.chaincode(), "package.tar.gz")));
  }

  // Which port each process opens first, in the order of starting
  private Map<String, List<Integer>> nodes(NetworkState state) {
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
      nodes.put(member.chaincode(), List.of(state.chaincodePort(member, state.sequence())));
    }
    return nodes;
  }

  private void start(NetworkState state, List<String> names) {
    Map<String, List<Integer>> ports = nodes(state);
    names.forEach(name -> launch(state, name));
    Together.each(names, name -> await(name, ports.get(name)));
    say.accept("Started " + String.join(", ", names) + ".");
  }

  private void await(String name, List<Integer> ports) {
    NodeProcess process = process(name);
    boolean open =
        Waiting.until(
            PATIENCE,
            () -> {
              if (!process.running()) {
                throw new NetworkFailure(
                    "%s ended while it started; its last words: %s (%s)"
                        .formatted(name, process.lastWords(), process.log()));
              }
              return ports.stream().allMatch(Ports::answers);
            });
    if (!open) {
      throw new NetworkFailure(
          "%s runs, but opened no port %s within %d s; its last words: %s (%s)"
              .formatted(
                  name, ports.get(0), PATIENCE.toSeconds(), process.lastWords(), process.log()));
    }
  }

  private void launch(NetworkState state, String name) {
    Path folder = data.node(name);
    if (name.startsWith("orderer")) {
      process(name)
          .start(
              List.of(binaries.program("orderer")),
              Map.of("FABRIC_CFG_PATH", folder.toString(), "FABRIC_LOGGING_SPEC", "info"),
              folder);
    } else if (name.startsWith("peer.")) {
      process(name)
          .start(
              List.of(binaries.program("peer"), "node", "start"),
              Map.of("FABRIC_CFG_PATH", folder.toString(), "FABRIC_LOGGING_SPEC", "info"),
              folder);
    } else {
      Member member = state.member(name.substring("chaincode.".length()));
      chaincodeServer(state, member, process(name), chaincode(state), state.sequence());
    }
  }

  private void chaincodeServer(
      NetworkState state,
      Member member,
      NodeProcess process,
      ChaincodePackage chaincode,
      int sequence) {
    Path folder = data.node(member.chaincode());
    Path tls = folder.resolve("tls");
    process.start(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-jar",
            data.chaincode(chaincode.digest(), "sanchi-chaincode.jar").toString()),
        Map.of(
            "CHAINCODE_SERVER_ADDRESS",
            "127.0.0.1:" + state.chaincodePort(member, sequence),
            "CHAINCODE_ID",
            chaincode.id(),
            "CHAINCODE_TLS_CERT",
            tls.resolve("server.pem").toString(),
            "CHAINCODE_TLS_KEY",
            tls.resolve("server.key").toString(),
            "CHAINCODE_CLIENT_CA",
            tls.resolve("ca.pem").toString()),
        folder);
  }

  // From running processes to a founded ledger
  private void configure(NetworkState state) {
    var ordering = new OrderingService(data, state);
    Together.each(
        IntStream.rangeClosed(1, state.orderers()).boxed().toList(),
        number -> {
          if (!ordering.joined(number)) {
            ordering.join(number, binaries);
          }
        });
    byte[] genesis = Folders.read(data.channel("genesis.block"));
    try (Peers peers = new Peers(data, state)) {
      ChaincodePackage chaincode = chaincode(state);
      Together.each(
          peers.all(),
          peer -> {
            if (!peer.joined()) {
              peer.join(genesis);
            }
          });
      new Lifecycle(ordering).deploy(peers.all(), chaincode, state.sequence());
      say.accept(
          "Channel %s stands, chaincode %s in sequence %d."
              .formatted(
                  PeerClient.CHANNEL,
                  ChaincodePackage.version(chaincode.digest()),
                  state.sequence()));
      Member first = state.peers().get(0);
      try (Ledger ledger = new Ledger(data, state, first)) {
        if (ledger.consortium() == null) {
          ledger.append(
              Ledger.signed(
                  Founding.payload(data, state, Instant.now()),
                  Peers.administrator(data, first),
                  0));
          say.accept("Founded the ledger of " + state.consortium() + ".");
        }
        writeTrust(state, peers, ledger);
      }
    }
  }

  private void writeTrust(NetworkState state, Peers peers, Ledger ledger) {
    var warnings = new ArrayList<String>();
    byte[] trust =
        Trust.json(
            state.consortium(),
            ChannelConfig.fetch(peers.all().get(0)).members(),
            ledger.consortium(state.consortium()),
            warnings);
    Folders.write(data.trust(), trust);
    warnings.forEach(say);
  }

  /** Writes {@code trust.json} anew, from the channel and the ledger. */
  public Path trust() {
    try (Lock lock = lock()) {
      NetworkState state = state();
      try (Peers peers = new Peers(data, state);
          Ledger ledger = new Ledger(data, state, state.peers().get(0))) {
        writeTrust(state, peers, ledger);
      }
      return data.trust();
    }
  }

  /** Stops all processes: chaincode first, orderers last. */
  public void down() {
    try (Lock lock = lock()) {
      NetworkState state = state();
      var running =
          new ArrayList<>(
              processNames(state).stream().filter(name -> process(name).running()).toList());
      Together.each(running, name -> process(name).stop());
      say.accept(
          running.isEmpty()
              ? "Nothing runs."
              : "Stopped %d processes; their data stay in %s."
                  .formatted(running.size(), data.root()));
    }
  }

  /** Stops everything and deletes the data folder with the ledger and all keys. */
  public void reset() {
    try (Lock lock = lock()) {
      NetworkState state = state();
      Together.each(processNames(state), name -> process(name).stop());
    }
    Folders.delete(data.root());
    say.accept("Deleted " + data.root() + ".");
  }

  /** What runs, how far each peer is, and which certificates end when. */
  public Status status() {
    return Status.of(data, state());
  }

  /** All processes of this network, in the order of starting. */
  public List<String> processNames() {
    return processNames(state());
  }

  private List<String> processNames(NetworkState state) {
    return List.copyOf(nodes(state).keySet());
  }

  /** One process, running or not. */
  public NodeProcess process(String name) {
    return new NodeProcess(name, data.root());
  }

  /** Starts one process that is down and waits until its ports are open. */
  public void start(String name) {
    NetworkState state = state();
    if (!nodes(state).containsKey(name)) {
      throw new NetworkFailure(
          "There is no process %s; there are %s."
              .formatted(name, String.join(", ", processNames(state))));
    }
    if (!process(name).running()) {
      start(state, List.of(name));
    }
  }

  /** The file that tells a client how to reach the ledger as this member. */
  public Path connection(String mspId) {
    return data.connection(mspId);
  }

  /** The verifiers' trust roots. */
  public Path trustFile() {
    return data.trust();
  }

  /** Key and certificate of a member's administrator, PEM. */
  public Path administrator(String mspId) {
    return data.administrator(mspId);
  }

  private NetworkState state() {
    return NetworkState.read(data.root());
  }

  private void connection(NetworkState state, Member member) {
    var gateways = new ArrayList<Json>();
    gateways.add(gateway(state, member));
    for (Member other : state.peers()) {
      if (!other.equals(member)) {
        gateways.add(gateway(state, other));
      }
    }
    String mspId = member.mspId();
    Json.Obj connection =
        Json.object(
            "certificate",
            mspId + "/client.pem",
            "chaincode",
            Lifecycle.CHAINCODE,
            "channel",
            PeerClient.CHANNEL,
            "gateways",
            gateways,
            "key",
            mspId + "/client.key",
            "mspId",
            mspId,
            "trust",
            "../trust.json");
    Folders.write(data.connection(mspId), connection.canonical());
  }

  private static Json.Obj gateway(NetworkState state, Member member) {
    return Json.object(
        "address",
        "127.0.0.1:" + state.peerPort(member),
        "name",
        member.peer(),
        "serverName",
        Certificates.host(member.peer()),
        "tlsRoots",
        member.mspId() + "/tls-ca.pem");
  }

  private Lock lock() {
    Folders.secret(data.root());
    try {
      FileChannel channel =
          FileChannel.open(
              data.root().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new Lock(channel);
      }
      channel.close();
    } catch (OverlappingFileLockException e) {
      // Another thread of this program: the same answer
    } catch (IOException e) {
      throw new NetworkFailure("Can't lock " + data.root() + ": " + e.getMessage(), e);
    }
    throw new NetworkFailure(
        "Another `network` command works on %s: wait until it is done.".formatted(data.root()));
  }

  private record Lock(FileChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new NetworkFailure("Can't close the data folder's lock: " + e.getMessage(), e);
      }
    }
  }
}
