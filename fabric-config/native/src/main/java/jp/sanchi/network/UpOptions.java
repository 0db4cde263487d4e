package jp.sanchi.network;

import java.nio.file.Path;
import java.util.Map;

/**
 * How to make a network; on one that exists only {@code chaincode} could matter, and doesn't.
 *
 * @param portBase the first of the ports, or 0 for any that are free
 * @param consortium the ledger's id, or null for a random one
 * @param operators who runs each member's machines, by MSP id; who isn't named is "local"
 * @param chaincode the jar that each member runs
 * @param external whether somebody else (a container runtime) starts and stops the processes
 */
public record UpOptions(
    int portBase,
    String consortium,
    Map<String, String> operators,
    Path chaincode,
    boolean external) {
  /** The first port of a network that says nothing else. */
  public static final int PORT_BASE = 7050;

  public UpOptions {
    operators = Map.copyOf(operators);
  }

  /** A random consortium, one operator, this jar. */
  public static UpOptions of(int portBase, Path chaincode) {
    return new UpOptions(portBase, null, Map.of(), chaincode, false);
  }
}
