package jp.sanchi.server.labels;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.ShortCode;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;

/**
 * One PDF of many labels, 24 to a sheet, against PDFBox and ZXing used as their examples show: for
 * each label a QR code from {@code QRCodeWriter}, drawn into a picture of two colours, embedded by
 * {@code LosslessFactory}, and its words written one by one. Both have the same words in the same
 * font, in the same process, by turns. How long it takes to look at all codes again is said beside.
 *
 * <p>Arguments: labels (default 10000), rounds (default 5, after two to warm up).
 */
public final class LabelsBench {
  private static final String GTIN = "04569951110016";
  private static final String FONT = "/jp/sanchi/server/labels/BIZUDPGothic_400Regular.ttf";
  private static final int PIXELS_A_MODULE = 4;
  private static final int WARM_UP = 2;
  private static final Format PAPER = Format.LABELS.get(2);
  private static final LabelText TEXT =
      new LabelText(
          "有機小松菜 200g",
          "Organic komatsuna, 200 g",
          List.of(
              new LabelText.Line("origin", LabelText.Weight.ORIGIN, "産地 宮崎県綾町 北俣ほ場"),
              new LabelText.Line("useBy", LabelText.Weight.LIMIT, "消費期限 2026年11月30日"),
              new LabelText.Line("harvested", LabelText.Weight.DATE, "収穫日 2026年11月25日"),
              new LabelText.Line("producer", LabelText.Weight.OTHER, "北俣農園")),
          "手入力用コード",
          List.of("スマホで読むと、産地からの記録"),
          "",
          "");

  private LabelsBench() {}

  public static void main(String[] arguments) throws Exception {
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    List<LabelSheet.Label> labels = labels(count);
    double[] plainly = new double[rounds];
    double[] ours = new double[rounds];
    byte[] plain = {};
    byte[] sheet = {};
    for (int round = -WARM_UP; round < rounds; round++) {
      long start = System.nanoTime();
      plain = plain(labels);
      long between = System.nanoTime();
      sheet = new LabelSheet(PAPER, TEXT).pdf(labels);
      long end = System.nanoTime();
      if (round >= 0) {
        plainly[round] = (between - start) / 1e9;
        ours[round] = (end - between) / 1e9;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%,d labels, PDFBox and ZXing the plain way: %.2f s, %,d bytes%n",
        count,
        median(plainly),
        plain.length);
    System.out.printf(
        Locale.ROOT,
        "ours: %.2f s, %,d bytes  ratio: %.1f times faster, %.1f times smaller (goal 10, 4)%n",
        median(ours),
        sheet.length,
        median(plainly) / median(ours),
        (double) plain.length / sheet.length);
    long start = System.nanoTime();
    List<String> read = CodeCheck.read(sheet, PAPER, count);
    double seconds = (System.nanoTime() - start) / 1e9;
    long right = 0;
    for (int i = 0; i < count; i++) {
      if (labels.get(i).link().equals(read.get(i))) {
        right++;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "every code drawn and read again, not in the ratio: %.1f s, %,d of %,d at once%n",
        seconds,
        right,
        count);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** As printed: runs of 500, and serials of which only the random part is not counted. */
  private static List<LabelSheet.Label> labels(int count) {
    Random random = new Random(1);
    List<LabelSheet.Label> labels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] bits = new byte[8];
      random.nextBytes(bits);
      String run = Serial.run(i / Serial.RUN_LABELS);
      int number = i % Serial.RUN_LABELS;
      labels.add(
          new LabelSheet.Label(
              "https://trace.example.jp/01/"
                  + GTIN
                  + "/21/"
                  + Serial.make(run, number, bits).text(),
              ShortCode.ofLabel(GTIN, run, number).text()));
    }
    return labels;
  }

  private static byte[] plain(List<LabelSheet.Label> labels) throws IOException, WriterException {
    try (PDDocument document = new PDDocument();
        InputStream resource = LabelsBench.class.getResourceAsStream(FONT)) {
      PDFont font = PDType0Font.load(document, resource, true);
      for (int from = 0; from < labels.size(); from += PAPER.perPage()) {
        PDPage page = new PDPage(PDRectangle.A4);
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
          for (int i = from; i < Math.min(labels.size(), from + PAPER.perPage()); i++) {
            LabelSheet.Label label = labels.get(i);
            float x = PAPER.x(i - from) * Typeface.MM;
            float y = PDRectangle.A4.getHeight() - PAPER.y(i - from) * Typeface.MM;
            float side = PAPER.code() * Typeface.MM;
            content.drawImage(
                LosslessFactory.createFromImage(document, picture(label.link())),
                x + PAPER.codeX() * Typeface.MM,
                y - PAPER.codeY() * Typeface.MM - side,
                side,
                side);
            float left = x + (PAPER.codeX() + PAPER.code() + 0.5f) * Typeface.MM;
            float line = y - 12;
            write(content, font, PAPER.type(), TEXT.product(), left, line);
            for (LabelText.Line words : TEXT.lines()) {
              line -= 9;
              write(content, font, 6.65f, words.forms().get(0), left, line);
            }
            write(content, font, 6.65f, TEXT.otherName(), left, line - 9);
            write(content, font, 4.5f, TEXT.caption(), left, line - 20);
            write(content, font, 10, label.shortCode(), left, line - 30);
          }
        }
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.save(out);
      return out.toByteArray();
    }
  }

  private static BufferedImage picture(String link) throws WriterException {
    BitMatrix modules =
        new QRCodeWriter()
            .encode(
                link,
                BarcodeFormat.QR_CODE,
                0,
                0,
                Map.of(EncodeHintType.ERROR_CORRECTION, ErrorCorrectionLevel.M));
    int side = modules.getWidth() * PIXELS_A_MODULE;
    BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_BINARY);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        boolean dark = modules.get(x / PIXELS_A_MODULE, y / PIXELS_A_MODULE);
        picture.setRGB(x, y, dark ? 0x000000 : 0xFFFFFF);
      }
    }
    return picture;
  }

  private static void write(
      PDPageContentStream content, PDFont font, float size, String words, float x, float y)
      throws IOException {
    content.beginText();
    content.setFont(font, size);
    content.newLineAtOffset(x, y);
    content.showText(words);
    content.endText();
  }
}
