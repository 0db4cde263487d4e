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

/** BIZ UDPGothic in two weights, read once. Sizes are points, lengths mm. */
final class Typeface {
  static final float MM = 72 / 25.4f;

  private static final String FONTS = "/jp/sanchi/server/labels/BIZUDPGothic_";

  /** Stands for a character that the font lacks. */
  private static final int GETA = '〓';

  private static final Typeface GOTHIC = read("400Regular");
  private static final Typeface BOLD = read("700Bold");

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

  /** For what people look for first. */
  static Typeface bold() {
    return BOLD;
  }

  private static Typeface read(String weight) {
    try (InputStream resource = Typeface.class.getResourceAsStream(FONTS + weight + ".ttf")) {
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

  /**
   * Broken between {@link Phrases}, as evenly as two lines allow; within one only where it is wider
   * than a line.
   *
   * @return null where so many lines have no room for all of it
   */
  List<String> lines(String words, float size, float width, int most) throws IOException {
    String rest = words.strip();
    if (rest.isEmpty()) {
      return List.of();
    }
    if (width(rest, size) <= width) {
      return List.of(rest);
    }
    if (most == 1) {
      return null;
    }
    int end = halves(rest, size, width);
    if (end == 0) {
      end = full(rest, size, width);
    }
    List<String> others = lines(rest.substring(end), size, width, most - 1);
    if (others == null) {
      return null;
    }
    List<String> lines = new ArrayList<>();
    lines.add(rest.substring(0, end).strip());
    lines.addAll(others);
    return lines;
  }

  /**
   * Before what stands in brackets, else where the wider of two lines is narrowest; 0 where two
   * lines have no room for it.
   */
  private int halves(String words, float size, float width) throws IOException {
    int best = 0;
    float least = width;
    int end = 0;
    for (String phrase : Phrases.of(words)) {
      end += phrase.length();
      if (end < words.length()) {
        float wider =
            Math.max(
                width(words.substring(0, end).strip(), size),
                width(words.substring(end).strip(), size));
        if (wider <= width && Phrases.opens(words, end)) {
          return end;
        }
        if (wider <= least) {
          least = wider;
          best = end;
        }
      }
    }
    return best;
  }

  /** As many phrases as one line has room for, else as many characters. */
  private int full(String words, float size, float width) throws IOException {
    int end = 0;
    for (String phrase : Phrases.of(words)) {
      if (width(words.substring(0, end + phrase.length()).strip(), size) > width) {
        break;
      }
      end += phrase.length();
    }
    if (end > 0) {
      return end;
    }
    end = words.length();
    while (words.codePointCount(0, end) > 1 && width(words.substring(0, end), size) > width) {
      end = words.offsetByCodePoints(end, -1);
    }
    return end;
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
