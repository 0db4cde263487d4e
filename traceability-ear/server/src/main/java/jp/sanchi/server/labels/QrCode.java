package jp.sanchi.server.labels;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;

/** A QR code of level M. */
final class QrCode {
  /** White modules that must lie around it (ISO/IEC 18004). */
  static final int QUIET = 4;

  private final ByteMatrix modules;

  private QrCode(ByteMatrix modules) {
    this.modules = modules;
  }

  static QrCode of(String text) {
    try {
      return new QrCode(Encoder.encode(text, ErrorCorrectionLevel.M).getMatrix());
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
