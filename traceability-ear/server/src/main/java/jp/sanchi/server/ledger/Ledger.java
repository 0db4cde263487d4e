package jp.sanchi.server.ledger;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.ledger.TraceFunctions;

/**
 * The consortium's ledger as one server sees it. Safe for many threads. Every method throws {@link
 * LedgerUnavailable} when the ledger can't be reached. None may be called inside a JTA transaction:
 * what the ledger has taken can't be rolled back with the caller's rows.
 */
public interface Ledger {
  /** The most events that one {@link #append} takes. */
  int MAX_BATCH = TraceFunctions.MOST_EVENTS;

  /** The id of the consortium whose ledger this is, without {@code consortium/}. */
  String consortium();

  /** Whether the ledger could be reached just now. */
  boolean isReached();

  /**
   * Appends events, each judged on its own and in order; what is accepted is committed and durable
   * when this returns. An event that the ledger already holds changes nothing.
   *
   * @param batch compact JWSs, at most {@link #MAX_BATCH}
   * @return one outcome an entry, in order
   * @throws LedgerUnavailable when the outcome is unknown, too: append the same events again, they
   *     can't be doubled
   */
  List<Outcome> append(List<String> batch);

  /**
   * An endorsed statement of how many events these subjects have and what their heads are, as of
   * one moment (wire format, section 10). It holds all that was committed before the call.
   *
   * @param subjects canonical subjects, at most 4,096
   * @param challenge 16 to 64 bytes
   * @throws jp.sanchi.kernel.event.MalformedEvent {@code subject_malformed}
   */
  EndorsedAnswer heads(SortedSet<String> subjects, byte[] challenge);

  /**
   * Committed values of the rules' keys ({@code subject/…}, {@code event/…}), all of one moment; a
   * key without a value is absent.
   */
  Map<String, byte[]> state(Collection<String> keys);

  /**
   * Committed blocks in ledger order and without a gap, also those that hold no event.
   *
   * @param from number of the first block wanted; the first of all is 0
   * @param max the most blocks to return
   * @param wait how long to wait if there is none yet; zero to look only
   * @return empty if there was none in time
   */
  List<LedgerBlock> blocks(long from, int max, Duration wait) throws InterruptedException;

  /** Fabric's {@code common.Block} of this number in protobuf, or null if there is none yet. */
  byte[] block(long number);

  /**
   * The trust roots that a verifier of this ledger pins (wire format, section 9): canonical JSON.
   */
  byte[] trust();
}
