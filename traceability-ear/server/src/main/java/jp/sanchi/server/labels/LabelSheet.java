package jp.sanchi.server.labels;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.documentinterchange.markedcontent.PDPropertyList;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;

/**
 * Draws labels into a PDF. What all labels share is drawn once; each code is a few lines of text in
 * a font whose characters are the 256 tiles of two by four modules ({@link TileFont}).
 */
final class LabelSheet {
  private static final float LINE_WIDTH = 0.36f;

  private static final int ASCII = 128;

  private final Format format;
  private final LabelText text;
  private final Face face;
  private final int start;

  LabelSheet(Format format, LabelText text) throws IOException {
    this(format, text, 0);
  }

  /**
   * @param start the cell of the first page in which the first label stands, from 0
   * @throws NameTooLong where a label has no room for the product's name
   */
  LabelSheet(Format format, LabelText text, int start) throws IOException {
    this.format = format;
    this.text = text;
    this.face = Face.of(format, text);
    this.start = start;
  }

  /**
   * One label.
   *
   * @param link that the code holds
   * @param shortCode to type where no camera reads; empty on a card
   * @param mask of the code, see {@link QrCode#of}; null for the one that the sheet has
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

  /** The names of what the label has no room for, see {@link LabelText.Line#name}. */
  List<String> missing() {
    return face.missing();
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
      read = new ArrayList<>(CodeCheck.read(pdf, format, start, read));
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
   * The first label as a picture of {@value CodeCheck#PICTURE_DPI} dots to the inch.
   *
   * @return null where its code can't be read from the picture in any way
   */
  BufferedImage picture(Label label) throws IOException {
    Format alone = format.alone();
    for (Label one = label; one != null; one = one.otherwise()) {
      BufferedImage picture = CodeCheck.picture(new LabelSheet(alone, text).pdf(List.of(one)));
      if (one.link().equals(CodeCheck.read(picture, alone))) {
        return picture;
      }
    }
    return null;
  }

  /** The first label as vectors; words are outlines, since readers don't have the font. */
  String svg(Label label) throws IOException {
    return LabelSvg.of(format, text, face, label);
  }

  /**
   * The PDF.
   *
   * @throws CodeTooLarge where a link is so long that its modules would be smaller than {@link
   *     Format#LEAST_MODULE}
   */
  byte[] pdf(List<Label> labels) throws IOException {
    QrFamily family = new QrFamily(labels.get(0).link());
    Typeface type = Typeface.gothic();
    synchronized (type) {
      try (PDDocument document = new PDDocument()) {
        PDFont font = PDType0Font.load(document, type.ttf(), true);
        PDFont bold = PDType0Font.load(document, Typeface.bold().ttf(), true);
        PDResources resources = new PDResources();
        resources.put(COSName.getPDFName("F"), shared(document, font, bold));
        resources.put(COSName.getPDFName("Q"), TileFont.in(document));
        resources.put(COSName.getPDFName("T"), font);
        resources.put(COSName.getPDFName("C"), spoken());
        String[] shortCodes = shortCodes(font, labels);
        int perPage = format.perPage();
        List<byte[]> pages =
            IntStream.range(0, (start + labels.size() + perPage - 1) / perPage)
                .parallel()
                .mapToObj(
                    page -> {
                      int from = Math.max(0, page * perPage - start);
                      int to = Math.min(labels.size(), (page + 1) * perPage - start);
                      int cell = start + from - page * perPage;
                      return content(labels.subList(from, to), cell, family, shortCodes);
                    })
                .toList();
        for (byte[] content : pages) {
          PDPage page =
              new PDPage(new PDRectangle(points(format.pageWidth()), points(format.pageHeight())));
          page.setResources(resources);
          page.setContents(new PDStream(deflated(document, content)));
          document.addPage(page);
        }
        font.subset();
        bold.subset();
        document.getDocumentInformation().setProducer("Sanchi");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        document.save(out);
        return out.toByteArray();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }

  /** What a code is when its page is copied or read aloud: its tiles mean nothing to people. */
  private static PDPropertyList spoken() {
    COSDictionary code = new COSDictionary();
    code.setString(COSName.ACTUAL_TEXT, " ");
    return PDPropertyList.create(code);
  }

  /** What stands on each label, drawn from the label's top left corner. */
  private PDFormXObject shared(PDDocument document, PDFont font, PDFont bold) throws IOException {
    PDFormXObject form = new PDFormXObject(document);
    form.setBBox(
        new PDRectangle(
            0,
            -points(format.labelHeight()),
            points(format.labelWidth()),
            points(format.labelHeight())));
    PDResources resources = new PDResources();
    resources.put(COSName.getPDFName("F"), font);
    resources.put(COSName.getPDFName("B"), bold);
    form.setResources(resources);
    Operators out = new Operators();
    for (Face.Line line : face.lines()) {
      out.text(line.bold() ? "BT/B " : "BT/F ").number(line.size()).text("Tf ");
      out.number(line.x() * Typeface.MM).number(-line.baseline() * Typeface.MM).text("Td<");
      String words = line.type().drawable(line.words());
      out.text(encoded(line.bold() ? bold : font, words)).text(">Tj ET\n");
    }
    if (face.mark() != null) {
      frame(out.text("[2 1.5]0 d "), face.mark());
    }
    if (format.card()) {
      // To be cut along
      frame(out.text("[4 4]0 d "), new Face.Frame(0, 0, format.labelWidth(), format.labelHeight()));
    }
    try (OutputStream stream = form.getStream().createOutputStream(COSName.FLATE_DECODE)) {
      out.bytes.writeTo(stream);
    }
    return form;
  }

  private static void frame(Operators out, Face.Frame frame) {
    out.number(LINE_WIDTH).text("w ");
    out.number(points(frame.x())).number(-points(frame.y() + frame.height()));
    out.number(points(frame.width())).number(points(frame.height())).text("re S\n");
  }

  /** How the font writes each character of a short code: only what is on a label is embedded. */
  private static String[] shortCodes(PDFont font, List<Label> labels) throws IOException {
    String[] encoded = new String[ASCII];
    for (Label label : labels) {
      for (int i = 0; i < label.shortCode().length(); i++) {
        char c = label.shortCode().charAt(i);
        if (encoded[c] == null) {
          encoded[c] = encoded(font, String.valueOf(c));
        }
      }
    }
    return encoded;
  }

  /** In hexadecimal. What was encoded will be embedded. */
  private static String encoded(PDFont font, String words) throws IOException {
    words.codePoints().forEach(font::addToSubset);
    return HexFormat.of().formatHex(font.encode(words));
  }

  /**
   * @param cell in which the first of the labels stands
   */
  private byte[] content(List<Label> labels, int cell, QrFamily family, String[] shortCodes) {
    try {
      Operators out = new Operators();
      float atX = 0;
      float atY = 0;
      for (int i = 0; i < labels.size(); i++) {
        Label label = labels.get(i);
        QrCode code =
            label.mask() == null ? family.of(label.link()) : QrCode.of(label.link(), label.mask());
        // On a dot of the printer's, so that the code's edges are on dots, too
        float x = points(format.x(cell + i));
        float y = points(format.pageHeight()) - points(format.y(cell + i));
        out.text("1 0 0 1 ").number(x - atX).number(y - atY).text("cm/F Do BT\n");
        atX = x;
        atY = y;
        code(out, code);
        if (!label.shortCode().isEmpty()) {
          Face.Line place = face.shortCode(label.shortCode());
          out.text("/T ").number(place.size()).text("Tf 1 0 0 1 ");
          out.number(place.x() * Typeface.MM).number(-place.baseline() * Typeface.MM);
          out.text("Tm<");
          for (int c = 0; c < label.shortCode().length(); c++) {
            out.text(shortCodes[label.shortCode().charAt(c)]);
          }
          out.text(">Tj\n");
        }
        out.text("ET\n");
      }
      return out.deflated();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void code(Operators out, QrCode code) throws IOException {
    float module = format.module(code.size());
    float size = module * Typeface.MM;
    float x = points(format.codeX() + format.edge(module, code.size()));
    float y = points(format.codeY() + format.edge(module, code.size()));
    out.text("/Span/C BDC/Q ")
        .number(size)
        .text("Tf ")
        .number(size * QrCode.TILE_HEIGHT)
        .text("TL 1 0 0 1 ");
    // Each line first goes down by one tile, and a tile stands on its baseline
    out.number(x).number(-y).text("Tm\n");
    byte[] tiles = code.tiles();
    for (int row = 0; row < code.down(); row++) {
      out.text("(");
      for (int i = row * code.across(); i < (row + 1) * code.across(); i++) {
        out.character(tiles[i]);
      }
      out.text(")'\n");
    }
    out.text("EMC\n");
  }

  private static COSStream deflated(PDDocument document, byte[] content) throws IOException {
    COSStream stream = document.getDocument().createCOSStream();
    stream.setItem(COSName.FILTER, COSName.FLATE_DECODE);
    try (OutputStream raw = stream.createRawOutputStream()) {
      raw.write(content);
    }
    return stream;
  }

  /** In points, on a dot of the printer's. */
  static float points(float mm) {
    return Math.round(mm / Format.DOT) * Format.DOT * Typeface.MM;
  }

  /** A page's content in the making. */
  private static final class Operators {
    private static final float THOUSANDTHS = 1000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);

    Operators text(String text) {
      bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    /** With at most three decimals: a third of a micrometre. */
    Operators number(float value) {
      long thousandths = Math.round(value * (double) THOUSANDTHS);
      StringBuilder digits = new StringBuilder(12);
      if (thousandths < 0) {
        digits.append('-');
      }
      long absolute = Math.abs(thousandths);
      digits.append(absolute / 1000);
      long rest = absolute % 1000;
      if (rest != 0) {
        digits.append('.').append((char) ('0' + rest / 100)).append((char) ('0' + rest / 10 % 10));
        digits.append((char) ('0' + rest % 10));
      }
      return text(digits.append(' ').toString());
    }

    /** Within a literal string (ISO 32000-1, 7.3.4.2). */
    void character(byte one) {
      switch (one) {
        case '(', ')', '\\' -> {
          bytes.write('\\');
          bytes.write(one);
        }
        case '\r' -> text("\\r");
        default -> bytes.write(one);
      }
    }

    byte[] deflated() throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.size());
      Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
      try (DeflaterOutputStream deflating = new DeflaterOutputStream(out, deflater)) {
        bytes.writeTo(deflating);
      } finally {
        deflater.end();
      }
      return out.toByteArray();
    }
  }
}
