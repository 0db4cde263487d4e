package jp.sanchi.server.ledger;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The two threads that work with the ledger for as long as the server is deployed. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class LedgerWorkers {
  private static final Logger LOG = System.getLogger(LedgerWorkers.class.getName());
  private static final long POLL_MS = 200;

  /** As long as what waits is younger, captures go first: a person waits for a receipt. */
  private static final long YOUNG_MS = 3_000;

  private static final long LONGEST_PAUSE_MS = 10_000;

  @Resource private ManagedThreadFactory threads;
  @Inject private LedgerOutbox outbox;
  @Inject private OutboxSignal signal;
  @Inject private LedgerFollower follower;

  private final List<Thread> running = new ArrayList<>();
  private volatile boolean stopped;

  /** One turn of a worker. */
  private interface Turn {
    void run() throws Exception;
  }

  @PostConstruct
  void start() {
    work("outbox", this::carry);
    work("follower", () -> follower.turn(Duration.ofMillis(500)));
  }

  private void carry() throws Exception {
    if (System.currentTimeMillis() - outbox.oldestMs() < YOUNG_MS) {
      signal.giveWay(POLL_MS);
    }
    if (outbox.turn() != LedgerOutbox.Turn.SETTLED) {
      signal.await(POLL_MS);
    }
  }

  // Not named like the callback: Payara looks that up by name alone, and takes either on JDK 25
  private void work(String name, Turn turn) {
    Thread thread = threads.newThread(() -> repeat(name, turn));
    thread.setName("sanchi-" + name);
    thread.setDaemon(true);
    running.add(thread);
    thread.start();
  }

  private void repeat(String name, Turn turn) {
    int failures = 0;
    while (!stopped) {
      try {
        turn.run();
        if (failures > 0) {
          LOG.log(Level.INFO, name + " works again");
          failures = 0;
        }
      } catch (InterruptedException e) {
        return;
      } catch (Exception e) {
        if (stopped) {
          return;
        }
        failures++;
        // The first of a series in full, the rest in a line
        LOG.log(
            Level.WARNING,
            name + " failed, attempt " + failures + ": " + e,
            failures == 1 ? e : null);
        if (!pause(failures)) {
          return;
        }
      }
    }
  }

  private static boolean pause(int failures) {
    try {
      Thread.sleep(Math.min(LONGEST_PAUSE_MS, POLL_MS << Math.min(6, failures - 1)));
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @PreDestroy
  void stop() {
    stopped = true;
    signal.wake();
    try {
      for (Thread thread : running) {
        thread.join(2_000);
        if (thread.isAlive()) {
          thread.interrupt();
          thread.join(2_000);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
