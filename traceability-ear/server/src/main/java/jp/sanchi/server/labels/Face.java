package jp.sanchi.server.labels;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where everything stands on a label; the same on all of a sheet but for the code and its short
 * form. Lengths are mm from the label's top left corner. The product's name is the largest and
 * begins where the code does; nothing is ever cut off.
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
  record Line(String words, float size, boolean bold, float x, float baseline) {
    Typeface type() {
      return bold ? Typeface.bold() : Typeface.gothic();
    }
  }

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

  /** By how much a date until which to use it is larger than what else the law asks for. */
  private static final float LIMIT = 1.12f;

  /** By so much lines get smaller that the law leaves alone, until all have room. */
  private static final float STEP = 0.5f;

  /** No smaller for the sake of the name in another language. */
  private static final float EASY = 6.5f;

  /** Of the product's name: it gets no smaller for what the law does not ask for. */
  private static final float LARGE = 0.8f;

  private static final String BETWEEN = "  ";

  /** Where a small label says little, its product's name is so many points larger. */
  private static final float LARGER = 3 * STEP;

  /** No mark may be lower than 5 mm, with its certifier's name below. */
  private static final float MARK_WIDTH = 8;

  private static final float MARK_HEIGHT = 9;

  /** Wide letters are written smaller where there is no room for them. */
  Line shortCode(String words) throws IOException {
    float wide = foot.type().width(words, foot.size);
    float size = wide > room ? foot.size * room / wide : foot.size;
    return new Line(words, size, foot.bold, foot.x, foot.baseline);
  }

  /**
   * The product's name as large as it can be beside what else has to stand there.
   *
   * @throws NameTooLong where no size leaves room for all of it
   */
  static Face of(Format format, LabelText text) throws IOException {
    float least =
        format.card() || format.type() >= ROOMY
            ? LEGAL
            : Math.min(LEGAL_WHERE_SMALL, format.type());
    float more = format.card() || format.type() >= ROOMY ? 0 : LARGER;
    Face best = null;
    for (float size = format.type() + more; size >= least; size -= STEP) {
      // Three lines rather than none
      List<String> name = name(format, text, size, size - STEP < least ? 3 : 2);
      if (name == null) {
        continue;
      }
      boolean large = size > format.type() * LARGE;
      if (best != null && !large && best.lacks(text) == 0) {
        return best;
      }
      Face face = of(format, text, name, size);
      if (best == null
          || face.lacks(text) < best.lacks(text)
          || face.lacks(text) == best.lacks(text) && face.needed() < best.needed()) {
        best = face;
      }
      if (best.needed() == 0) {
        return best;
      }
    }
    if (best == null) {
      throw new NameTooLong();
    }
    return best;
  }

  private static List<String> name(Format format, LabelText text, float size, int most)
      throws IOException {
    float width =
        format.card()
            ? format.labelWidth() - 2 * margin(format)
            : format.labelWidth() - right(format);
    return Typeface.bold().lines(text.product(), size, width, most);
  }

  private static Face of(Format format, LabelText text, List<String> name, float size)
      throws IOException {
    if (format.card()) {
      return card(format, text, name, size);
    }
    Face face = label(format, text, name, size, text.caption());
    // A code explains itself sooner than a lot that is not there
    Face other = face.needed() == 0 ? face : label(format, text, name, size, "");
    return face.needed() <= other.needed() ? face : other;
  }

  /** How much is missing of what people have to read in their own language. */
  private long needed() {
    return missing.stream().filter(name -> !name.equals(LabelText.OTHER_NAME)).count();
  }

  /** How much is missing of what the law asks for. */
  private long lacks(LabelText text) {
    return text.lines().stream()
        .filter(line -> line.weight().legal && missing.contains(line.name()))
        .count();
  }

  private static float left(Format format) {
    return format.codeX() + format.code() + 0.5f;
  }

  /** What is not the words' of a label's width. */
  private static float right(Format format) {
    return left(format) + 1.8f;
  }

  private static float margin(Format format) {
    return format.labelWidth() * 0.07f;
  }

  private static Face label(
      Format format, LabelText text, List<String> name, float size, String captioned)
      throws IOException {
    Typeface type = Typeface.gothic();
    float left = left(format);
    float width = format.labelWidth() - right(format);
    boolean roomy = format.type() >= ROOMY;
    float small = Math.max(roomy ? LEGAL : LEGAL_WHERE_SMALL, format.type() * SMALL);
    boolean marked = !text.mark().isEmpty() && width > MARK_WIDTH * 2.5f;
    boolean beside = marked && width > MARK_WIDTH * 4;
    float room = beside ? width - MARK_WIDTH - 0.8f : width;
    float shortSize = Math.max(format.type() * 0.78f, Math.min(format.type(), 6));
    shortSize = Math.min(shortSize, room / type.width("0000-0000", 1));
    float foot = format.labelHeight() - 2;
    List<Line> lines = new ArrayList<>();
    float caption = 0;
    if (format.type() > 7 && !captioned.isEmpty()) {
      float captionSize = roomy ? 6 : LEGAL_WHERE_SMALL;
      if (type.width(captioned, captionSize) <= room) {
        caption = captionSize;
        lines.add(line(captioned, caption, false, left, foot - high(shortSize) * 0.95f));
      }
    }
    float end = foot - high(shortSize) * 0.92f - high(caption) * 1.1f;
    call(format, text, lines);
    Frame mark = null;
    if (marked) {
      // Beside the short code where that leaves room for it, else above
      float low = beside ? foot + 0.3f : end;
      mark = new Frame(left + width - MARK_WIDTH, low - MARK_HEIGHT, MARK_WIDTH, MARK_HEIGHT);
      mark(text.mark(), mark, lines);
    }
    float next = format.codeY() + format.quiet();
    next = name(name, size, left, next, lines);
    next -= (high(size) - high(small)) * LEADING * 0.9f;
    Column column = new Column(left, width, next, end, TIGHT, mark);
    List<String> missing = column.set(lines, text.below(), small, LEGAL_WHERE_SMALL);
    if (!text.mark().isEmpty() && !marked) {
      missing.add("mark");
    }
    return new Face(lines, line("", shortSize, false, left, foot), room, mark, missing);
  }

  /**
   * The name's lines, whose letters begin at the top.
   *
   * @return the next line's baseline, were it as large
   */
  private static float name(List<String> name, float size, float left, float top, List<Line> lines)
      throws IOException {
    if (name.isEmpty()) {
      return top + high(size) * 0.8f;
    }
    Rectangle2D first = Typeface.bold().outline(name.get(0), size).getBounds2D();
    float next = top - (float) first.getMinY();
    for (String part : name) {
      lines.add(line(part, size, true, left, next));
      next += high(size) * LEADING;
    }
    return next;
  }

  /** Why to scan the code, below it and beginning where it does. */
  private static void call(Format format, LabelText text, List<Line> lines) throws IOException {
    float top = format.codeY() + format.code();
    float room = format.labelHeight() - top - 1.2f;
    float width = format.code() - format.quiet();
    for (String form : text.calls()) {
      for (float size = EASY; size >= LEGAL_WHERE_SMALL; size -= STEP) {
        int most = (int) (room / (high(size) * TIGHT));
        List<String> parts =
            most < 1 ? null : Typeface.bold().lines(form, size, width, Math.min(2, most));
        if (parts != null) {
          float baseline = top + high(size) * 0.9f;
          for (String part : parts) {
            lines.add(line(part, size, true, format.codeX() + format.quiet(), baseline));
            baseline += high(size) * TIGHT;
          }
          return;
        }
      }
    }
  }

  /** In the middle of its frame. */
  private static void mark(String words, Frame mark, List<Line> lines) throws IOException {
    float size = LEGAL_WHERE_SMALL;
    List<String> parts = Typeface.gothic().lines(words, size, mark.width - 0.4f, 3);
    if (parts == null) {
      return;
    }
    float baseline = mark.y + mark.height / 2 + high(size) * (0.35f - (parts.size() - 1) * 0.6f);
    for (String part : parts) {
      float middle = mark.x + (mark.width - Typeface.gothic().width(part, size)) / 2;
      lines.add(line(part, size, false, middle, baseline));
      baseline += high(size) * 1.2f;
    }
  }

  private static Face card(Format format, LabelText text, List<String> name, float size)
      throws IOException {
    Typeface type = Typeface.gothic();
    float margin = margin(format);
    float width = format.labelWidth() - 2 * margin;
    float small = Math.max(LEGAL, format.type() * 0.5f);
    List<Line> lines = new ArrayList<>();
    float next = name(name, size, margin, margin, lines);
    next -= (high(size) - high(small)) * LEADING * 0.9f;
    Column column = new Column(margin, width, next, format.codeY(), LEADING, null);
    List<String> missing = column.set(lines, text.below(), small, LEGAL);
    float foot = format.codeY() + format.code() + high(small);
    List<String> caption = type.lines(text.caption(), small * 0.9f, width, 2);
    for (String part : caption == null ? List.<String>of() : caption) {
      float middle = (format.labelWidth() - type.width(part, small * 0.9f)) / 2;
      lines.add(line(part, small * 0.9f, false, middle, foot));
      foot += high(small) * LEADING;
    }
    return new Face(lines, line("", small, false, margin, foot), width, null, missing);
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
     * that all of it fits, then in shorter forms; what does not fit even then is left off, the
     * least important first.
     *
     * @return the names of what was left off
     */
    List<String> set(List<Line> lines, List<LabelText.Line> all, float legal, float least)
        throws IOException {
      List<LabelText.Line> wanted = new ArrayList<>();
      List<String> missing = new ArrayList<>();
      for (LabelText.Line one : all) {
        if (parts(one, one.weight().legal ? legal : least, narrow(), true) == null) {
          missing.add(one.name());
        } else {
          wanted.add(one);
        }
      }
      while (true) {
        boolean spare = wanted.stream().anyMatch(one -> one.name().equals(LabelText.OTHER_NAME));
        float end = spare ? Math.min(legal, EASY) : least;
        for (boolean brief : spare ? new boolean[] {false} : new boolean[] {false, true}) {
          for (float size = legal; size >= end; size -= STEP) {
            List<Line> drawn = drawn(wanted, legal, size, brief);
            if (drawn != null) {
              lines.addAll(drawn);
              return missing;
            }
          }
        }
        missing.add(0, wanted.remove(wanted.size() - 1).name());
      }
    }

    private float narrow() {
      return mark == null ? width : width - MARK_WIDTH - 0.5f;
    }

    /** Null where there is no room for all. */
    private List<Line> drawn(List<LabelText.Line> wanted, float legal, float other, boolean brief)
        throws IOException {
      List<Line> lines = new ArrayList<>();
      float next = top;
      float before = legal;
      for (LabelText.Line one : wanted) {
        boolean limit = one.weight() == LabelText.Weight.LIMIT;
        float size = one.weight().legal ? legal : other;
        if (limit
            && !brief
            && Typeface.bold().width(one.forms().get(0), size * LIMIT) <= room(next)) {
          size *= LIMIT;
        }
        // Smaller letters need less room above them
        next -= (high(before) - high(size)) * leading * 0.9f;
        before = size;
        List<String> parts = parts(one, size, room(next), brief);
        if (parts == null) {
          return null;
        }
        if (brief && joined(lines, one, parts)) {
          continue;
        }
        for (String part : parts) {
          if (next > bottom) {
            return null;
          }
          lines.add(line(part, size, limit, left, next));
          next += high(size) * leading;
        }
      }
      return lines;
    }

    /** Whether it has room behind the line before, of the same size. */
    private boolean joined(List<Line> lines, LabelText.Line one, List<String> parts)
        throws IOException {
      if (one.weight().legal || lines.isEmpty() || parts.size() > 1) {
        return false;
      }
      Line before = lines.get(lines.size() - 1);
      String words = before.words + BETWEEN + parts.get(0);
      if (before.bold || Typeface.gothic().width(words, before.size) > room(before.baseline)) {
        return false;
      }
      lines.set(lines.size() - 1, line(words, before.size, false, left, before.baseline));
      return true;
    }

    private float room(float baseline) {
      return mark != null && baseline > mark.y ? narrow() : width;
    }

    /** Dates in their fullest form that one line has room for; null where there is none. */
    private static List<String> parts(LabelText.Line one, float size, float room, boolean brief)
        throws IOException {
      boolean limit = one.weight() == LabelText.Weight.LIMIT;
      Typeface type = limit ? Typeface.bold() : Typeface.gothic();
      if (one.weight().whole) {
        for (String form : one.forms()) {
          if (type.width(form, size) <= room) {
            return List.of(form);
          }
        }
      }
      List<String> forms = one.forms();
      return type.lines(forms.get(brief ? forms.size() - 1 : 0), size, room, 2);
    }
  }

  private static Line line(String words, float size, boolean bold, float x, float baseline) {
    return new Line(words, size, bold, x, baseline);
  }

  private static float high(float size) {
    return size / Typeface.MM;
  }
}
