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
 */
record Face(List<Line> lines, Line foot, float room, Frame mark) {
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
    return format.card() ? card(format, text) : label(format, text);
  }

  private static Face label(Format format, LabelText text) throws IOException {
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
    if (format.type() > 7) {
      caption = roomy ? 6 : LEGAL_WHERE_SMALL;
      String words = type.fitted(text.caption(), caption, room);
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
    for (String part : type.lines(text.product(), format.type(), width, 2)) {
      lines.add(new Line(part, format.type(), left, line));
      line += high(format.type()) * LEADING;
    }
    line -= (high(format.type()) - high(small)) * LEADING * 0.9f;
    for (String words : second(text)) {
      boolean narrow = mark != null && line > mark.y;
      List<String> parts = type.lines(words, small, narrow ? width - MARK_WIDTH - 0.5f : width, 2);
      if (line + (parts.size() - 1) * high(small) * TIGHT > end) {
        break;
      }
      for (String part : parts) {
        lines.add(new Line(part, small, left, line));
        line += high(small) * TIGHT;
      }
    }
    return new Face(lines, new Line("", shortSize, left, foot), room, mark);
  }

  private static Face card(Format format, LabelText text) throws IOException {
    Typeface type = Typeface.gothic();
    float margin = format.labelWidth() * 0.07f;
    float width = format.labelWidth() - 2 * margin;
    float small = Math.max(LEGAL, format.type() * 0.5f);
    List<Line> lines = new ArrayList<>();
    float line = margin + high(format.type());
    for (String part : type.lines(text.product(), format.type(), width, 2)) {
      lines.add(new Line(part, format.type(), margin, line));
      line += high(format.type()) * LEADING;
    }
    line -= (high(format.type()) - high(small)) * LEADING * 0.9f;
    for (String words : second(text)) {
      List<String> parts = type.lines(words, small, width, 2);
      if (line + (parts.size() - 1) * high(small) * LEADING > format.codeY()) {
        break;
      }
      for (String part : parts) {
        lines.add(new Line(part, small, margin, line));
        line += high(small) * LEADING;
      }
    }
    float foot = format.codeY() + format.code() + high(small);
    for (String part : type.lines(text.caption(), small * 0.9f, width, 2)) {
      float middle = (format.labelWidth() - type.width(part, small * 0.9f)) / 2;
      lines.add(new Line(part, small * 0.9f, middle, foot));
      foot += high(small) * LEADING;
    }
    return new Face(lines, new Line("", small, margin, foot), width, null);
  }

  private static List<String> second(LabelText text) {
    List<String> lines = new ArrayList<>();
    lines.addAll(text.lines());
    lines.add(text.otherName());
    lines.removeIf(String::isEmpty);
    return lines;
  }

  private static float high(float size) {
    return size / Typeface.MM;
  }
}
