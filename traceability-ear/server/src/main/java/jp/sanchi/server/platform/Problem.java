package jp.sanchi.server.platform;

import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Reason;

/**
 * A request that is answered with RFC 9457 problem+json. It costs little more than a return value.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;
  private final String field;
  private final int retryAfterSeconds;

  private Problem(int status, String reason, String field, int retryAfterSeconds) {
    super(reason + (field == null ? "" : " at " + field), null, false, false);
    this.status = status;
    this.reason = reason;
    this.field = field;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  public static Problem of(Fault fault) {
    return new Problem(fault.status(), fault.code(), null, 0);
  }

  /**
   * @param field a JSON Pointer into the body, or the name of a query parameter
   */
  public static Problem of(Fault fault, String field) {
    return new Problem(fault.status(), fault.code(), field, 0);
  }

  /** The client may ask again after so many seconds. */
  public static Problem retry(Fault fault, int seconds) {
    return new Problem(fault.status(), fault.code(), null, Math.max(1, seconds));
  }

  /** Bytes that the kernel can't read: 400 with the kernel's own reason. */
  public static Problem of(MalformedEvent malformed) {
    return new Problem(400, malformed.reason(), malformed.field(), 0);
  }

  /** The kernel's reason for a query parameter, which is then the field at fault. */
  public static Problem ofParameter(MalformedEvent malformed, String parameter) {
    return new Problem(400, malformed.reason(), parameter, 0);
  }

  /** What the kernel's rules would say of whoever asks. */
  public static Problem refused(int status, Reason reason) {
    return new Problem(status, reason.code(), null, 0);
  }

  public int status() {
    return status;
  }

  public String reason() {
    return reason;
  }

  /** Null where no place can be named. */
  public String field() {
    return field;
  }

  /** 0 where asking again does not help. */
  int retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
