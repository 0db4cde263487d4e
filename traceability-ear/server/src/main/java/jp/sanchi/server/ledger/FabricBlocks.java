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
 * Follows a channel's blocks: one thread listens to the peer in use and keeps the newest ones at
 * hand; older ones are fetched when they are asked for.
 */
final class FabricBlocks implements AutoCloseable {
  private static final Logger LOG = System.getLogger(FabricBlocks.class.getName());
  private static final int KEPT_BLOCKS = 256;
  private static final int KEPT_EVENTS = 20_000;
  private static final long PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 2_000;

  private final FabricGateways gateways;
  private final AtomicLong newest;
  private final Thread thread = new Thread(this::follow, "sanchi-fabric-blocks");
  private final ArrayDeque<LedgerBlock> kept = new ArrayDeque<>();
  private int keptEvents;
  private CloseableIterator<Block> listening;
  private boolean reached;
  private volatile boolean closed;

  FabricBlocks(FabricGateways gateways, AtomicLong newest) {
    this.gateways = gateways;
    this.newest = newest;
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

  /** Returns when the block is at hand, or was, or the time is over. */
  synchronized void await(long number, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (newest.get() < number) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
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
        blocks.add(Blocks.read(events.next()));
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
          add(Blocks.read(events.next()));
          failures = 0;
        }
      } catch (GatewayException | RuntimeException e) {
        if (closed) {
          return;
        }
        if (gateway == gateways.current()) {
          LOG.log(Level.WARNING, "peer " + gateway.name() + " gives no blocks: " + e.getMessage());
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
    // At the start the newest block tells how far the chain is
    long from = newest.get() < 0 ? gateway.height() - 1 : newest.get() + 1;
    CloseableIterator<Block> events = gateway.blocks(from);
    synchronized (this) {
      listening = events;
      reached = true;
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

  private synchronized void add(LedgerBlock block) {
    kept.addLast(block);
    keptEvents += block.events().size();
    while (kept.size() > KEPT_BLOCKS || keptEvents > KEPT_EVENTS && kept.size() > 1) {
      keptEvents -= kept.removeFirst().events().size();
    }
    newest.set(block.number());
    notifyAll();
  }

  @Override
  public void close() {
    closed = true;
    listenAnew();
    thread.interrupt();
  }
}
