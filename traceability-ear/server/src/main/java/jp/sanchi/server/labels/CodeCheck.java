package jp.sanchi.server.labels;

import com.google.zxing.Binarizer;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/** Looks at a finished sheet as a camera would: what is not read again is not handed out. */
final class CodeCheck {
  /** About one picture in a hundred is unlucky in how its modules fall on the pixels. */
  private static final float[] RESOLUTIONS = {200, 300, 254};

  private static final Map<DecodeHintType, ?> HINTS = Map.of(DecodeHintType.TRY_HARDER, true);

  /** Of single pictures; modules are ten dots wide and more. */
  static final int PICTURE_DPI = 600;

  private CodeCheck() {}

  /** A PDF of one page as a picture. */
  static BufferedImage picture(byte[] pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      return new PDFRenderer(document).renderImageWithDPI(0, PICTURE_DPI, ImageType.GRAY);
    }
  }

  /** What the code on a picture of one label says, or null. */
  static String read(BufferedImage picture, Format alone) {
    return decoded(picture, PICTURE_DPI, alone, 0);
  }

  /** What the codes say, label by label; null where one can't be read. */
  static List<String> read(byte[] pdf, Format format, int labels) throws IOException {
    return read(pdf, format, 0, Collections.nCopies(labels, null));
  }

  /**
   * The same for a sheet that was drawn again.
   *
   * @param start the first page's cell with the first label, from 0
   * @param before what was read then; pages on which nothing is null are not looked at
   */
  static List<String> read(byte[] pdf, Format format, int start, List<String> before)
      throws IOException {
    int labels = before.size();
    List<String> found = new ArrayList<>();
    try (PDDocument document = Loader.loadPDF(pdf)) {
      PDFRenderer renderer = new PDFRenderer(document);
      for (int page = 0; page < document.getNumberOfPages(); page++) {
        int cell = page == 0 ? start : 0;
        int onPage = Math.min(format.perPage() - cell, labels - found.size());
        List<String> known = before.subList(found.size(), found.size() + onPage);
        found.addAll(
            known.contains(null)
                ? Arrays.asList(page(renderer, page, format, cell, onPage))
                : List.copyOf(known));
      }
    }
    return found;
  }

  private static String[] page(PDFRenderer renderer, int page, Format format, int cell, int labels)
      throws IOException {
    String[] found = new String[labels];
    for (float dpi : RESOLUTIONS) {
      if (Arrays.stream(found).allMatch(Objects::nonNull)) {
        break;
      }
      BufferedImage picture = renderer.renderImageWithDPI(page, dpi, ImageType.GRAY);
      for (int i = 0; i < labels; i++) {
        if (found[i] == null) {
          found[i] = decoded(picture, dpi, format, cell + i);
        }
      }
    }
    return found;
  }

  private static String decoded(BufferedImage picture, float dpi, Format format, int index) {
    int left = pixels(format.x(index) + format.codeX(), dpi);
    int top = pixels(format.y(index) + format.codeY(), dpi);
    int side = pixels(format.code(), dpi);
    byte[] pixels = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    LuminanceSource code =
        new PlanarYUVLuminanceSource(
            pixels,
            picture.getWidth(),
            picture.getHeight(),
            left,
            top,
            Math.min(side, picture.getWidth() - left),
            Math.min(side, picture.getHeight() - top),
            false);
    for (Binarizer binarizer :
        List.of(new HybridBinarizer(code), new GlobalHistogramBinarizer(code))) {
      try {
        return new QRCodeReader().decode(new BinaryBitmap(binarizer), HINTS).getText();
      } catch (ReaderException e) {
        // The next one may be luckier
      }
    }
    return null;
  }

  private static int pixels(float mm, float dpi) {
    return Math.round(mm / 25.4f * dpi);
  }
}
