package jp.sanchi.network;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How a network does.
 *
 * @param nodes in the order of starting
 * @param certificates by their end, the first to end first
 */
public record Status(List<Node> nodes, List<Certificate> certificates) {
  private static final Duration SOON = Duration.ofDays(30);

  /**
   * A process.
   *
   * @param pid empty if it is down, or if somebody else runs it
   * @param port on which it listens
   * @param answers whether it takes connections there
   * @param memory resident bytes; empty if it is down
   * @param height blocks that a peer holds; empty if it doesn't answer, and for other processes
   */
  public record Node(
      String name,
      OptionalLong pid,
      int port,
      boolean answers,
      OptionalLong memory,
      OptionalLong height) {
    boolean down() {
      return pid.isEmpty() && !answers;
    }

    boolean peer() {
      return name.startsWith("peer.");
    }
  }

  /**
   * A certificate that ends.
   *
   * @param of whom or what, in words
   * @param member whose it is
   */
  public record Certificate(String of, String member, Instant ends) {}

  public Status {
    nodes = List.copyOf(nodes);
    certificates = List.copyOf(certificates);
  }

  /** Whether all processes run and all peers hold the same number of blocks. */
  public boolean well() {
    return nodes.stream().noneMatch(Node::down) && agree();
  }

  /** Whether every peer answers, and all with one height. */
  public boolean agree() {
    return nodes.stream().filter(Node::peer).map(Node::height).distinct().count() == 1
        && nodes.stream().filter(Node::peer).allMatch(node -> node.height().isPresent());
  }

  static Status of(DataFolder data, NetworkState state) {
    var heights = new ConcurrentHashMap<String, Long>();
    Together.each(
        state.peers(),
        member -> {
          if (Ports.answers(state.peerPort(member))) {
            try (PeerClient peer = Peers.connect(data, state, member)) {
              peer.height().ifPresent(height -> heights.put(member.peer(), height));
            }
          }
        });
    var nodes = new ArrayList<Node>();
    for (int number = 1; number <= state.orderers(); number++) {
      nodes.add(node(data, "orderer" + number, state.ordererPort(number), null));
    }
    for (Member member : state.peers()) {
      nodes.add(node(data, member.peer(), state.peerPort(member), heights.get(member.peer())));
    }
    for (Member member : state.peers()) {
      int port = state.chaincodePort(member);
      nodes.add(node(data, member.chaincode(), port, null));
    }
    return new Status(nodes, certificates(data, state));
  }

  private static Node node(DataFolder data, String name, int port, Long height) {
    var process = new NodeProcess(name, data.root());
    return new Node(
        name,
        process.pid(),
        port,
        Ports.answers(port),
        process.memory(),
        height == null ? OptionalLong.empty() : OptionalLong.of(height));
  }

  private static List<Certificate> certificates(DataFolder data, NetworkState state) {
    var certificates = new ArrayList<Certificate>();
    for (Member member : state.members()) {
      String mspId = member.mspId();
      add(certificates, member, "enrolment authority", data.authority(mspId, "ca.pem"));
      add(certificates, member, "TLS authority", data.authority(mspId, "tls-ca.pem"));
      add(certificates, member, "administrator", data.administrator(mspId));
      add(certificates, member, "administrator's TLS", data.authority(mspId, "admin-tls.pem"));
      if (member.application()) {
        add(certificates, member, "client", data.client(mspId).resolve("client.pem"));
        node(certificates, member, data, member.peer());
        Path tls = data.node(member.chaincode()).resolve("tls");
        add(certificates, member, member.chaincode() + " TLS", tls.resolve("server.pem"));
        add(certificates, member, member.peer() + " chaincode", tls.resolve("client.pem"));
      }
      int orderer = state.orderer(member);
      if (orderer > 0) {
        node(certificates, member, data, "orderer" + orderer);
      }
    }
    certificates.sort(Comparator.comparing(Certificate::ends));
    return certificates;
  }

  private static void node(
      List<Certificate> certificates, Member member, DataFolder data, String name) {
    add(certificates, member, name, data.node(name).resolve("msp/signcerts/node.pem"));
    add(certificates, member, name + " TLS", data.node(name).resolve("tls/server.pem"));
  }

  private static void add(List<Certificate> certificates, Member member, String what, Path file) {
    Instant ends = KeyedCertificate.certificate(file).getNotAfter().toInstant();
    certificates.add(new Certificate(what, member.name(), ends));
  }

  private String disagreement() {
    List<String> silent =
        nodes.stream()
            .filter(node -> node.peer() && node.height().isEmpty())
            .map(Node::name)
            .toList();
    return silent.isEmpty()
        ? "The peers' heights differ: say `network status` again in a moment."
        : String.join(", ", silent) + " doesn't answer: look at its log, or at its certificates.";
  }

  /** As lines for people. */
  public List<String> lines(Instant now) {
    var lines = new ArrayList<String>();
    lines.add("%-22s %9s %6s %8s %7s".formatted("process", "pid", "port", "memory", "height"));
    for (Node node : nodes) {
      lines.add(
          "%-22s %9s %6d %8s %7s"
              .formatted(
                  node.name(),
                  node.pid().isPresent()
                      ? Long.toString(node.pid().getAsLong())
                      : node.answers() ? "elsewhere" : "down",
                  node.port(),
                  node.memory().isPresent() ? (node.memory().getAsLong() >> 20) + " MB" : "",
                  node.height().isPresent()
                      ? Long.toString(node.height().getAsLong())
                      : node.peer() ? "?" : ""));
    }
    long down = nodes.stream().filter(Node::down).count();
    lines.add(
        down > 0
            ? "%d of %d processes are down: say `network up`.".formatted(down, nodes.size())
            : agree() ? "All peers hold the same blocks." : disagreement());
    for (Certificate certificate : certificates) {
      String whose = "%s (%s)".formatted(certificate.of(), certificate.member());
      if (certificate.ends().isBefore(now)) {
        lines.add(
            "ENDED %s: certificate of %s; say `network certificates rotate %s`."
                .formatted(certificate.ends(), whose, certificate.member()));
      } else if (certificate.ends().isBefore(now.plus(SOON))) {
        lines.add(
            "ends soon, %s: certificate of %s; say `network certificates rotate %s`."
                .formatted(certificate.ends(), whose, certificate.member()));
      }
    }
    certificates.stream()
        .filter(certificate -> certificate.ends().isAfter(now.plus(SOON)))
        .findFirst()
        .ifPresent(
            next ->
                lines.add(
                    "Of the other certificates, the first to end is that of %s (%s), on %s."
                        .formatted(next.of(), next.member(), next.ends())));
    return lines;
  }
}
