package jp.sanchi.kernel.event;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Codes that people type or compare by eye, in Crockford's base 32 (wire format, section 3).
 *
 * <p>A label's is 8 characters: run (4), number (2), and a check of both and of the GTIN (2). No
 * character of the serial's 60 random bits goes into it, so that who knows a code knows no page.
 *
 * @param run 4 characters
 * @param number of the label within its run, 0 to 499
 * @param check 2 characters, which only the right GTIN fits
 */
public record ShortCode(String run, int number, String check) {
  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int KEY_CHARACTERS = 6;

  /**
   * @param gtin14 14 digits
   */
  public static ShortCode ofLabel(String gtin14, String run, int number) {
    String label = gtin14 + "/" + Serial.checkRun(run) + "/" + number;
    return new ShortCode(run, number, base32("sanchi/short/1\0" + label, 2));
  }

  /**
   * Reads what a person typed: in any case, O as 0, I and L as 1, hyphens and spaces anywhere; else
   * {@code serial_malformed}.
   */
  public static ShortCode parse(String typed) {
    StringBuilder code = new StringBuilder();
    for (char c : typed.toUpperCase(Locale.ROOT).toCharArray()) {
      switch (c) {
        case '-', ' ' -> {}
        case 'O' -> code.append('0');
        case 'I', 'L' -> code.append('1');
        default -> code.append(c);
      }
      if (code.length() > 0 && ALPHABET.indexOf(code.charAt(code.length() - 1)) < 0) {
        throw new MalformedEvent("serial_malformed", null);
      }
    }
    if (code.length() != 8) {
      throw new MalformedEvent("serial_malformed", null);
    }
    int number = ALPHABET.indexOf(code.charAt(4)) << 5 | ALPHABET.indexOf(code.charAt(5));
    if (number >= Serial.RUN_LABELS) {
      throw new MalformedEvent("serial_malformed", null);
    }
    return new ShortCode(code.substring(0, 4), number, code.substring(6));
  }

  /** Whether this is the code of a label of this product. */
  public boolean fits(String gtin14) {
    return equals(ofLabel(gtin14, run, number));
  }

  /** As it is printed, such as {@code K7Q2-0MX4}. */
  public String text() {
    return run + '-' + ALPHABET.charAt(number >> 5) + ALPHABET.charAt(number & 31) + check;
  }

  /**
   * What a phone and its administrator compare before the key is enrolled, such as {@code 4XK-9QM}:
   * 30 bits of SHA-256 over the thumbprint.
   *
   * @param thumbprint the key's, 32 bytes
   */
  public static String ofKey(byte[] thumbprint) {
    String code = base32(Serial.sha256(thumbprint), KEY_CHARACTERS);
    return code.substring(0, 3) + '-' + code.substring(3);
  }

  private static String base32(String text, int characters) {
    return base32(Serial.sha256(text.getBytes(StandardCharsets.US_ASCII)), characters);
  }

  /** The first bits, five a character. */
  private static String base32(byte[] bytes, int characters) {
    StringBuilder out = new StringBuilder();
    int held = 0;
    int bits = 0;
    for (int at = 0; out.length() < characters; ) {
      if (bits < 5) {
        held = held << 8 | (bytes[at++] & 0xFF);
        bits += 8;
      }
      bits -= 5;
      out.append(ALPHABET.charAt(held >> bits & 31));
    }
    return out.toString();
  }
}
