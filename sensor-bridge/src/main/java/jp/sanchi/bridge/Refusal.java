package jp.sanchi.bridge;

import java.util.Locale;

/**
 * Why a message is not a reading that counts. It is acknowledged, so that it does not come back.
 */
enum Refusal {
  /** Not the JSON of the schema, or a value that no sensor of this kind can have measured. */
  MALFORMED,
  /** On a topic of another form, another organisation, or another device than the message names. */
  WRONG_TOPIC,
  UNKNOWN_DEVICE,
  /** Measured after the device was revoked. */
  REVOKED_DEVICE,
  /** Something that the device was not registered for. */
  UNKNOWN_MEASURE,
  /** A sequence number that was there before: sent again, or replayed. */
  REPEATED,
  /** More than two minutes ahead of this machine's clock. */
  FUTURE_TIME,
  /** Older than what the bridge remembers windows for. */
  TOO_OLD;

  /** As the status file and the log write it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
