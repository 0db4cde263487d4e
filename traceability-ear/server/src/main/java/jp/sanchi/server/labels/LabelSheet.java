package jp.sanchi.server.labels;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/** Draws labels into a PDF: codes as vectors, text in BIZ UDPGothic. */
final class LabelSheet {
  private static final float MM = 72 / 25.4f;
  private static final String FONT = "/jp/sanchi/server/labels/BIZUDPGothic_400Regular.ttf";

  /** Stands for a character that the font lacks. */
  private static final int GETA = '〓';

  private final Format format;
  private final LabelText text;

  LabelSheet(Format format, LabelText text) {
    this.format = format;
    this.text = text;
  }

  /**
   * One label.
   *
   * @param link that the code holds
   * @param shortCode to type where no camera reads
   * @param mask of the code, see {@link QrCode#of}
   */
  record Label(String link, String shortCode, Integer mask) {
    Label(String link, String shortCode) {
      this(link, shortCode, null);
    }

    /** The same in other clothes; null when there are no more. */
    Label otherwise() {
      int next = mask == null ? 0 : mask + 1;
      return next == QrCode.MASKS ? null : new Label(link, shortCode, next);
    }
  }

  /**
   * The PDF after each of its codes was read again. A code that a reader has trouble with, which
   * happens to one in two thousand, is drawn with another mask.
   *
   * @return null where some code can't be read in any way
   */
  byte[] checked(List<Label> labels) throws IOException {
    List<Label> drawn = new ArrayList<>(labels);
    List<String> read = Collections.nCopies(labels.size(), null);
    while (true) {
      byte[] pdf = pdf(drawn);
      read = new ArrayList<>(CodeCheck.read(pdf, format, read));
      boolean right = true;
      for (int i = 0; i < drawn.size(); i++) {
        if (!drawn.get(i).link().equals(read.get(i))) {
          right = false;
          Label other = drawn.get(i).otherwise();
          if (other == null) {
            return null;
          }
          drawn.set(i, other);
          read.set(i, null);
        }
      }
      if (right) {
        return pdf;
      }
    }
  }

  /**
   * The PDF.
   *
   * @throws CodeTooLarge where a link is so long that its modules would be smaller than {@link
   *     Format#LEAST_MODULE}
   */
  byte[] pdf(List<Label> labels) throws IOException {
    try (PDDocument document = new PDDocument();
        InputStream resource = LabelSheet.class.getResourceAsStream(FONT);
        TrueTypeFont ttf = new TTFParser().parse(new RandomAccessReadBuffer(resource))) {
      PDFont font = PDType0Font.load(document, ttf, true);
      CmapLookup glyphs = ttf.getUnicodeCmapLookup();
      for (int at = 0; at < labels.size(); at += format.perPage()) {
        PDPage page = new PDPage(new PDRectangle(format.pageWidth * MM, format.pageHeight * MM));
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
          Pen pen = new Pen(content, font, glyphs);
          List<Label> onPage = labels.subList(at, Math.min(labels.size(), at + format.perPage()));
          for (int i = 0; i < onPage.size(); i++) {
            draw(pen, onPage.get(i), i);
          }
        }
      }
      document.getDocumentInformation().setProducer("Sanchi");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.save(out);
      return out.toByteArray();
    }
  }

  /** A link that this format has no room for. */
  static final class CodeTooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    CodeTooLarge() {
      super("the code's modules would be too small");
    }
  }

  private void draw(Pen pen, Label label, int index) throws IOException {
    float x = format.x(index);
    float y = format.y(index);
    code(pen, QrCode.of(label.link(), label.mask()), x + format.codeX(), y + format.codeY());
    float left = x + format.codeX() + format.code + 1;
    float width = x + format.labelWidth - 2 - left;
    float line = y + format.codeY() + 4.2f;
    for (String part : pen.lines(text.product(), 9.5f, width, 2)) {
      pen.write(part, 9.5f, left, line);
      line += 4;
    }
    line = small(pen, text.otherName(), left, line, width);
    line = small(pen, text.producer(), left, line, width);
    small(pen, text.place(), left, line, width);
    float foot = y + format.labelHeight - format.codeY() - 1;
    pen.write(label.shortCode(), 10, left, foot);
    pen.write(text.codeCaption(), 4.5f, left, foot - 4);
    if (!text.lot().isEmpty()) {
      String lot = pen.fitted(text.lotCaption() + " " + text.lot(), 6.5f, width - 13);
      pen.write(lot, 6.5f, left + 13, foot - 4);
    }
  }

  private static float small(Pen pen, String words, float left, float line, float width)
      throws IOException {
    if (words.isEmpty()) {
      return line;
    }
    pen.write(pen.fitted(words, 6.5f, width), 6.5f, left, line - 0.6f);
    return line + 2.8f;
  }

  private void code(Pen pen, QrCode code, float x, float y) throws IOException {
    float module = format.code / (code.size() + 2 * QrCode.QUIET);
    if (module < Format.LEAST_MODULE) {
      throw new CodeTooLarge();
    }
    float startX = x + QrCode.QUIET * module;
    float startY = y + QrCode.QUIET * module;
    for (int row = 0; row < code.size(); row++) {
      for (int column = 0; column < code.size(); ) {
        int end = column;
        while (end < code.size() && code.isDark(end, row)) {
          end++;
        }
        if (end > column) {
          pen.box(startX + column * module, startY + row * module, (end - column) * module, module);
        }
        column = Math.max(end, column + 1);
      }
    }
    // One path, so that no printer leaves a hairline between two modules
    pen.fill();
  }

  /** Draws in mm from the page's top left corner. */
  private final class Pen {
    private final PDPageContentStream content;
    private final PDFont font;
    private final CmapLookup glyphs;

    Pen(PDPageContentStream content, PDFont font, CmapLookup glyphs) {
      this.content = content;
      this.font = font;
      this.glyphs = glyphs;
    }

    void box(float x, float y, float width, float height) throws IOException {
      content.addRect(x * MM, (format.pageHeight - y - height) * MM, width * MM, height * MM);
    }

    void fill() throws IOException {
      content.fill();
    }

    void write(String words, float size, float x, float baseline) throws IOException {
      content.beginText();
      content.setFont(font, size);
      content.newLineAtOffset(x * MM, (format.pageHeight - baseline) * MM);
      content.showText(drawable(words));
      content.endText();
    }

    /** Cut off with an ellipsis where it is too long. */
    String fitted(String words, float size, float width) throws IOException {
      if (width(words, size) <= width) {
        return words;
      }
      int[] points = words.codePoints().toArray();
      for (int length = points.length - 1; length > 0; length--) {
        String cut = new String(points, 0, length).stripTrailing() + "…";
        if (width(cut, size) <= width) {
          return cut;
        }
      }
      return "…";
    }

    /** Broken between any two characters, as Japanese is; at spaces where there are some. */
    List<String> lines(String words, float size, float width, int most) throws IOException {
      List<String> lines = new ArrayList<>();
      String rest = words.strip();
      while (!rest.isEmpty() && lines.size() < most - 1 && width(rest, size) > width) {
        int fits = rest.length();
        while (fits > 1 && width(rest.substring(0, fits), size) > width) {
          fits = rest.offsetByCodePoints(fits, -1);
        }
        int space = rest.lastIndexOf(' ', fits);
        int end = space > 0 ? space : fits;
        lines.add(rest.substring(0, end).strip());
        rest = rest.substring(end).strip();
      }
      if (!rest.isEmpty()) {
        lines.add(fitted(rest, size, width));
      }
      return lines;
    }

    private float width(String words, float size) throws IOException {
      return font.getStringWidth(drawable(words)) / 1000 * size / MM;
    }

    private String drawable(String words) {
      StringBuilder drawable = new StringBuilder();
      words
          .codePoints()
          .map(point -> glyphs.getGlyphId(point) == 0 ? GETA : point)
          .forEach(drawable::appendCodePoint);
      return drawable.toString();
    }
  }
}
