package jp.sanchi.kernel.event;

import java.util.Arrays;
import java.util.Base64;

/** RFC 4648 section 5 without padding, in the one form that an encoder writes. */
public final class Base64Url {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private Base64Url() {}

  public static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /**
   * Takes the 64 characters only, no padding, with zero in the spare bits of the last one; anything
   * else is {@code base64_not_canonical}. The empty text is no bytes.
   */
  public static byte[] decode(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      // The JDK takes padding and stray bits; only one text per value leaves no room for aliases.
      // Both show in the last group alone.
      int rest = bytes.length % 3;
      String tail = encode(Arrays.copyOfRange(bytes, bytes.length - rest, bytes.length));
      if (text.length() == (bytes.length * 4L + 2) / 3 && text.endsWith(tail)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // falls through: the JDK's wording is of no use to anybody
    }
    throw new MalformedEvent("base64_not_canonical", null);
  }
}
