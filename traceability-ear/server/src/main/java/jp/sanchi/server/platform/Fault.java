package jp.sanchi.server.platform;

import java.util.Arrays;
import java.util.Locale;

/**
 * What can be wrong with a request before any event in it is judged, and with the server while it
 * answers. Events are refused with the kernel's reasons; both share one dictionary.
 */
public enum Fault {
  REQUEST_MALFORMED(400),
  PARAMETER_MALFORMED(400),
  PARAMETER_MISSING(400),
  LOGIN_NEEDED(401),
  FORBIDDEN(403),
  NOT_FOUND(404),
  METHOD_NOT_ALLOWED(405),
  NOT_ACCEPTABLE(406),
  REQUEST_TIMEOUT(408),
  CONFLICT(409),
  INVITATION_ENDED(410),
  LINK_ENDED(410),
  BODY_TOO_LARGE(413),
  TOO_MANY_EVENTS(413),
  ADDRESS_TOO_LONG(414),
  MEDIA_TYPE_UNSUPPORTED(415),
  CODE_TOO_LARGE(422),
  NAME_TOO_LONG(422),
  LABELS_NOT_ANNOUNCED(422),
  DOCUMENT_NOT_ANNOUNCED(422),
  RATE_LIMITED(429),
  HEADERS_TOO_LARGE(431),
  INTERNAL(500),
  METHOD_UNKNOWN(501),
  DATABASE_UNAVAILABLE(503),
  LEDGER_UNAVAILABLE(503),
  PROJECTION_BEHIND(503),
  LABELS_AWAITED(503),
  UNAVAILABLE(503);

  private final int status;

  Fault(int status) {
    this.status = status;
  }

  /** The HTTP status that goes with it. */
  public int status() {
    return status;
  }

  /** The word that programs compare, such as {@code rate_limited}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What to say of a status that the container chose. */
  static Fault ofStatus(int status) {
    return switch (status) {
      case 413 -> BODY_TOO_LARGE;
      case 422 -> REQUEST_MALFORMED;
      case 503 -> UNAVAILABLE;
      default ->
          Arrays.stream(values())
              .filter(fault -> fault.status == status)
              .findFirst()
              .orElse(status < 500 ? REQUEST_MALFORMED : INTERNAL);
    };
  }
}
