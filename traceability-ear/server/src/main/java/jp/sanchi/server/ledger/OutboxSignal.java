package jp.sanchi.server.ledger;

import jakarta.inject.Singleton;

/**
 * What captures of this server tell its outbox: that there is something to carry, and that they are
 * at work.
 */
@Singleton
public class OutboxSignal {
  private boolean woken;
  private int capturing;

  /** Something was captured. */
  public synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** Each call is followed by one of {@link #captureEnds}. */
  public synchronized void captureBegins() {
    capturing++;
  }

  public synchronized void captureEnds() {
    capturing--;
    if (capturing == 0) {
      notifyAll();
    }
  }

  /** Returns at once if woken since the last return, else when woken or after the time. */
  synchronized void await(long ms) throws InterruptedException {
    if (!woken) {
      wait(ms);
    }
    woken = false;
  }

  /** Returns when no capture is at work, at the latest after the time. */
  synchronized void giveWay(long ms) throws InterruptedException {
    long end = System.nanoTime() + ms * 1_000_000;
    for (long left = ms; capturing > 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
  }
}
