package jp.sanchi.network;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import jp.sanchi.kernel.event.Json;

/** Everything that a network is before any process runs: keys, files, the channel's first block. */
final class NewNetwork {
  private static final List<String> MEMBERS = List.of("growers", "inspectors", "logistics");

  // Orders, and nothing else: so that no member's absence leaves fewer orderers than a quorum
  private static final String SECRETARIAT = "secretariat";
  private static final int ORDERERS = MEMBERS.size() + 1;
  static final String OPERATOR = "local";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final DataFolder data;
  private final FabricBinaries binaries;

  NewNetwork(DataFolder data, FabricBinaries binaries) {
    this.data = data;
    this.binaries = binaries;
  }

  NetworkState make(UpOptions options) {
    List<Member> members = members(options);
    String consortium = consortium(options);
    String digest = ChaincodePackage.check(options.chaincode());
    int base = options.portBase() == 0 ? Ports.freeBase(RANDOM) : options.portBase();
    var state = new NetworkState(consortium, base, members, ORDERERS, digest, 1, 0);
    Preflight.ports(state);
    // What a start that was cut off left behind
    for (String part :
        List.of("nodes", "authorities", "administrators", "connections", "channel")) {
      Folders.delete(data.root().resolve(part));
    }
    ChaincodePackage chaincode = keep(options.chaincode(), digest);
    Together.each(state.members(), member -> member(state, member, chaincode));
    new NodeFiles(data, state).channel();
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
    connections(state);
    state.write(data.root());
    return state;
  }

  private static String consortium(UpOptions options) {
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
    return consortium;
  }

  private static List<Member> members(UpOptions options) {
    var members = new ArrayList<Member>();
    for (String name : MEMBERS) {
      String mspId = Member.of(name, OPERATOR, 0, true).mspId();
      String operator = options.operators().getOrDefault(mspId, OPERATOR);
      members.add(Member.of(name, operator, members.size(), true));
    }
    for (String named : options.operators().keySet()) {
      if (members.stream().noneMatch(member -> member.mspId().equals(named))) {
        throw new NetworkFailure(
            "--operators names %s, which is no member; the members are %s."
                .formatted(named, String.join(", ", members.stream().map(Member::mspId).toList())));
      }
    }
    members.add(Member.of(SECRETARIAT, OPERATOR, members.size(), false));
    return members;
  }

  /** A jar and its package, kept in the data folder. */
  ChaincodePackage keep(Path jar, String digest) {
    ChaincodePackage chaincode = ChaincodePackage.of(digest);
    Folders.copy(jar, data.chaincode(digest, "sanchi-chaincode.jar"));
    Folders.write(data.chaincode(digest, "package.tar.gz"), chaincode.bytes());
    return chaincode;
  }

  /** One member's keys and the files of its nodes. */
  void member(NetworkState state, Member member, ChaincodePackage chaincode) {
    var certificates = new Certificates(data, Instant.now(), Certificates.VALID);
    var files = new NodeFiles(data, state);
    certificates.found(member);
    if (member.application()) {
      certificates.node(member, member.peer(), "peer");
      certificates.chaincode(member);
      files.peer(member);
      files.chaincodeConnection(member, chaincode.digest());
      files.chaincodeEnvironment(member, chaincode, NodeFiles.ENVIRONMENT);
    }
    int orderer = state.orderer(member);
    if (orderer > 0) {
      certificates.node(member, "orderer" + orderer, "orderer");
      files.orderer(orderer);
    }
  }

  /** The files by which clients find the ledger, each with its own member's peer first. */
  void connections(NetworkState state) {
    for (Member member : state.peers()) {
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
}
