package jp.sanchi.server.ledger;

import jakarta.inject.Singleton;

/** Wakes the outbox of this server as soon as this server has captured something. */
@Singleton
public class OutboxSignal {
  private boolean woken;

  public synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** Returns at once if woken since the last return, else when woken or after the time. */
  synchronized void await(long ms) throws InterruptedException {
    if (!woken) {
      wait(ms);
    }
    woken = false;
  }
}
