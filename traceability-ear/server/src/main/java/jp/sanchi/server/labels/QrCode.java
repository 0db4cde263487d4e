package jp.sanchi.server.labels;

import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import com.google.zxing.qrcode.encoder.QRCode;
import java.util.Map;

/**
 * A QR code of level M, held as tiles of two by four modules: one byte each, its bits in the order
 * of Unicode's braille patterns, so that a tile is also a character.
 */
final class QrCode {
  /** White modules that must lie around it (ISO/IEC 18004). */
  static final int QUIET = 4;

  static final int MASKS = 8;
  static final int TILE_WIDTH = 2;
  static final int TILE_HEIGHT = 4;

  private final int size;
  private final int mask;
  private final byte[] tiles;

  QrCode(int size, int mask, byte[] tiles) {
    this.size = size;
    this.mask = mask;
    this.tiles = tiles;
  }

  /**
   * @param mask 0 to 7: the pattern that is laid over the modules; all eight say the same. Null for
   *     the one that the standard's rules prefer
   */
  static QrCode of(String text, Integer mask) {
    Map<EncodeHintType, Integer> hints =
        mask == null ? Map.of() : Map.of(EncodeHintType.QR_MASK_PATTERN, mask);
    try {
      QRCode code = Encoder.encode(text, ErrorCorrectionLevel.M, hints);
      ByteMatrix modules = code.getMatrix();
      int size = modules.getWidth();
      var made = new QrCode(size, code.getMaskPattern(), new byte[across(size) * down(size)]);
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          if (modules.get(x, y) == 1) {
            made.tiles[made.tile(x, y)] |= (byte) bit(x % TILE_WIDTH, y % TILE_HEIGHT);
          }
        }
      }
      return made;
    } catch (WriterException e) {
      throw new IllegalArgumentException("no QR code holds " + text.length() + " characters", e);
    }
  }

  /** Modules a side, without the quiet zone. */
  int size() {
    return size;
  }

  int mask() {
    return mask;
  }

  /** Row by row, from the top left. */
  byte[] tiles() {
    return tiles;
  }

  int across() {
    return across(size);
  }

  int down() {
    return down(size);
  }

  boolean isDark(int x, int y) {
    return (tiles[tile(x, y)] & bit(x % TILE_WIDTH, y % TILE_HEIGHT)) != 0;
  }

  /** Of a module within its tile. */
  static int bit(int x, int y) {
    return y == 3 ? 0x40 << x : 1 << (x * 3 + y);
  }

  private int tile(int x, int y) {
    return y / TILE_HEIGHT * across(size) + x / TILE_WIDTH;
  }

  private static int across(int size) {
    return (size + TILE_WIDTH - 1) / TILE_WIDTH;
  }

  private static int down(int size) {
    return (size + TILE_HEIGHT - 1) / TILE_HEIGHT;
  }
}
