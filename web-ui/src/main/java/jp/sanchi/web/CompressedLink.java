package jp.sanchi.web;

import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * GS1 Digital Links whose keys were packed into bits. We print none and unpack none; people who
 * scan one should be told so.
 */
final class CompressedLink {
  private static final Pattern WHOLE = Pattern.compile("/[A-Za-z0-9_-]{10,200}");
  private static final Pattern QUALIFIERS =
      Pattern.compile("/(01|00|253|414|417|8003|8004)/[^/]+/[A-Za-z0-9_-]{4,200}");

  /** The first two digits of the keys that such a link can begin with. */
  private static final Set<Integer> KEYS = Set.of(0x00, 0x01, 0x25, 0x40, 0x41, 0x80);

  private CompressedLink() {}

  /** Whether a path looks like one; a word of ten letters rarely does. */
  static boolean looksLike(String path) {
    return QUALIFIERS.matcher(path).matches()
        || WHOLE.matcher(path).matches() && beginsWithKey(path.substring(1, 3));
  }

  /** Either a key's digits, or a code of two hexadecimal digits for several keys at once. */
  private static boolean beginsWithKey(String text) {
    int first = Base64.getUrlDecoder().decode(text)[0] & 0xFF;
    return KEYS.contains(first) || first >> 4 <= 9 && (first & 15) >= 10;
  }
}
