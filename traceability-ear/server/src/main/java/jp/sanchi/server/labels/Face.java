package jp.sanchi.server.labels;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything stands on a label; the same on all of a sheet but for the code and its short
 * form. Lengths are mm from the label's top left corner.
 *
 * @param foot where the short code stands, without its words
 * @param room how wide the short code may be
 * @param mark the frame for the JAS mark, or null
 * @param missing the names of what there is no room for, see {@link LabelText.Line#name}
 */
record Face(List<Line> lines, Line foot, float room, Frame mark, List<String> missing) {
  /**
   * One line of words.
   *
   * @param size in points
   */
  record Line(String words, float size, float x, float baseline) {}

  record Frame(float x, float y, float width, float height) {}

  private static final float SMALL = 0.7f;
  private static final float LEADING = 1.32f;

  /** Of the lines below the name, so that all have room that matter. */
  private static final float TIGHT = 1.22f;

  /** Points that food labels need, and those that do where there is no room for them. */
  private static final float LEGAL = 8;

  private static final float LEGAL_WHERE_SMALL = 5.5f;

  /** From this size of the product's name on, a label has room for {@link #LEGAL}. */
  private static final float ROOMY = 9.5f;

  /** By so much lines get smaller that the law leaves alone, until all have room. */
  private static final float STEP = 0.5f;

  /** No smaller for the sake of the name in another language. */
  private static final float EASY = 6.5f;

  /** No mark may be lower than 5 mm, with its certifier's name below. */
  private static final float MARK_WIDTH = 8;

  private static final float MARK_HEIGHT = 9;

  /** Wide letters are written smaller where there is no room for them. */
  Line shortCode(String words) throws IOException {
    float wide = Typeface.gothic().width(words, foot.size);
    float size = wide > room ? foot.size * room / wide : foot.size;
    return new Line(words, size, foot.x, foot.baseline);
  }

  static Face of(Format format, LabelText text) throws IOException {
    if (format.card()) {
      return card(format, text);
    }
    Face face = label(format, text, text.caption());
    // A code explains itself sooner than a lot that is not there
    return needed(face) == 0 ? face : fuller(face, label(format, text, ""));
  }

  private static Face fuller(Face one, Face other) {
    return needed(one) <= needed(other) ? one : other;
  }

  /** How much is missing of what people have to read in their own language. */
  private static long needed(Face face) {
    return face.missing.stream().filter(name -> !name.equals(LabelText.OTHER_NAME)).count();
  }

  private static Face label(Format format, LabelText text, String captioned) throws IOException {
    Typeface type = Typeface.gothic();
    float left = format.codeX() + format.code() + 0.5f;
    float width = format.labelWidth() - 1.8f - left;
    boolean roomy = format.type() >= ROOMY;
    float small = Math.max(roomy ? LEGAL : LEGAL_WHERE_SMALL, format.type() * SMALL);
    boolean marked = !text.mark().isEmpty() && width > MARK_WIDTH * 2.5f;
    boolean beside = marked && width > MARK_WIDTH * 4;
    float room = beside ? width - MARK_WIDTH - 0.8f : width;
    float shortSize = Math.min(format.type() * 1.05f, room / type.width("0000-0000", 1));
    float top = Math.max(1.6f, format.codeY() * 0.42f);
    float foot = format.labelHeight() - top - 0.4f;
    List<Line> lines = new ArrayList<>();
    float caption = 0;
    if (format.type() > 7 && !captioned.isEmpty()) {
      caption = roomy ? 6 : LEGAL_WHERE_SMALL;
      String words = type.fitted(captioned, caption, room);
      lines.add(new Line(words, caption, left, foot - high(shortSize) * 0.95f));
    }
    float end = foot - high(shortSize) - high(caption) * 1.1f;
    float below = format.labelHeight() - format.codeY() - format.code();
    float call = LEGAL_WHERE_SMALL + 0.5f;
    if (!text.call().isEmpty() && below > high(call) * 1.6f) {
      String words = type.fitted(text.call(), call, format.code());
      float middle = format.codeX() + (format.code() - type.width(words, call)) / 2;
      float baseline = format.codeY() + format.code() + high(call);
      lines.add(new Line(words, call, middle, baseline));
    }
    Frame mark = null;
    if (marked) {
      // Beside the short code where that leaves room for it, else above
      float low = beside ? foot + 0.3f : end;
      mark = new Frame(left + width - MARK_WIDTH, low - MARK_HEIGHT, MARK_WIDTH, MARK_HEIGHT);
      String words = type.fitted(text.mark(), 4, MARK_WIDTH - 0.4f);
      float middle = mark.x + (MARK_WIDTH - type.width(words, 4)) / 2;
      lines.add(new Line(words, 4, middle, mark.y + MARK_HEIGHT / 2 + 0.5f));
    }
    float line = top + high(format.type()) * 0.8f;
    List<String> name = type.lines(text.product(), format.type(), width, 2);
    for (String part : name) {
      lines.add(new Line(part, format.type(), left, line));
      line += high(format.type()) * LEADING;
    }
    line -= (high(format.type()) - high(small)) * LEADING * 0.9f;
    Column column = new Column(left, width, line, end, TIGHT, mark);
    List<String> missing = column.set(lines, text.below(), small, LEGAL_WHERE_SMALL);
    if (cut(text.product(), name)) {
      missing.add("product");
    }
    if (!text.mark().isEmpty() && !marked) {
      missing.add("mark");
    }
    return new Face(lines, new Line("", shortSize, left, foot), room, mark, missing);
  }

  private static Face card(Format format, LabelText text) throws IOException {
    Typeface type = Typeface.gothic();
    float margin = format.labelWidth() * 0.07f;
    float width = format.labelWidth() - 2 * margin;
    float small = Math.max(LEGAL, format.type() * 0.5f);
    List<Line> lines = new ArrayList<>();
    float line = margin + high(format.type());
    List<String> name = type.lines(text.product(), format.type(), width, 2);
    for (String part : name) {
      lines.add(new Line(part, format.type(), margin, line));
      line += high(format.type()) * LEADING;
    }
    line -= (high(format.type()) - high(small)) * LEADING * 0.9f;
    Column column = new Column(margin, width, line, format.codeY(), LEADING, null);
    List<String> missing = column.set(lines, text.below(), small, LEGAL);
    if (cut(text.product(), name)) {
      missing.add("product");
    }
    float foot = format.codeY() + format.code() + high(small);
    for (String part : type.lines(text.caption(), small * 0.9f, width, 2)) {
      float middle = (format.labelWidth() - type.width(part, small * 0.9f)) / 2;
      lines.add(new Line(part, small * 0.9f, middle, foot));
      foot += high(small) * LEADING;
    }
    return new Face(lines, new Line("", small, margin, foot), width, null, missing);
  }

  /**
   * Where the lines below the name stand.
   *
   * @param top the first baseline
   * @param bottom the last baseline's limit
   * @param mark in the column's lower right corner, or null
   */
  private record Column(
      float left, float width, float top, float bottom, float leading, Frame mark) {
    /**
     * Sets as much as there is room for: what the law asks for in its size, and the rest so small
     * that all of it fits; what does not fit even then is left off, the least important first.
     *
     * @return the names of what was left off or cut off
     */
    List<String> set(List<Line> lines, List<LabelText.Line> all, float legal, float least)
        throws IOException {
      List<LabelText.Line> wanted = new ArrayList<>(all);
      List<String> missing = new ArrayList<>();
      while (true) {
        boolean spare = wanted.stream().anyMatch(one -> one.name().equals(LabelText.OTHER_NAME));
        float end = spare ? Math.min(legal, EASY) : least;
        for (float size = legal; size >= end; size -= STEP) {
          List<Line> drawn = drawn(wanted, legal, size);
          if (drawn != null) {
            lines.addAll(drawn);
            missing.addAll(0, cut(wanted, drawn));
            return missing;
          }
        }
        missing.add(0, wanted.remove(wanted.size() - 1).name());
      }
    }

    private static List<String> cut(List<LabelText.Line> wanted, List<Line> drawn) {
      String words = String.join("", drawn.stream().map(Line::words).toList());
      return wanted.stream()
          .filter(one -> !words.replace(" ", "").contains(one.words().replace(" ", "")))
          .map(LabelText.Line::name)
          .toList();
    }

    /** Null where there is no room for all. */
    private List<Line> drawn(List<LabelText.Line> wanted, float legal, float other)
        throws IOException {
      List<Line> lines = new ArrayList<>();
      float line = top;
      float before = legal;
      for (LabelText.Line one : wanted) {
        float size = one.legal() ? legal : other;
        // Smaller letters need less room above them
        line -= (high(before) - high(size)) * leading * 0.9f;
        before = size;
        boolean narrow = mark != null && line > mark.y;
        float room = narrow ? width - MARK_WIDTH - 0.5f : width;
        List<String> parts = Typeface.gothic().lines(one.words(), size, room, 2);
        for (String part : parts) {
          if (line > bottom) {
            return null;
          }
          lines.add(new Line(part, size, left, line));
          line += high(size) * leading;
        }
      }
      return lines;
    }
  }

  /** Whether lines end before their words do. */
  private static boolean cut(String words, List<String> lines) {
    return !lines.isEmpty() && lines.get(lines.size() - 1).endsWith("…") && !words.endsWith("…");
  }

  private static float high(float size) {
    return size / Typeface.MM;
  }
}
