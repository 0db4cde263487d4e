package jp.sanchi.kernel.event;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.BitSet;

/**
 * The text that may stand in a signed payload: Unicode NFC over the code points of one fixed table.
 *
 * <p>The table is Unicode 13.0 (and the ideographs of planes 2 and 3) without NUL, the byte order
 * mark, bidi controls and noncharacters. It is fixed because two endorsers, or an endorser and a
 * browser, with different Unicode versions disagree on whether a text with newer characters is NFC;
 * with only older ones Unicode promises that they never will.
 */
final class ShownText {
  private static final BitSet ALLOWED = load("text-code-points.txt");

  private ShownText() {}

  static boolean allowed(String text) {
    int length = text.length();
    boolean surelyComposed = true;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x300) {
        // Below the combining marks every character is NFC by itself.
        if (c == 0) {
          return false;
        }
        continue;
      }
      int codePoint = c;
      if (Character.isSurrogate(c)) {
        codePoint = text.codePointAt(i);
        if (codePoint == c) {
          return false;
        }
        i++;
      }
      if (!ALLOWED.get(codePoint)) {
        return false;
      }
      surelyComposed = surelyComposed && standsAlone(c);
    }
    return surelyComposed || Normalizer.isNormalized(text, Normalizer.Form.NFC);
  }

  /** Kana and everyday kanji neither combine nor decompose, and are most of what is checked. */
  private static boolean standsAlone(char c) {
    return (c >= 0x4E00 && c <= 0x9FFC)
        || (c >= 0x3041 && c <= 0x3096)
        || (c >= 0x30A0 && c <= 0x30FF)
        || (c >= 0x3000 && c <= 0x3020)
        || (c >= 0xFF01 && c <= 0xFF60);
  }

  private static BitSet load(String resource) {
    var allowed = new BitSet(0x110000);
    try (InputStream bytes = ShownText.class.getResourceAsStream(resource);
        var lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        int dash = line.indexOf('-');
        allowed.set(
            Integer.parseInt(line.substring(0, dash), 16),
            Integer.parseInt(line.substring(dash + 1), 16) + 1);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return allowed;
  }
}
