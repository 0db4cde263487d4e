package jp.sanchi.server.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import jp.sanchi.network.FabricBinaries;
import jp.sanchi.network.Network;
import jp.sanchi.network.UpOptions;

/** One real network, which all tests of this JVM share and which ends with it. */
final class FabricTestNetwork {
  private static final Network NETWORK = start();

  private FabricTestNetwork() {}

  static Network network() {
    return NETWORK;
  }

  private static Network start() {
    try {
      Path target = Files.createDirectories(Path.of("target", "fabric").toAbsolutePath());
      Path folder = Files.createTempDirectory(target, "network-");
      var network = new Network(folder, FabricBinaries.find(), System.out::println);
      Runtime.getRuntime().addShutdownHook(new Thread(network::reset));
      Path chaincode =
          Path.of(
              System.getProperty(
                  "sanchi.chaincode", "../../fabric-config/chaincode/target/sanchi-chaincode.jar"));
      // Two of the members are one operator's, whom the gateway would take for two
      network.up(
          new UpOptions(
              0,
              null,
              Map.of("LogisticsMSP", "Carriers"),
              chaincode.toAbsolutePath().normalize(),
              false));
      return network;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
