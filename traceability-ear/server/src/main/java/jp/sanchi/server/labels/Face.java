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
    float small = Math.max(5, format.type() * SMALL);
    float shortSize = Math.min(format.type() * 1.05f, width / type.width("0000-0000", 1));
    float top = Math.max(1.6f, format.codeY() * 0.6f);
    float foot = format.labelHeight() - top - 0.4f;
    List<Line> lines = new ArrayList<>();
    float caption = 0;
    if (format.type() > 7) {
      caption = 4.5f;
      String words = type.fitted(text.caption(), caption, width);
      lines.add(new Line(words, caption, left, foot - high(shortSize) * 0.95f));
    }
    float end = foot - high(shortSize) - high(caption) * 0.9f;
    Frame mark = null;
    if (!text.mark().isEmpty() && width > MARK_WIDTH * 2.5f) {
      mark = new Frame(left + width - MARK_WIDTH, end - MARK_HEIGHT, MARK_WIDTH, MARK_HEIGHT);
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
      if (line > end) {
        break;
      }
      float room = mark != null && line > mark.y ? width - MARK_WIDTH - 0.5f : width;
      lines.add(new Line(type.fitted(words, small, room), small, left, line));
      line += high(small) * LEADING;
    }
    return new Face(lines, new Line("", shortSize, left, foot), width, mark);
  }

  private static Face card(Format format, LabelText text) throws IOException {
    Typeface type = Typeface.gothic();
    float margin = format.labelWidth() * 0.07f;
    float width = format.labelWidth() - 2 * margin;
    float small = format.type() * 0.5f;
    List<Line> lines = new ArrayList<>();
    float line = margin + high(format.type());
    for (String part : type.lines(text.product(), format.type(), width, 2)) {
      lines.add(new Line(part, format.type(), margin, line));
      line += high(format.type()) * LEADING;
    }
    line -= (high(format.type()) - high(small)) * LEADING * 0.9f;
    for (String words : second(text)) {
      if (line > format.codeY()) {
        break;
      }
      lines.add(new Line(type.fitted(words, small, width), small, margin, line));
      line += high(small) * LEADING;
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
