package jp.sanchi.server.office;

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
import jp.sanchi.server.ledger.LedgerFollower;

/** The thread that feeds the open screens: at once after a projection, else every second. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class LiveWorker {
  private static final Logger LOG = System.getLogger(LiveWorker.class.getName());
  private static final long PAUSE_MS = 1_000;

  @Resource private ManagedThreadFactory threads;
  @Inject private LedgerFollower follower;
  @Inject private OpenStreams streams;

  private Thread thread;
  private volatile boolean stopped;

  @PostConstruct
  void begin() {
    thread = threads.newThread(this::repeat);
    thread.setName("sanchi-live");
    thread.setDaemon(true);
    thread.start();
  }

  private void repeat() {
    boolean failed = false;
    while (!stopped) {
      try {
        follower.awaitTurn(PAUSE_MS);
        streams.turn();
        failed = false;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!failed && !stopped) {
          LOG.log(Level.WARNING, "open screens hear nothing for now", e);
        }
        failed = true;
        if (!pause()) {
          return;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @PreDestroy
  void end() {
    stopped = true;
    thread.interrupt();
    streams.closeAll();
  }
}
