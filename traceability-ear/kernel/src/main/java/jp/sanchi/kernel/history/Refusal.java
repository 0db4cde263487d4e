package jp.sanchi.kernel.history;

import jp.sanchi.kernel.event.Reason;

/**
 * Carries a refusal out of the depths of the rules to {@link Rules}, which answers it as a value.
 * Without a stack trace, since refusing must not be dearer than accepting.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String field;
  private final String detail;

  Refusal(Reason reason, String field, String detail) {
    super(reason.code(), null, false, false);
    this.reason = reason;
    this.field = field;
    this.detail = detail;
  }

  Refused of(String eventId) {
    return new Refused(eventId, reason, field, detail);
  }
}
