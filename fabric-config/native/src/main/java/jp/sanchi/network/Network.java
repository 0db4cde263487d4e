package jp.sanchi.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.P256;

/**
 * A whole Fabric network on this machine, in one data folder: three members (growers, inspectors,
 * logistics) with a peer and a chaincode server each, four orderers, the channel {@code trace}.
 * Everything listens on 127.0.0.1 only. Its processes go on when this program ends.
 *
 * <p>What an operator can mend is thrown as {@link NetworkFailure}. Commands that change anything
 * exclude each other, also between programs.
 */
public final class Network {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration MOMENT = Duration.ofSeconds(2);
  // Calls that reached the old chaincode end in this time
  private static final Duration GRACE = Duration.ofSeconds(3);

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

  /** Makes the network's files and starts nothing, for those who run its nodes otherwise. */
  public void prepare(UpOptions options) {
    alone(
        () -> {
          binaries.checkVersion();
          if (NetworkState.exists(data.root())) {
            say.accept("There is a network in %s already.".formatted(data.root()));
          } else {
            make(options);
          }
        });
  }

  /** Makes the network if there is none, starts what is down, does what is left to do. */
  public void up(UpOptions options) {
    alone(
        () -> {
          binaries.checkVersion();
          if (!NetworkState.exists(data.root())) {
            make(options);
          }
          NetworkState state = state();
          Nodes nodes = nodes(state);
          if (options.external()) {
            nodes.await(nodes.names());
          } else {
            nodes.followNext();
            new Preflight(data, state).check();
            List<String> down = nodes.down();
            if (down.isEmpty()) {
              say.accept("All %d processes run already.".formatted(nodes.names().size()));
            } else {
              nodes.start(down);
            }
          }
          setup(state).all();
          say.accept(
              "The network is up: channel %s, consortium %s, data in %s."
                  .formatted(PeerClient.CHANNEL, state.consortium(), data.root()));
        });
  }

  private void make(UpOptions options) {
    NetworkState state = new NewNetwork(data, binaries).make(options);
    say.accept(
        "Made certificates and the channel's first block of %d members and %d orderers."
            .formatted(state.peers().size(), state.orderers()));
  }

  /** Stops all processes; their data stay. */
  public void down() {
    alone(
        () -> {
          int stopped = nodes(state()).stop();
          say.accept(
              stopped == 0
                  ? "Nothing runs."
                  : "Stopped %d processes; their data stay in %s.".formatted(stopped, data.root()));
        });
  }

  /** Stops everything and deletes the data folder with the ledger and all keys. */
  public void reset() {
    alone(
        () -> {
          nodes(state()).stop();
        });
    Folders.delete(data.root());
    say.accept("Deleted " + data.root() + ".");
  }

  /** What runs, how far each peer is, and which certificates end when. */
  public Status status() {
    return Status.of(data, state());
  }

  /** Writes {@code trust.json} anew, from the channel and the ledger. */
  public Path trust() {
    alone(
        () -> {
          NetworkState state = state();
          try (Peers peers = new Peers(data, state);
              Ledger ledger = new Ledger(data.connection(state.peers().get(0).mspId()))) {
            setup(state).trust(peers, ledger);
          }
        });
    return data.trust();
  }

  /**
   * Adds a member: keys, the channel's agreement, peer and chaincode, the ledger's agreement.
   *
   * @param name in node names, as in {@code peer.fishers}
   * @param operator who runs its machines
   */
  public void addMember(String name, String operator) {
    alone(
        () -> {
          NetworkState old = state();
          if (!name.matches(Member.NAME)) {
            throw new NetworkFailure(
                "A member's name is 2 to 20 small letters and digits, as in fishers, and not "
                    + name
                    + ".");
          }
          if (old.members().stream().anyMatch(member -> member.name().equals(name))) {
            throw new NetworkFailure(
                name + " is a member already; `network up` finishes what is left to do.");
          }
          if (!nodes(old).down().isEmpty()) {
            throw new NetworkFailure(
                "A member joins a running network, and %s is down: say `network up` first."
                    .formatted(String.join(", ", nodes(old).down())));
          }
          Member member = Member.of(name, operator, old.members().size(), true);
          var members = new ArrayList<>(old.members());
          members.add(member);
          NetworkState state = old.with(members);
          Nodes nodes = nodes(state);
          for (String node : nodes.down()) {
            Preflight.ports(state, node);
          }
          var files = new NewNetwork(data, binaries);
          files.member(state, member, chaincode(state));
          files.connections(state);
          state.write(data.root());
          nodes.start(nodes.down());
          setup(state).all();
          say.accept("%s has joined.".formatted(member.mspId()));
        });
  }

  /**
   * Certifies somebody's key as an administrator's of a member; the private key stays with them.
   *
   * @param key base64url of the point on P-256: 0x04, x, y
   * @return the certificate, PEM; the code by which both sides compare the key is said
   */
  public String certify(String mspId, String key, Duration valid) {
    byte[] point;
    PublicKey holder;
    try {
      point = Base64Url.decode(key);
      holder = P256.publicKey(point);
    } catch (MalformedEvent | Malformed e) {
      throw new NetworkFailure(
          "This is no key. The console shows it at /console/#/member: 87 letters, digits, -"
              + " and _.",
          e);
    }
    if (state().peers().stream().noneMatch(member -> member.mspId().equals(mspId))) {
      throw new NetworkFailure(
          mspId
              + " is no member whose authority lies here; there are "
              + state().peers().stream().map(Member::mspId).collect(Collectors.joining(", "))
              + ".");
    }
    X509Certificate certificate =
        new Certificates(data, Instant.now(), valid)
            .enrolment(mspId)
            .certify("admin", "Administrator of " + mspId, holder, Instant.now(), valid);
    say.accept(
        "The key "
            + ShortCode.ofKey(P256.thumbprint(point))
            + ", which the console must show, too:");
    return KeyedCertificate.pem("CERTIFICATE", KeyedCertificate.der(certificate));
  }

  /**
   * Renews certificates and restarts what uses them, one process after the other.
   *
   * @param name of a member, or null for all
   * @param valid how long the new ones are
   */
  public void rotate(String name, Duration valid) {
    alone(
        () -> {
          NetworkState state = state();
          List<Member> members = name == null ? state.members() : List.of(state.member(name));
          var certificates = new Certificates(data, Instant.now(), valid);
          for (Member member : members) {
            certificates.people(member);
            if (member.application()) {
              certificates.chaincode(member);
              new NodeFiles(data, state).chaincodeConnection(member, state.chaincode());
              // The peer asks its builder again, which has the new connection
              Folders.delete(data.ledger(member.peer()).resolve("externalbuilder/builds"));
              certificates.node(member, member.peer(), "peer");
              restart(state, member.chaincode());
              restart(state, member.peer());
            }
            int orderer = state.orderer(member);
            if (orderer > 0) {
              certificates.node(member, "orderer" + orderer, "orderer");
              restart(state, "orderer" + orderer);
            }
          }
          if (nodes(state).down().isEmpty()) {
            setup(state).all();
            say.accept(
                "Renewed the certificates of %s until %s."
                    .formatted(
                        String.join(", ", members.stream().map(Member::name).toList()),
                        Instant.now().plus(valid).truncatedTo(ChronoUnit.SECONDS)));
          } else {
            say.accept("Renewed the certificates; say `network up` to go on with them.");
          }
        });
  }

  // Waits until the others no longer notice that it was away, so that the next may go
  private void restart(NetworkState state, String name) {
    Nodes nodes = nodes(state);
    if (!nodes.process(name).running()) {
      return;
    }
    nodes.restart(name);
    if (name.startsWith("orderer")) {
      var ordering = new OrderingService(data, state);
      int number = Integer.parseInt(name.substring("orderer".length()));
      long highest = 0;
      for (int other = 1; other <= state.orderers(); other++) {
        highest = Math.max(highest, ordering.height(other, binaries));
      }
      long goal = highest;
      if (!Waiting.until(PATIENCE, () -> ordering.height(number, binaries) >= goal)) {
        throw new NetworkFailure(
            "%s is back, but holds not yet what the others hold: say `network status`, then the command again."
                .formatted(name));
      }
    }
    say.accept("Restarted " + name + ".");
  }

  /** Has all members agree on another chaincode jar, without stopping anything. */
  public void upgrade(Path jar) {
    alone(
        () -> {
          NetworkState old = state();
          String digest = ChaincodePackage.check(jar);
          if (digest.equals(old.chaincode())) {
            say.accept("The network runs this jar already (%s).".formatted(digest));
            return;
          }
          if (!nodes(old).down().isEmpty()) {
            throw new NetworkFailure(
                "A chaincode is upgraded on a running network, and %s is down: say `network up` first."
                    .formatted(String.join(", ", nodes(old).down())));
          }
          NetworkState state = old.next(digest);
          ChaincodePackage chaincode = new NewNetwork(data, binaries).keep(jar, digest);
          Nodes nodes = nodes(old);
          nodes.startNext(chaincode, state);
          try {
            for (Member member : state.peers()) {
              new NodeFiles(data, state).chaincodeConnection(member, digest);
            }
            setup(old).upgrade(chaincode, state.sequence());
          } catch (NetworkFailure e) {
            nodes.stopNext();
            throw e;
          }
          // From here on `up` would finish what is left to do
          state.write(data.root());
          setup(state).all();
          Waiting.pause(GRACE);
          nodes.followNext();
          say.accept(
              "All members run chaincode %s, sequence %d."
                  .formatted(ChaincodePackage.version(digest), state.sequence()));
        });
  }

  /** Gives a peer a new, empty disk, as if its old one were lost, and lets it catch up. */
  public void rebuild(String name) {
    alone(
        () -> {
          NetworkState state = state();
          Member member = state.member(name);
          if (!member.application()) {
            throw new NetworkFailure(member.name() + " has no peer.");
          }
          Nodes nodes = nodes(state);
          nodes.process(member.peer()).stop();
          Folders.delete(data.ledger(member.peer()));
          new Preflight(data, state).check();
          nodes.start(nodes.down());
          setup(state).all();
          say.accept(member.peer() + " holds the whole ledger again.");
        });
  }

  /** All processes of this network, in the order of starting. */
  public List<String> processNames() {
    return nodes(state()).names();
  }

  /** One process, running or not. */
  public NodeProcess process(String name) {
    return new NodeProcess(name, data.root());
  }

  /** Starts one process that is down and waits until its ports are open. */
  public void start(String name) {
    Nodes nodes = nodes(state());
    if (!nodes.names().contains(name)) {
      throw new NetworkFailure(
          "There is no process %s; there are %s."
              .formatted(name, String.join(", ", nodes.names())));
    }
    if (!nodes.process(name).running()) {
      nodes.start(List.of(name));
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

  private Nodes nodes(NetworkState state) {
    return new Nodes(data, state, binaries, say);
  }

  private Setup setup(NetworkState state) {
    return new Setup(data, state, binaries, say);
  }

  private ChaincodePackage chaincode(NetworkState state) {
    return ChaincodePackage.read(data, state.chaincode());
  }

  // One command at a time
  private void alone(Runnable command) {
    Folders.secret(data.root());
    try (FileChannel channel =
        FileChannel.open(
            data.root().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // One that was just killed may still be ending
      if (!Waiting.until(MOMENT, () -> locked(channel))) {
        throw new NetworkFailure(
            "Another `network` command works on %s: wait until it is done.".formatted(data.root()));
      }
      command.run();
    } catch (IOException e) {
      throw new NetworkFailure("Can't lock " + data.root() + ": " + e.getMessage(), e);
    }
  }

  private static boolean locked(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another thread of this program has it
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
