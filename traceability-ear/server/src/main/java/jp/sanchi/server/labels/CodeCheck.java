package jp.sanchi.server.labels;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/** Looks at a finished sheet as a camera would: what is not read again is not handed out. */
final class CodeCheck {
  private static final float DPI = 200;
  private static final Map<DecodeHintType, ?> HINTS = Map.of(DecodeHintType.TRY_HARDER, true);

  private CodeCheck() {}

  /** What the codes say, label by label; null where one can't be read. */
  static List<String> read(byte[] pdf, Format format, int labels) throws IOException {
    List<String> found = new ArrayList<>();
    try (PDDocument document = Loader.loadPDF(pdf)) {
      PDFRenderer renderer = new PDFRenderer(document);
      for (int page = 0; page < document.getNumberOfPages(); page++) {
        BufferedImage picture = renderer.renderImageWithDPI(page, DPI, ImageType.GRAY);
        int onPage = Math.min(format.perPage(), labels - page * format.perPage());
        for (int i = 0; i < onPage; i++) {
          found.add(decoded(picture, format, i));
        }
      }
    }
    return found;
  }

  private static String decoded(BufferedImage picture, Format format, int index) {
    int left = pixels(format.x(index) + format.codeX());
    int top = pixels(format.y(index) + format.codeY());
    byte[] pixels = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    LuminanceSource code =
        new PlanarYUVLuminanceSource(
            pixels,
            picture.getWidth(),
            picture.getHeight(),
            left,
            top,
            Math.min(pixels(format.code), picture.getWidth() - left),
            Math.min(pixels(format.code), picture.getHeight() - top),
            false);
    try {
      return new QRCodeReader()
          .decode(new BinaryBitmap(new HybridBinarizer(code)), HINTS)
          .getText();
    } catch (ReaderException e) {
      return null;
    }
  }

  private static int pixels(float mm) {
    return Math.round(mm / 25.4f * DPI);
  }
}
