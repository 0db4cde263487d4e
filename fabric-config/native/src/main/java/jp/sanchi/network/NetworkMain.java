package jp.sanchi.network;

import java.nio.file.Path;
import java.time.Instant;

/** The command line: {@code network up}, and so on. */
public final class NetworkMain {
  static final String USAGE =
      """
      Usage: network [-d DIR] COMMAND

        up [--port-base N] [--consortium ID] [--operators MSP=NAME,...] [--chaincode JAR]
                              makes the network, or starts what is down of it
        down                  stops all processes; the data stay
        status                processes, ports, memory, heights, certificates
        reset [--yes]         stops all and deletes the data folder
        trust                 writes trust.json anew

      DIR holds the network's data: -d, else SANCHI_NETWORK_DATA, else ~/.sanchi/network.
      """;

  private NetworkMain() {}

  /** Exits with 0, 1 if the command failed, 2 if there is no such command. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  static int run(String... arguments) {
    try {
      new NetworkMain().execute(new Arguments(arguments));
      return 0;
    } catch (NetworkFailure e) {
      System.err.println(e.getMessage());
      return 1;
    } catch (Arguments.Wrong e) {
      System.err.println(e.getMessage());
      System.err.println();
      System.err.print(USAGE);
      return 2;
    }
  }

  private void execute(Arguments arguments) {
    switch (arguments.command()) {
      case "up" -> {
        Network network =
            network(arguments, "--port-base", "--consortium", "--operators", "--chaincode");
        network.up(
            new UpOptions(
                arguments.number("--port-base", UpOptions.PORT_BASE),
                arguments.option("--consortium"),
                arguments.pairs("--operators"),
                arguments.path(
                    "--chaincode",
                    Path.of(System.getProperty("sanchi.chaincode", "sanchi-chaincode.jar")))));
      }
      case "down" -> network(arguments).down();
      case "status" ->
          network(arguments).status().lines(Instant.now()).forEach(System.out::println);
      case "reset" -> {
        network(arguments, "--yes").reset();
      }
      case "trust" -> System.out.println(network(arguments).trust());
      default -> throw new Arguments.Wrong("There is no command " + arguments.command() + ".");
    }
  }

  private static Network network(Arguments arguments, String... options) {
    arguments.allow(0, options);
    return new Network(arguments.data(), FabricBinaries.find(), System.out::println);
  }
}
