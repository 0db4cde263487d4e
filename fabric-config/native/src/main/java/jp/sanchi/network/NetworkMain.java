package jp.sanchi.network;

import java.io.Console;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import jp.sanchi.kernel.event.Json;

/** The command line: {@code network up}, and so on. */
public final class NetworkMain {
  static final String USAGE =
      """
      Usage: network [-d DIR] COMMAND

        up [--port-base N] [--consortium ID] [--operators MSP=NAME,...] [--chaincode JAR]
                                makes the network, or starts what is down of it
        down                    stops all processes; the data stay
        status                  processes, ports, memory, heights, certificates; exit 3 if
                                something is down or the peers' heights differ
        reset [--yes]           stops all and deletes the data folder
        trust                   writes trust.json anew, from the channel and the ledger
        member add NAME [--operator WHO]
                                a further member, with its peer and its chaincode
        member describe MSPID --ca PEM --operator WHO --consortium ID
                                prints the member_changed that members with machines of their
                                own approve, each with:
        member approve FILE --connection JSON --administrator PEM
        administrator certify MSPID --key KEY [--valid 365d]
                                certifies the key that somebody's console shows: its browser
                                then signs as this member's administrator
        certificates rotate [MEMBER] [--valid 365d]
                                renews certificates, restarts what uses them one by one
        chaincode upgrade [JAR] has all members agree on another jar; nothing stops
        peer rebuild MEMBER     an empty disk for the member's peer, which catches up
        install [--from FILE|ADDRESS] [--sha256 HEX]
                                unpacks a Fabric release into ~/.sanchi/fabric
        prepare                 makes the files and starts nothing (same options as up), for
                                nodes in containers; then: up --external

      DIR holds the network's data: -d, else SANCHI_NETWORK_DATA, else ~/.sanchi/network.
      Fabric's programs come from FABRIC_BIN, else the PATH, else ~/.sanchi/fabric.
      """;

  private static final String[] UP = {
    "--port-base", "--consortium", "--operators", "--chaincode", "--external"
  };

  private NetworkMain() {}

  /** Exits with 0, 1 if the command failed, 2 if it makes no sense, 3 if status finds faults. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    try {
      return execute(new Arguments(arguments));
    } catch (NetworkFailure e) {
      System.err.println(e.getMessage());
      return 1;
    } catch (PeerClient.Refusal e) {
      System.err.println("A peer refused: " + e.getMessage());
      return 1;
    } catch (Arguments.Wrong e) {
      System.err.println(e.getMessage());
      System.err.println();
      System.err.print(USAGE);
      return 2;
    }
  }

  private static int execute(Arguments arguments) {
    switch (arguments.command()) {
      case "up" -> network(arguments, 0, UP).up(up(arguments));
      case "prepare" -> network(arguments, 0, UP).prepare(up(arguments));
      case "down" -> network(arguments, 0).down();
      case "status" -> {
        Status status = network(arguments, 0).status();
        status.lines(Instant.now()).forEach(System.out::println);
        return status.well() ? 0 : 3;
      }
      case "reset" -> reset(arguments);
      case "trust" -> System.out.println(network(arguments, 0).trust());
      case "member add" ->
          network(arguments, 1, "--operator")
              .addMember(
                  arguments.operand("a name, as in fishers"),
                  arguments.option("--operator") == null
                      ? NewNetwork.OPERATOR
                      : arguments.option("--operator"));
      case "member describe" -> describe(arguments);
      case "member approve" -> approve(arguments);
      case "administrator certify" ->
          System.out.print(
              network(arguments, 1, "--key", "--valid")
                  .certify(
                      arguments.operand("an MSP id, as in GrowersMSP"),
                      arguments.needed("--key"),
                      arguments.duration("--valid", Certificates.VALID)));
      case "certificates rotate" ->
          network(arguments, 1, "--valid")
              .rotate(arguments.operand(), arguments.duration("--valid", Certificates.VALID));
      case "chaincode upgrade" ->
          network(arguments, 1)
              .upgrade(arguments.operand() == null ? chaincode() : Path.of(arguments.operand()));
      case "peer rebuild" -> network(arguments, 1).rebuild(arguments.operand("a member"));
      case "install" -> install(arguments);
      case "help" -> System.out.print(USAGE);
      default -> throw new Arguments.Wrong("There is no command " + arguments.command() + ".");
    }
    return 0;
  }

  private static void describe(Arguments arguments) {
    arguments.allow(1, "--ca", "--operator", "--consortium");
    Json.Obj payload =
        Founding.changed(
            arguments.needed("--consortium"),
            Founding.described(
                arguments.operand("an MSP id, as in FishersMSP"),
                arguments.needed("--operator"),
                Path.of(arguments.needed("--ca"))),
            Instant.now());
    System.out.println(new String(payload.canonical(), StandardCharsets.UTF_8));
  }

  private static void approve(Arguments arguments) {
    arguments.allow(1, "--connection", "--administrator");
    Path connection = Path.of(arguments.needed("--connection"));
    Path administrator = Path.of(arguments.needed("--administrator"));
    Ledger.approve(Path.of(arguments.operand("a file")), connection, administrator);
    System.out.println("Approved.");
  }

  private static UpOptions up(Arguments arguments) {
    return new UpOptions(
        arguments.number("--port-base", UpOptions.PORT_BASE),
        arguments.option("--consortium"),
        arguments.pairs("--operators"),
        arguments.path("--chaincode", chaincode()),
        arguments.flag("--external"));
  }

  private static void reset(Arguments arguments) {
    Network network = network(arguments, 0, "--yes");
    // Without a network there is nothing to ask about
    network.processNames();
    if (!arguments.flag("--yes")) {
      Console console = System.console();
      String answer =
          console == null
              ? null
              : console.readLine(
                  "Delete %s with the ledger and all keys? Say yes: ", arguments.data());
      if (!"yes".equals(answer)) {
        throw new NetworkFailure(
            "Nothing was deleted: say yes when asked, or `network reset --yes`.");
      }
    }
    network.reset();
  }

  private static void install(Arguments arguments) {
    arguments.allow(0, "--from", "--sha256");
    String from = arguments.option("--from");
    FabricBinaries installed =
        FabricBinaries.install(
            from == null ? FabricBinaries.releaseAddress() : from,
            arguments.option("--sha256") == null
                ? FabricBinaries.releaseSum()
                : arguments.option("--sha256"),
            FabricBinaries.cache());
    System.out.println("Installed Fabric in " + installed.folder() + ".");
  }

  private static Path chaincode() {
    // Named by the shell script, which knows where the project is
    return Path.of(System.getProperty("sanchi.chaincode", "sanchi-chaincode.jar"));
  }

  private static Network network(Arguments arguments, int operands, String... options) {
    arguments.allow(operands, options);
    return new Network(arguments.data(), FabricBinaries.ofThisMachine(), System.out::println);
  }
}
