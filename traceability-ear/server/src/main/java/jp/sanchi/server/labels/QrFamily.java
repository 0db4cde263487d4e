package jp.sanchi.server.labels;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The codes of a run, whose links differ in a few characters only. Under one mask a code is linear:
 * a bit that changes in the text flips always the same modules (its own and those of the error
 * correction), whatever the other bits are. So what each bit flips is looked up once, and a code is
 * the first one with these flips.
 *
 * <p>Safe for use by several threads.
 */
final class QrFamily {
  private final byte[] first;
  private final QrCode code;
  private final Map<Integer, byte[]> flips = new ConcurrentHashMap<>();

  /** All codes get the mask that the standard's rules prefer for this link. */
  QrFamily(String first) {
    this.first = first.getBytes(StandardCharsets.UTF_8);
    this.code = QrCode.of(first, null);
  }

  QrCode of(String link) {
    byte[] bytes = link.getBytes(StandardCharsets.UTF_8);
    if (bytes.length != first.length || bytes.length != link.length()) {
      return QrCode.of(link, null);
    }
    byte[] tiles = code.tiles().clone();
    for (int at = 0; at < bytes.length; at++) {
      int changed = bytes[at] ^ first[at];
      if (changed != 0) {
        flip(tiles, flips(at, changed));
      }
    }
    return new QrCode(code.size(), code.mask(), tiles);
  }

  private byte[] flips(int at, int changed) {
    byte[] known = flips.get(at << 8 | changed);
    if (known == null) {
      int bit = Integer.lowestOneBit(changed);
      if (bit == changed) {
        byte[] text = first.clone();
        text[at] ^= (byte) bit;
        known = QrCode.of(new String(text, StandardCharsets.US_ASCII), code.mask()).tiles().clone();
        flip(known, code.tiles());
      } else {
        known = flips(at, bit).clone();
        flip(known, flips(at, changed ^ bit));
      }
      flips.put(at << 8 | changed, known);
    }
    return known;
  }

  private static void flip(byte[] tiles, byte[] by) {
    for (int i = 0; i < tiles.length; i++) {
      tiles[i] ^= by[i];
    }
  }
}
