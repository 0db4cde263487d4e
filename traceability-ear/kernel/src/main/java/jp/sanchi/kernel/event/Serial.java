package jp.sanchi.kernel.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The serial number that is printed on one package: 20 characters of Crockford's base 32, uppercase
 * and strict (no I, L, O, U, and none taken for another), namely the run's name (4), the label's
 * number within the run (4, big-endian) and 60 random bits (12). Who knows one serial of a run
 * cannot guess the next.
 *
 * <p>Anything else is {@code serial_malformed}.
 *
 * @param number 0 to 499: a run has at most 500 labels, and their order is that of the leaves in
 *     the run's Merkle tree
 * @param text all 20 characters
 */
public record Serial(String run, int number, String text) {
  /** The most labels that a run can have. */
  public static final int RUN_LABELS = 500;

  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  public Serial {
    if (text.length() != 20
        || !isBase32(text)
        || !text.substring(0, 4).equals(run)
        || number(text) != number
        || number >= RUN_LABELS) {
      throw malformed();
    }
  }

  public static Serial parse(String text) {
    if (text.length() != 20 || !isBase32(text)) {
      throw malformed();
    }
    return new Serial(text.substring(0, 4), number(text), text);
  }

  /**
   * A label's serial from its run, its number and fresh randomness.
   *
   * @param random at least 8 bytes of a cryptographic generator, of which the first 60 bits are
   *     used
   */
  public static Serial make(String run, int number, byte[] random) {
    if (random.length < 8 || number < 0 || number >= RUN_LABELS) {
      throw new IllegalArgumentException("too few random bytes, or number outside a run");
    }
    long bits = 0;
    for (int i = 0; i < 8; i++) {
      bits = bits << 8 | (random[i] & 0xFF);
    }
    return parse(run + base32(number, 4) + base32(bits >>> 4, 12));
  }

  /** A run's name from its number, 0 to 2^20-1. */
  public static String run(int ordinal) {
    if (ordinal < 0 || ordinal >= 1 << 20) {
      throw new IllegalArgumentException("a run has 20 bits");
    }
    return base32(ordinal, 4);
  }

  /**
   * Checks a run's name, which also stands in subjects: 4 characters of the alphabet.
   *
   * @return the same text
   */
  public static String checkRun(String run) {
    if (run.length() != 4 || !isBase32(run)) {
      throw malformed();
    }
    return run;
  }

  /**
   * SHA-256 of the ASCII {@code https://id.gs1.org/01/{gtin14}/21/{serial}}: what a package goes by
   * wherever its serial must stay unknown, and the data of its leaf in the run's Merkle tree (whose
   * leaf hash is therefore SHA-256 of 0x00 and these 32 bytes).
   *
   * @param gtin14 14 digits; a shorter form would hash to another package and is {@code
   *     gs1_bad_length}
   */
  public static byte[] hash(String gtin14, String serial) {
    if (gtin14.length() != 14) {
      throw new MalformedEvent("gs1_bad_length", null);
    }
    String uri = "https://id.gs1.org/01/" + Gs1.gtin14(gtin14) + "/21/" + parse(serial).text();
    return sha256(uri.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static int number(String text) {
    int number = 0;
    for (int i = 4; i < 8; i++) {
      number = number << 5 | ALPHABET.indexOf(text.charAt(i));
    }
    return number;
  }

  private static boolean isBase32(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (ALPHABET.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static String base32(long value, int characters) {
    var out = new char[characters];
    long rest = value;
    for (int i = characters - 1; i >= 0; i--) {
      out[i] = ALPHABET.charAt((int) (rest & 31));
      rest >>>= 5;
    }
    return new String(out);
  }

  private static MalformedEvent malformed() {
    return new MalformedEvent("serial_malformed", null);
  }
}
