package jp.sanchi.kernel.event;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoding (RFC 3986 section 2.1) of one path segment, as Digital Links and the ids of
 * subjects write it. The canonical form encodes every byte of the UTF-8 but {@code A-Z a-z 0-9 - .
 * _ ~}, in uppercase hexadecimal.
 */
public final class Percent {
  private static final String HEX = "0123456789ABCDEF";

  private Percent() {}

  public static String encode(String text) {
    var out = new StringBuilder(text.length() + 8);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved((char) (b & 0xFF))) {
        out.append((char) b);
      } else {
        out.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
      }
    }
    return out.toString();
  }

  /**
   * Takes what RFC 3986 allows in a segment, raw or encoded in hexadecimal of either case; a plus
   * is a plus. Any other character, an incomplete escape or bytes that are not UTF-8 are {@code
   * link_malformed}.
   */
  public static String decode(String segment) {
    var bytes = new ByteArrayOutputStream(segment.length());
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        if (i + 2 >= segment.length()) {
          throw malformed();
        }
        bytes.write(hex(segment.charAt(i + 1)) << 4 | hex(segment.charAt(i + 2)));
        i += 2;
      } else if (isUnreserved(c) || "!$&'()*+,;=:@".indexOf(c) >= 0) {
        bytes.write(c);
      } else {
        throw malformed();
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  private static int hex(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    } else if (c >= 'A' && c <= 'F') {
      return c - 'A' + 10;
    } else if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    throw malformed();
  }

  private static MalformedEvent malformed() {
    return new MalformedEvent("link_malformed", null);
  }
}
