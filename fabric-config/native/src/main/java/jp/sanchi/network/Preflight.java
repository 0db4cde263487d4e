package jp.sanchi.network;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Fabric would say late and in many lines, said before anything starts. */
final class Preflight {
  private final DataFolder data;
  private final NetworkState state;

  Preflight(DataFolder data, NetworkState state) {
    this.data = data;
    this.state = state;
  }

  void check() {
    Map<String, List<Integer>> nodes = Nodes.ports(state);
    var faults = new ArrayList<String>();
    for (String node : nodes.keySet()) {
      certificates(node, faults);
    }
    String jar = FabricBinaries.sha256(data.chaincode(state.chaincode(), "sanchi-chaincode.jar"));
    if (!jar.equals(state.chaincode())) {
      faults.add(
          "The chaincode jar in %s is not the one that the members approved (its SHA-256 is %s): bring the right one back."
              .formatted(data.chaincode(state.chaincode(), ""), jar));
    }
    if (!faults.isEmpty()) {
      throw new NetworkFailure(String.join("\n", faults));
    }
    for (Map.Entry<String, List<Integer>> node : nodes.entrySet()) {
      if (!new NodeProcess(node.getKey(), data.root()).running()) {
        for (int port : node.getValue()) {
          if (!Ports.free(port)) {
            throw new NetworkFailure(
                "Port %d, which is %s's, is taken by another program: stop that one, then say `network up` again."
                    .formatted(port, node.getKey()));
          }
        }
      }
    }
  }

  /** For a network that is still to be made. */
  static void ports(NetworkState state) {
    Nodes.ports(state).keySet().forEach(node -> ports(state, node));
  }

  /** For a node that is still to be made. */
  static void ports(NetworkState state, String node) {
    for (int port : Nodes.ports(state).get(node)) {
      if (!Ports.free(port)) {
        throw new NetworkFailure(
            "Port %d, which %s wants, is taken by another program: stop that one, or say --port-base with another base than %d (0 finds free ports)."
                .formatted(port, node, state.portBase()));
      }
    }
  }

  private void certificates(String node, List<String> faults) {
    Member member = member(node);
    var certificates = new Certificates(data, Instant.now(), Certificates.VALID);
    Path folder = data.node(node);
    if (!node.startsWith("chaincode.")) {
      check(
          node,
          member,
          "identity",
          folder.resolve("msp/signcerts/node.pem"),
          certificates.enrolment(member.mspId()),
          faults);
    }
    check(
        node,
        member,
        "TLS certificate",
        folder.resolve("tls/server.pem"),
        certificates.tlsAuthority(member.mspId()),
        faults);
  }

  private Member member(String node) {
    return node.startsWith("orderer")
        ? state.ordererMember(Integer.parseInt(node.substring("orderer".length())))
        : state.member(node.substring(node.indexOf('.') + 1));
  }

  private static void check(
      String node,
      Member member,
      String what,
      Path file,
      Authority authority,
      List<String> faults) {
    X509Certificate certificate = KeyedCertificate.certificate(file);
    if (!authority.issued(certificate)) {
      faults.add(
          "The %s of %s (%s) is not of %s: bring the member's own back, or say `network certificates rotate %s`."
              .formatted(what, node, file, member.mspId(), member.name()));
    } else if (certificate.getNotAfter().toInstant().isBefore(Instant.now())) {
      faults.add(
          "The %s of %s ended on %s: say `network certificates rotate %s`."
              .formatted(what, node, certificate.getNotAfter().toInstant(), member.name()));
    }
  }
}
