package jp.sanchi.server.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import jp.sanchi.kernel.history.Outcome;

/** A real ledger on a bad line: a test says which appends break, and where. */
public final class BrittleLedger implements Ledger {
  private final Ledger real;
  private RuntimeException before;
  private RuntimeException after;

  public BrittleLedger(Ledger real) {
    this.real = real;
  }

  /** The next append never reaches the ledger. */
  public void breakBeforeAppend() {
    before = new LedgerUnavailable("cut before", null);
  }

  /** The next append's answer is lost on the way back. */
  public void breakAfterAppend() {
    after = new LedgerUnavailable("cut after", null);
  }

  /** The server dies as soon as the ledger has taken the next batch. */
  public void dieAfterAppend() {
    after = new IllegalStateException("killed");
  }

  @Override
  public List<Outcome> append(List<String> batch) {
    RuntimeException first = before;
    before = null;
    if (first != null) {
      throw first;
    }
    List<Outcome> outcomes = real.append(batch);
    RuntimeException then = after;
    after = null;
    if (then != null) {
      throw then;
    }
    return outcomes;
  }

  @Override
  public boolean isReached() {
    return real.isReached();
  }

  @Override
  public String consortium() {
    return real.consortium();
  }

  @Override
  public EndorsedAnswer heads(SortedSet<String> subjects, byte[] challenge) {
    return real.heads(subjects, challenge);
  }

  @Override
  public Map<String, byte[]> state(Collection<String> keys) {
    return real.state(keys);
  }

  @Override
  public List<LedgerBlock> blocks(long from, int max, Duration wait) throws InterruptedException {
    return real.blocks(from, max, wait);
  }

  @Override
  public byte[] block(long number) {
    return real.block(number);
  }

  @Override
  public byte[] trust() {
    return real.trust();
  }
}
