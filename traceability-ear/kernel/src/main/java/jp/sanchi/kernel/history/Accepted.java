package jp.sanchi.kernel.history;

import java.util.List;

/**
 * The event is part of these histories.
 *
 * @param eventId 43 characters of base64url
 * @param recordTime when the ledger first took it, in milliseconds since 1970
 * @param repeated whether the ledger held it before: then nothing changed
 */
public record Accepted(String eventId, long recordTime, boolean repeated, List<String> subjects)
    implements Outcome {
  public Accepted {
    subjects = List.copyOf(subjects);
  }
}
