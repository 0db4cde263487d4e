package jp.sanchi.server.ledger;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.hyperledger.fabric.client.GatewayException;

/**
 * The peers that this server may go through, one at a time: the next one when the present one does
 * not answer. What was seen through one peer is never unseen through the next: before it is used it
 * must have all blocks that this server knows of.
 */
final class FabricGateways implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FabricGateways.class.getName());
  private static final Duration CATCH_UP = Duration.ofSeconds(10);
  private static final long LOOK_EVERY_MS = 25;

  private final List<FabricGateway> gateways;
  private final AtomicLong newest;
  private final Object lock = new Object();
  private int current;
  private boolean checked;
  private Runnable onSwitch = () -> {};

  /**
   * @param newest number of the newest block that this server knows of, kept up to date by whoever
   *     follows the blocks
   */
  FabricGateways(FabricConnection connection, AtomicLong newest) {
    this.gateways =
        connection.gateways().stream().map(peer -> new FabricGateway(connection, peer)).toList();
    this.newest = newest;
  }

  /** Told after each change of the peer. */
  void onSwitch(Runnable listener) {
    onSwitch = listener;
  }

  /** The peer in use, whatever it knows. */
  FabricGateway current() {
    synchronized (lock) {
      return gateways.get(current);
    }
  }

  /**
   * The peer in use, once it has every block that this server has seen.
   *
   * @throws GatewayException if it does not answer
   * @throws LedgerUnavailable if it does not catch up in time
   */
  FabricGateway ready() throws GatewayException, InterruptedException {
    FabricGateway gateway;
    synchronized (lock) {
      gateway = gateways.get(current);
      if (checked) {
        return gateway;
      }
    }
    long end = System.nanoTime() + CATCH_UP.toNanos();
    while (gateway.height() <= newest.get()) {
      if (System.nanoTime() > end) {
        failed(gateway);
        throw new LedgerUnavailable(
            "peer " + gateway.name() + " is behind block " + newest.get(), null);
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
    synchronized (lock) {
      if (gateway == gateways.get(current)) {
        checked = true;
      }
    }
    return gateway;
  }

  /** This peer did not answer: goes on with the next one, unless somebody has done so already. */
  void failed(FabricGateway gateway) {
    synchronized (lock) {
      if (gateway != gateways.get(current)) {
        return;
      }
      current = (current + 1) % gateways.size();
      // While none answers this goes round and round
      LOG.log(
          checked ? Level.WARNING : Level.DEBUG,
          "peer {0} does not answer; going on with {1}",
          gateway.name(),
          gateways.get(current).name());
      checked = false;
    }
    onSwitch.run();
  }

  @Override
  public void close() {
    gateways.forEach(FabricGateway::close);
  }
}
