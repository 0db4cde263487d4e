package jp.sanchi.server.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;

/**
 * How a member reaches its Fabric network, as its operator wrote it down (JSON; see
 * fabric-config/README.md). Paths in the file are relative to its folder.
 *
 * @param certificate PEM, of a client of the member
 * @param key PEM, PKCS #8
 * @param trust the trust.json that this server hands out
 * @param gateways peers of the channel that serve as gateways, the preferred one first
 */
record FabricConnection(
    String channel,
    String chaincode,
    String mspId,
    Path certificate,
    Path key,
    Path trust,
    List<Peer> gateways) {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 8);

  /**
   * A peer.
   *
   * @param address host:port
   * @param serverName that its TLS certificate must bear
   * @param tlsRoots PEM
   */
  record Peer(String name, String address, String serverName, Path tlsRoots) {}

  FabricConnection {
    gateways = List.copyOf(gateways);
  }

  /**
   * Reads the file.
   *
   * @throws IllegalStateException with a sentence for the user
   */
  static FabricConnection read(Path file) {
    Path folder = file.toAbsolutePath().normalize().getParent();
    try {
      Json.Obj json = (Json.Obj) Json.parse(Files.readAllBytes(file), LIMITS);
      var gateways = new ArrayList<Peer>();
      for (Json item : json.array("gateways").items()) {
        Json.Obj peer = (Json.Obj) item;
        gateways.add(
            new Peer(
                peer.text("name"),
                peer.text("address"),
                peer.text("serverName"),
                folder.resolve(peer.text("tlsRoots"))));
      }
      if (gateways.isEmpty()) {
        throw new IllegalStateException(file + " names no gateways.");
      }
      return new FabricConnection(
          json.text("channel"),
          json.text("chaincode"),
          json.text("mspId"),
          folder.resolve(json.text("certificate")),
          folder.resolve(json.text("key")),
          folder.resolve(json.text("trust")),
          gateways);
    } catch (IOException e) {
      throw new IllegalStateException(
          "The Fabric connection file " + file + " can't be read. Is the network up?", e);
    } catch (MalformedEvent | ClassCastException | NullPointerException e) {
      throw new IllegalStateException(
          "The Fabric connection file " + file + " is not of the form that this server reads: " + e,
          e);
    }
  }
}
