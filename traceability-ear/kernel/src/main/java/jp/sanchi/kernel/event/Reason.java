package jp.sanchi.kernel.event;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Why something is refused: one word each of the wire format, the same on the ledger, in
 * problem+json and on screens. Declared in the order in which the ledger tests them (section 5).
 */
public enum Reason {
  // Form
  JWS_MALFORMED,
  JWS_BAD_HEADER,
  JSON_TOO_LARGE,
  JSON_MALFORMED,
  JSON_TOO_DEEP,
  JSON_BAD_NUMBER,
  JSON_BAD_TEXT,
  JSON_DUPLICATE_NAME,
  JSON_NOT_CANONICAL,
  EVENT_MALFORMED,
  UNKNOWN_KIND,
  NOT_FOUNDED,
  WRONG_CONSORTIUM,

  // Form of single values, for what is no event: links, subjects, typed serials
  JSON_WRONG_MEMBER,
  BASE64_NOT_CANONICAL,
  TIME_MALFORMED,
  SERIAL_MALFORMED,
  GS1_BAD_LENGTH,
  GS1_BAD_CHARACTER,
  GS1_BAD_CHECK_DIGIT,
  LINK_MALFORMED,
  LINK_UNKNOWN_KEY,
  LINK_BAD_ORDER,
  LINK_NOT_CANONICAL,
  SUBJECT_MALFORMED,
  SUBJECT_UNSUPPORTED,

  // Key
  UNKNOWN_KEY,
  CERTIFICATE_MALFORMED,
  CERTIFICATE_NOT_TRUSTED,
  CERTIFICATE_EXPIRED,
  CERTIFICATE_BAD_SIGNATURE,
  CERTIFICATE_NOT_CA,
  CERTIFICATE_NOT_ADMIN,
  CERTIFICATE_REVOKED,
  KID_MISMATCH,
  BAD_SIGNATURE,
  KEY_REVOKED,
  KEY_OF_ANOTHER_ORGANISATION,
  WRONG_SIGNER,
  NOT_AN_ADMINISTRATOR,

  // Right
  ORGANISATION_UNKNOWN,
  NOT_AN_AGENT,
  NO_ROLE,
  NOT_ACCREDITED,
  NOT_YOUR_ORGANISATION,
  OUT_OF_RANGE,

  // Time
  FUTURE_EVENT,

  // Corrections
  EVENT_UNKNOWN,
  NOT_YOUR_EVENT,
  CANNOT_BE_CORRECTED,
  ALREADY_CORRECTED,
  CORRECTION_DIFFERS,

  // By kind
  ALREADY_COMMISSIONED,
  RUN_EXISTS,
  RUN_UNKNOWN,
  NOT_YOUR_RUN,
  LABEL_OUT_OF_RUN,
  LABEL_OVERLAP,
  UNIT_EXISTS,
  NOT_YOUR_LOT,
  LOT_UNKNOWN,
  NOT_THE_COMMISSIONER,
  NEEDS_INSPECTOR_OR_AUTHORITY,
  CERTIFICATE_UNKNOWN,
  NOT_THE_CERTIFIER,
  SAME_INSPECTOR,
  KEY_EXISTS,
  BAD_PROOF,
  KEY_UNKNOWN,
  ORGANISATION_EXISTS,
  ALREADY_FOUNDED,
  ALREADY_APPROVED,
  WINDOW_MALFORMED,
  RANGE_NOT_YOURS,

  // Crowding
  NOT_A_PARTY;

  private static final Map<String, Reason> BY_CODE = new HashMap<>();

  static {
    for (Reason reason : values()) {
      BY_CODE.put(reason.code, reason);
    }
  }

  private final String code = name().toLowerCase(Locale.ROOT);

  /** The word of the wire format, such as {@code already_commissioned}. */
  public String code() {
    return code;
  }

  /** The reason of this word; an unknown word is a programmer's mistake. */
  public static Reason of(String code) {
    Reason reason = BY_CODE.get(code);
    if (reason == null) {
      throw new IllegalArgumentException("no reason " + code);
    }
    return reason;
  }
}
