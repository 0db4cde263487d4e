package jp.sanchi.server.ledger;

import java.util.List;

/**
 * One committed block as far as it concerns Sanchi.
 *
 * @param time of its last transaction, in ms since 1970. Clients set it, so it may fall a little
 * @param events that became part of their histories here, in ledger order; neither refused nor
 *     repeated ones
 */
public record LedgerBlock(long number, long time, List<CommittedEvent> events) {
  public LedgerBlock {
    events = List.copyOf(events);
  }
}
