package jp.sanchi.kernel.history;

import java.util.Collection;
import java.util.Map;

/**
 * Where a host keeps what the rules know: a peer's world state, or a table. Keys are {@code
 * subject/{subject}}, {@code event/{event id}} and {@code ledger}; every value is canonical JSON in
 * UTF-8, so that two hosts that have seen the same events hold the same bytes.
 */
public interface WorldState {
  /** The values of these keys; a key without a value is absent from the answer. */
  Map<String, byte[]> load(Collection<String> keys);

  /** Sets values; nothing is ever deleted. */
  void put(Map<String, byte[]> writes);
}
