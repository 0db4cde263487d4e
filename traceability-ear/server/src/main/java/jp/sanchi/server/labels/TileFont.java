package jp.sanchi.server.labels;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSFloat;
import org.apache.pdfbox.cos.COSInteger;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType3Font;

/**
 * A Type 3 font (ISO 32000-1, 9.6.5) whose 256 characters are the tiles that codes consist of; one
 * unit of size is one module. Copied as text, they are spaces.
 */
final class TileFont {
  private static final int TILES = 256;

  /** Glyph space to text space. */
  private static final int MODULE = 1000;

  /** Of one block of a map (Adobe Technical Note 5014). */
  private static final int MOST_MAPPED = 100;

  private TileFont() {}

  static PDFont in(PDDocument document) throws IOException {
    COSDictionary glyphs = new COSDictionary();
    COSArray names = new COSArray();
    names.add(COSInteger.get(0));
    COSArray widths = new COSArray();
    for (int tile = 0; tile < TILES; tile++) {
      COSName name = COSName.getPDFName("b" + tile);
      names.add(name);
      widths.add(COSInteger.get(QrCode.TILE_WIDTH * MODULE));
      glyphs.setItem(name, stream(document, glyph(tile)));
    }
    COSDictionary encoding = new COSDictionary();
    encoding.setItem(COSName.TYPE, COSName.ENCODING);
    encoding.setItem(COSName.DIFFERENCES, names);
    COSDictionary font = new COSDictionary();
    font.setItem(COSName.TYPE, COSName.FONT);
    font.setItem(COSName.SUBTYPE, COSName.TYPE3);
    font.setItem(COSName.FONT_BBOX, numbers(0, 0, QrCode.TILE_WIDTH, QrCode.TILE_HEIGHT, MODULE));
    COSArray matrix = new COSArray();
    for (String number : new String[] {"0.001", "0", "0", "0.001", "0", "0"}) {
      matrix.add(new COSFloat(number));
    }
    font.setItem(COSName.FONT_MATRIX, matrix);
    font.setItem(COSName.CHAR_PROCS, glyphs);
    font.setItem(COSName.ENCODING, encoding);
    font.setItem(COSName.FIRST_CHAR, COSInteger.get(0));
    font.setItem(COSName.LAST_CHAR, COSInteger.get(TILES - 1));
    font.setItem(COSName.WIDTHS, widths);
    font.setItem(COSName.RESOURCES, new COSDictionary());
    font.setItem(COSName.TO_UNICODE, stream(document, spaces()));
    return new PDType3Font(font);
  }

  /** A map of characters in which each is a space. */
  private static String spaces() {
    StringBuilder map =
        new StringBuilder(
            """
            /CIDInit /ProcSet findresource begin 12 dict begin begincmap
            /CMapName /Tiles def /CMapType 2 def
            1 begincodespacerange <00> <FF> endcodespacerange
            """);
    for (int from = 0; from < TILES; from += MOST_MAPPED) {
      int to = Math.min(TILES, from + MOST_MAPPED);
      map.append(to - from).append(" beginbfchar\n");
      for (int tile = from; tile < to; tile++) {
        map.append(String.format(Locale.ROOT, "<%02X> <0020>%n", tile));
      }
      map.append("endbfchar\n");
    }
    return map.append("endcmap end end\n").toString();
  }

  /** d0, not d1: a cached picture of a tile would be put on whole pixels, beside its neighbours. */
  private static String glyph(int tile) {
    StringBuilder glyph = new StringBuilder();
    glyph.append(QrCode.TILE_WIDTH * MODULE).append(" 0 d0\n");
    for (int x = 0; x < QrCode.TILE_WIDTH; x++) {
      for (int y = 0; y < QrCode.TILE_HEIGHT; ) {
        int end = y;
        while (end < QrCode.TILE_HEIGHT && (tile & QrCode.bit(x, end)) != 0) {
          end++;
        }
        if (end > y) {
          glyph.append(x * MODULE).append(' ').append((QrCode.TILE_HEIGHT - end) * MODULE);
          glyph.append(' ').append(MODULE).append(' ').append((end - y) * MODULE).append(" re\n");
        }
        y = Math.max(end, y + 1);
      }
    }
    return glyph.append(tile == 0 ? "" : "f\n").toString();
  }

  private static COSArray numbers(int x, int y, int right, int top, int unit) {
    COSArray numbers = new COSArray();
    for (int number : new int[] {x, y, right, top}) {
      numbers.add(COSInteger.get((long) number * unit));
    }
    return numbers;
  }

  private static COSStream stream(PDDocument document, String content) throws IOException {
    COSStream stream = document.getDocument().createCOSStream();
    try (OutputStream out = stream.createOutputStream()) {
      out.write(content.getBytes(StandardCharsets.US_ASCII));
    }
    return stream;
  }
}
