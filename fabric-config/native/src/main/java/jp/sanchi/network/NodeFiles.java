package jp.sanchi.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Json;

/** Writes the nodes' configuration from the templates among the resources. */
final class NodeFiles {
  /** In a chaincode server's folder: its environment, a variable a line. */
  static final String ENVIRONMENT = "environment";

  private static final Pattern HOLE = Pattern.compile("\\$\\{([a-zA-Z]+)}");

  private final DataFolder data;
  private final NetworkState state;

  NodeFiles(DataFolder data, NetworkState state) {
    this.data = data;
    this.state = state;
  }

  void peer(Member member) {
    String name = member.peer();
    Path folder = data.node(name);
    Map<String, String> values =
        Map.of(
            "name", name,
            "mspId", member.mspId(),
            "folder", folder.toString(),
            "port", Integer.toString(state.peerPort(member)),
            "operationsPort", Integer.toString(state.peerOperationsPort(member)));
    Folders.write(folder.resolve("core.yaml"), filled("core.yaml", values));
    for (String script : List.of("detect", "build", "release")) {
      Folders.writeProgram(folder.resolve("builder/bin/" + script), filled(script, Map.of()));
    }
  }

  void orderer(int number) {
    Member member = state.ordererMember(number);
    Map<String, String> values =
        Map.of(
            "mspId", member.mspId(),
            "port", Integer.toString(state.ordererPort(number)),
            "adminPort", Integer.toString(state.ordererAdminPort(number)),
            "operationsPort", Integer.toString(state.ordererOperationsPort(number)));
    Folders.write(
        data.node("orderer" + number).resolve("orderer.yaml"), filled("orderer.yaml", values));
  }

  /** How a member's peer reaches its server of a chaincode jar. */
  void chaincodeConnection(Member member, String digest) {
    Path tls = data.node(member.chaincode()).resolve("tls");
    Json.Obj connection =
        Json.object(
            "address",
            "127.0.0.1:" + state.chaincodePort(member),
            "client_auth_required",
            true,
            "client_cert",
            text(tls.resolve("client.pem")),
            "client_key",
            text(tls.resolve("client.key")),
            "dial_timeout",
            "10s",
            "root_cert",
            text(tls.resolve("ca.pem")),
            "tls_required",
            true);
    Folders.writeSecret(
        data.node(member.peer()).resolve("chaincode").resolve(digest + ".json"),
        new String(connection.canonical(), StandardCharsets.UTF_8));
  }

  void chaincodeEnvironment(Member member, ChaincodePackage chaincode, String file) {
    Path folder = data.node(member.chaincode());
    Path tls = folder.resolve("tls");
    List<String> lines =
        List.of(
            "CHAINCODE_SERVER_ADDRESS=127.0.0.1:" + state.chaincodePort(member),
            "CHAINCODE_ID=" + chaincode.id(),
            "CHAINCODE_JAR=" + data.chaincode(chaincode.digest(), "sanchi-chaincode.jar"),
            "CHAINCODE_TLS_CERT=" + tls.resolve("server.pem"),
            "CHAINCODE_TLS_KEY=" + tls.resolve("server.key"),
            "CHAINCODE_CLIENT_CA=" + tls.resolve("ca.pem"));
    Folders.write(folder.resolve(file), String.join("\n", lines) + "\n");
  }

  /** configtx.yaml, from which configtxgen makes the channel's first block. */
  void channel() {
    List<Member> members = state.members();
    Map<String, String> values =
        Map.of(
            "organisations",
            members.stream().map(this::organisation).collect(Collectors.joining()),
            "orderers",
            IntStream.rangeClosed(1, state.orderers())
                .mapToObj(number -> "        - *" + state.ordererMember(number).mspId() + "\n")
                .collect(Collectors.joining()),
            "consenters",
            IntStream.rangeClosed(1, state.orderers())
                .mapToObj(this::consenter)
                .collect(Collectors.joining()),
            "members",
            state.peers().stream()
                .map(member -> "        - *" + member.mspId() + "\n")
                .collect(Collectors.joining()));
    Folders.write(data.channel("configtx.yaml"), filled("configtx.yaml", values));
  }

  private String organisation(Member member) {
    var text = new StringBuilder();
    text.append(
        filled(
            "organisation.yaml",
            Map.of(
                "mspId",
                member.mspId(),
                "msp",
                data.authority(member.mspId(), "msp").toAbsolutePath().toString())));
    int orderer = state.orderer(member);
    if (orderer > 0) {
      text.append("    OrdererEndpoints:\n");
      text.append("      - 127.0.0.1:").append(state.ordererPort(orderer)).append('\n');
    }
    if (member.application()) {
      // Without it the gateway finds no other member's peer
      text.append("    AnchorPeers:\n");
      text.append("      - Host: 127.0.0.1\n");
      text.append("        Port: ").append(state.peerPort(member)).append('\n');
    }
    return text.toString();
  }

  private String consenter(int number) {
    Path folder = data.node("orderer" + number).toAbsolutePath();
    return filled(
        "consenter.yaml",
        Map.of(
            "id",
            Integer.toString(number),
            "port",
            Integer.toString(state.ordererPort(number)),
            "mspId",
            state.ordererMember(number).mspId(),
            "folder",
            folder.toString()));
  }

  private static String text(Path file) {
    return new String(Folders.read(file), StandardCharsets.US_ASCII);
  }

  static String template(String name) {
    try (InputStream in = NodeFiles.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the tool's jar lacks " + name, e);
    }
  }

  private static String filled(String name, Map<String, String> values) {
    Matcher hole = HOLE.matcher(template(name));
    var text = new StringBuilder();
    while (hole.find()) {
      String value = values.get(hole.group(1));
      if (value == null) {
        throw new IllegalStateException(name + " wants a value of " + hole.group(1));
      }
      hole.appendReplacement(text, Matcher.quoteReplacement(value));
    }
    hole.appendTail(text);
    return text.toString();
  }
}
