package jp.sanchi.kernel.event;

/**
 * GS1 identification keys as their application identifiers carry them (GS1 General Specifications,
 * sections 3 and 7.9). Each method takes the text of one key and returns its canonical form; the
 * first fault found is thrown, in this order: {@code gs1_bad_length}, {@code gs1_bad_character},
 * {@code gs1_bad_check_digit}.
 */
public final class Gs1 {
  private Gs1() {}

  /** A kind of primary key, and where in it the GS1 company prefix stands. */
  public enum Key {
    GTIN("01", 1, 13),
    SSCC("00", 1, 17),
    GRAI("8003", 1, 13),
    GIAI("8004", 0, 30),
    /** The GLN of a place. */
    PLACE("414", 0, 12),
    /** The GLN of a party. */
    PARTY("417", 0, 12),
    GDTI("253", 0, 12);

    private final String ai;
    private final int prefixFrom;
    private final int prefixTo;

    Key(String ai, int prefixFrom, int prefixTo) {
      this.ai = ai;
      this.prefixFrom = prefixFrom;
      this.prefixTo = prefixTo;
    }

    /** The application identifier, such as {@code 01}. */
    public String ai() {
      return ai;
    }

    /** The key that has this application identifier, or null. */
    public static Key ofAi(String ai) {
      for (Key key : values()) {
        if (key.ai.equals(ai)) {
          return key;
        }
      }
      return null;
    }

    /** Checks a value and returns its canonical form. */
    public String check(String value) {
      return switch (this) {
        case GTIN -> gtin14(value);
        case SSCC -> sscc(value);
        case GRAI -> grai(value);
        case GIAI -> giai(value);
        case PLACE, PARTY -> gln(value);
        case GDTI -> gdti(value);
      };
    }
  }

  /** The modulo-10 digit that follows these digits (General Specifications, section 7.9.1). */
  public static int checkDigit(String digits) {
    digitsOnly(digits, digits.length());
    return checkDigit(digits, digits.length());
  }

  /** A GTIN of 8, 12, 13 or 14 digits, padded with zeros to 14. */
  public static String gtin14(String gtin) {
    int length = gtin.length();
    if (length != 8 && length != 12 && length != 13 && length != 14) {
      throw new MalformedEvent("gs1_bad_length", null);
    }
    return "0".repeat(14 - length) + checkedNumber(gtin, length);
  }

  public static String sscc(String sscc) {
    return checkedNumber(length(sscc, 18, 18), 18);
  }

  public static String gln(String gln) {
    return checkedNumber(length(gln, 13, 13), 13);
  }

  /**
   * A zero, 13 digits of which the last is the check digit, and a serial of up to 16 characters.
   */
  public static String grai(String grai) {
    length(grai, 14, 30);
    digitsOnly(grai, 14);
    if (grai.charAt(0) != '0') {
      throw new MalformedEvent("gs1_bad_character", null);
    }
    characterSet82(grai);
    return checkedNumber(grai, 14);
  }

  /**
   * 5 to 30 characters of which the first four, the least that a company prefix has, are digits. A
   * GIAI has no check digit.
   */
  public static String giai(String giai) {
    length(giai, 5, 30);
    digitsOnly(giai, 4);
    return characterSet82(giai);
  }

  /** 13 digits of which the last is the check digit, and a serial of up to 17 characters. */
  public static String gdti(String gdti) {
    length(gdti, 13, 30);
    digitsOnly(gdti, 13);
    characterSet82(gdti);
    return checkedNumber(gdti, 13);
  }

  /** AI 10. */
  public static String lot(String lot) {
    return component(lot);
  }

  /** AI 21. */
  public static String serial(String serial) {
    return component(serial);
  }

  /** AI 22. */
  public static String variant(String variant) {
    return component(variant);
  }

  /**
   * Whether a key was made from a range of numbers: a GS1 company prefix, or a longer run of digits
   * that its holder lends. The GTIN's indicator, the SSCC's extension digit and the GRAI's filler
   * are passed over, and the check digit belongs to no range.
   *
   * @param prefix 4 to 16 digits; a U.P.C. prefix with its leading zero, as in a 13-digit GTIN
   * @param value a canonical value of the key
   */
  public static boolean inRange(String prefix, Key key, String value) {
    length(prefix, 4, 16);
    digitsOnly(prefix, prefix.length());
    int end = key.prefixFrom + prefix.length();
    return end <= Math.min(key.prefixTo, value.length())
        && value.startsWith(prefix, key.prefixFrom);
  }

  private static String component(String value) {
    length(value, 1, 20);
    characterSet82(value);
    // In a path these two would be folded away by every browser, encoded or not (RFC 3986, 5.2.4).
    if (value.equals(".") || value.equals("..")) {
      throw new MalformedEvent("gs1_bad_character", null);
    }
    return value;
  }

  private static String length(String value, int least, int most) {
    if (value.length() < least || value.length() > most) {
      throw new MalformedEvent("gs1_bad_length", null);
    }
    return value;
  }

  private static void digitsOnly(String value, int count) {
    for (int i = 0; i < count; i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        throw new MalformedEvent("gs1_bad_character", null);
      }
    }
  }

  /** GS1 AI encodable character set 82 (General Specifications, figure 7.11-1). */
  private static String characterSet82(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean letterOrDigit =
          (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!letterOrDigit && "!\"%&'()*+,-./:;<=>?_".indexOf(c) < 0) {
        throw new MalformedEvent("gs1_bad_character", null);
      }
    }
    return value;
  }

  private static String checkedNumber(String value, int digits) {
    digitsOnly(value, digits);
    if (value.charAt(digits - 1) - '0' != checkDigit(value, digits - 1)) {
      throw new MalformedEvent("gs1_bad_check_digit", null);
    }
    return value;
  }

  private static int checkDigit(String digits, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      int weight = (count - i) % 2 == 1 ? 3 : 1;
      sum += weight * (digits.charAt(i) - '0');
    }
    return (10 - sum % 10) % 10;
  }
}
