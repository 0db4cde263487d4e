package jp.sanchi.kernel.event;

import java.util.Objects;

/**
 * Bytes or text that no honest device writes. The chaincode meets them by the thousand when it is
 * attacked, so the exception carries no stack trace and costs little more than a return value.
 */
public final class MalformedEvent extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final String field;

  /**
   * A refusal that is about to be thrown.
   *
   * @param reason a code of the written wire format such as {@code json_not_canonical}; never free
   *     text
   * @param field a JSON Pointer (RFC 6901) to the place, or null where there is none to name
   */
  public MalformedEvent(String reason, String field) {
    super(field == null ? reason : reason + " at " + field, null, false, false);
    this.reason = Objects.requireNonNull(reason);
    this.field = field;
  }

  public String reason() {
    return reason;
  }

  /** A JSON Pointer (RFC 6901), or null. It helps people; no verdict may depend on it. */
  public String field() {
    return field;
  }
}
