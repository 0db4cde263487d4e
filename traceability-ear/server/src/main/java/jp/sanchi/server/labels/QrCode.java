package jp.sanchi.server.labels;

import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.util.Map;

/** A QR code of level M. */
final class QrCode {
  /** White modules that must lie around it (ISO/IEC 18004). */
  static final int QUIET = 4;

  static final int MASKS = 8;

  private final ByteMatrix modules;

  private QrCode(ByteMatrix modules) {
    this.modules = modules;
  }

  /**
   * @param mask 0 to 7: the pattern that is laid over the modules; all eight say the same. Null for
   *     the one that the standard's rules prefer
   */
  static QrCode of(String text, Integer mask) {
    Map<EncodeHintType, Integer> hints =
        mask == null ? Map.of() : Map.of(EncodeHintType.QR_MASK_PATTERN, mask);
    try {
      return new QrCode(Encoder.encode(text, ErrorCorrectionLevel.M, hints).getMatrix());
    } catch (WriterException e) {
      throw new IllegalArgumentException("no QR code holds " + text.length() + " characters", e);
    }
  }

  /** Modules a side, without the quiet zone. */
  int size() {
    return modules.getWidth();
  }

  boolean isDark(int x, int y) {
    return modules.get(x, y) == 1;
  }
}
