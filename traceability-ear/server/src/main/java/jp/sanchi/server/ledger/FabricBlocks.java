package jp.sanchi.server.ledger;

import io.grpc.StatusRuntimeException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.protos.common.Block;

/**
 * Follows a channel's blocks: one thread listens to the peer in use, applies each block to the
 * state in this server's database and keeps the newest ones at hand; older ones are fetched when
 * they are asked for.
 */
final class FabricBlocks implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FabricBlocks.class.getName());
  private static final int KEPT_BLOCKS = 256;
  private static final int KEPT_EVENTS = 20_000;
  private static final long PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 2_000;

  private final FabricGateways gateways;
  private final String chaincode;
  private final AtomicLong newest;
  private final FabricState state;
  private final ParsedEvents parsed;
  private final Thread thread = new Thread(this::follow, "sanchi-fabric-blocks");
  private final ArrayDeque<LedgerBlock> kept = new ArrayDeque<>();
  private int keptEvents;
  private CloseableIterator<Block> listening;
  private boolean reached;
  private long target;
  private volatile boolean closed;

  /**
   * @param newest the last block of the state; kept up to date from here on
   */
  FabricBlocks(
      FabricGateways gateways,
      String chaincode,
      AtomicLong newest,
      FabricState state,
      ParsedEvents parsed) {
    this.gateways = gateways;
    this.chaincode = chaincode;
    this.newest = newest;
    this.state = state;
    this.parsed = parsed;
    gateways.onSwitch(this::listenAnew);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Whether a peer is being listened to. */
  synchronized boolean isReached() {
    return reached;
  }

  /** Whether the state has no block yet, or not yet all that the peer had when it was reached. */
  synchronized boolean isCatchingUp() {
    return newest.get() < 0 || reached && newest.get() < target;
  }

  /** As {@link Ledger#blocks}. */
  List<LedgerBlock> blocks(long from, int max, Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    synchronized (this) {
      while (true) {
        List<LedgerBlock> known = known(from, max);
        if (!known.isEmpty()) {
          return known;
        }
        if (from <= newest.get()) {
          break;
        }
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return List.of();
        }
        wait(left);
      }
    }
    return fetch(from, (int) Math.min(max, newest.get() - from + 1));
  }

  /** Waits until the block is applied; whether it is, in that time. */
  synchronized boolean await(long number, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (newest.get() < number) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private List<LedgerBlock> known(long from, int max) {
    if (kept.isEmpty() || kept.peekFirst().number() > from) {
      return List.of();
    }
    return kept.stream().filter(block -> block.number() >= from).limit(max).toList();
  }

  private List<LedgerBlock> fetch(long from, int count) throws InterruptedException {
    FabricGateway gateway = gateways.current();
    var blocks = new ArrayList<LedgerBlock>();
    try (CloseableIterator<Block> events = gateways.ready().blocks(from)) {
      while (blocks.size() < count && events.hasNext()) {
        blocks.add(Blocks.read(events.next(), chaincode, parsed).appended());
      }
      return blocks;
    } catch (GatewayException | StatusRuntimeException e) {
      gateways.failed(gateway);
      throw new LedgerUnavailable("peer " + gateway.name() + " gave no blocks", e);
    }
  }

  private void follow() {
    int failures = 0;
    while (!closed) {
      FabricGateway gateway = gateways.current();
      try (CloseableIterator<Block> events = listen(gateway)) {
        while (events.hasNext()) {
          add(events.next());
          failures = 0;
        }
      } catch (GatewayException | RuntimeException e) {
        if (closed) {
          return;
        }
        if (gateway == gateways.current()) {
          LOG.log(
              failures == 0 ? Level.WARNING : Level.DEBUG,
              "peer " + gateway.name() + " gives no blocks: " + e.getMessage());
          gateways.failed(gateway);
        }
      }
      lost();
      failures++;
      try {
        Thread.sleep(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * failures));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private CloseableIterator<Block> listen(FabricGateway gateway) throws GatewayException {
    long height = gateway.height();
    CloseableIterator<Block> events = gateway.blocks(newest.get() + 1);
    synchronized (this) {
      listening = events;
      target = height - 1;
      reached = true;
      notifyAll();
    }
    return events;
  }

  private synchronized void lost() {
    reached = false;
    listening = null;
  }

  private synchronized void listenAnew() {
    if (listening != null) {
      listening.close();
    }
  }

  private void add(Block received) {
    Blocks.Contents contents = Blocks.read(received, chaincode, parsed);
    state.apply(received, contents.writes());
    LedgerBlock block = contents.appended();
    synchronized (this) {
      kept.addLast(block);
      keptEvents += block.events().size();
      while (kept.size() > KEPT_BLOCKS || keptEvents > KEPT_EVENTS && kept.size() > 1) {
        keptEvents -= kept.removeFirst().events().size();
      }
      newest.set(block.number());
      notifyAll();
    }
  }

  @Override
  public void close() {
    closed = true;
    listenAnew();
    thread.interrupt();
  }
}
