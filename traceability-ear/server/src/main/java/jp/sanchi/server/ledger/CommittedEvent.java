package jp.sanchi.server.ledger;

import java.util.List;

/**
 * An event on the ledger.
 *
 * @param jws compact
 * @param eventId 43 characters of base64url
 * @param recordTime its transaction's timestamp, in ms since 1970
 * @param subjects whose histories it was appended to, in the order of the table of kinds
 */
public record CommittedEvent(String jws, String eventId, long recordTime, List<String> subjects) {
  public CommittedEvent {
    subjects = List.copyOf(subjects);
  }
}
