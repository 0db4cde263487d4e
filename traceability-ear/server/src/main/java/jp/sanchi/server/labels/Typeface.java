package jp.sanchi.server.labels;

import java.awt.geom.AffineTransform;
import java.awt.geom.GeneralPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.GlyphData;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/** BIZ UDPGothic, read once. Sizes are points, lengths mm. */
final class Typeface {
  static final float MM = 72 / 25.4f;

  private static final String FONT = "/jp/sanchi/server/labels/BIZUDPGothic_400Regular.ttf";

  /** Stands for a character that the font lacks. */
  private static final int GETA = '〓';

  private static final Typeface GOTHIC = read();

  private final TrueTypeFont ttf;
  private final CmapLookup glyphs;
  private final float unitsPerEm;

  private Typeface(TrueTypeFont ttf) throws IOException {
    this.ttf = ttf;
    this.glyphs = ttf.getUnicodeCmapLookup();
    this.unitsPerEm = ttf.getUnitsPerEm();
  }

  static Typeface gothic() {
    return GOTHIC;
  }

  private static Typeface read() {
    try (InputStream resource = Typeface.class.getResourceAsStream(FONT)) {
      return new Typeface(new TTFParser().parse(new RandomAccessReadBuffer(resource)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** To be embedded; by one thread at a time. */
  TrueTypeFont ttf() {
    return ttf;
  }

  float width(String words, float size) throws IOException {
    int units = 0;
    for (int glyph : glyphs(words)) {
      units += ttf.getAdvanceWidth(glyph);
    }
    return units / unitsPerEm * size / MM;
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

  String drawable(String words) {
    StringBuilder drawable = new StringBuilder();
    words
        .codePoints()
        .map(point -> glyphs.getGlyphId(point) == 0 ? GETA : point)
        .forEach(drawable::appendCodePoint);
    return drawable.toString();
  }

  /** The words' outlines, their baseline beginning at 0, 0 and y pointing down. */
  GeneralPath outline(String words, float size) throws IOException {
    float scale = size / MM / unitsPerEm;
    GeneralPath outline = new GeneralPath();
    int at = 0;
    for (int glyph : glyphs(words)) {
      GlyphData data = ttf.getGlyph().getGlyph(glyph);
      if (data != null) {
        outline.append(
            data.getPath().getPathIterator(new AffineTransform(scale, 0, 0, -scale, at * scale, 0)),
            false);
      }
      at += ttf.getAdvanceWidth(glyph);
    }
    return outline;
  }

  private int[] glyphs(String words) {
    return drawable(words).codePoints().map(glyphs::getGlyphId).toArray();
  }
}
