package jp.sanchi.server.labels;

import java.util.ArrayList;
import java.util.List;

/**
 * What people read on every label of a sheet; empty where there is nothing to say.
 *
 * @param product the name in the sheet's language
 * @param otherName the product's name in the other language
 * @param lines the rest, what matters most first: a small label may not have room for all
 * @param caption what the short code, or a card's code, is for
 * @param calls why to scan the code, in a word below it, the fullest form first; none on a card,
 *     whose caption says it
 * @param mark where the JAS mark is to be stuck; empty where none belongs
 * @param sample laid across what must not be used; empty on what may
 */
record LabelText(
    String product,
    String otherName,
    List<Line> lines,
    String caption,
    List<String> calls,
    String mark,
    String sample) {

  static final String OTHER_NAME = "otherName";

  /** How a line is to be set. */
  enum Weight {
    /** Until when it is to be used: in letters of a size that the law gives, bold, in one line. */
    LIMIT(true, true),
    /** Where it comes from, in letters of such a size. */
    ORIGIN(true, false),
    /** Another date, in one line. */
    DATE(false, true),
    OTHER(false, false);

    final boolean legal;
    final boolean whole;

    Weight(boolean legal, boolean whole) {
      this.legal = legal;
      this.whole = whole;
    }
  }

  /**
   * One of the things that a label says.
   *
   * @param name what requests call it, or the word for what nobody asks for: {@code origin}, {@code
   *     producer}, {@link #OTHER_NAME}
   * @param forms the fullest first; shorter ones are for where there is no room for it
   */
  record Line(String name, Weight weight, List<String> forms) {
    Line(String name, Weight weight, String... forms) {
      this(name, weight, List.of(forms));
    }
  }

  /** All that stands below the product's name, what matters most first. */
  List<Line> below() {
    List<Line> all = new ArrayList<>(lines);
    all.add(new Line(OTHER_NAME, Weight.OTHER, otherName));
    all.removeIf(line -> line.forms.get(0).isEmpty());
    return all;
  }

  LabelText asSample(String word) {
    return new LabelText(product, otherName, lines, caption, calls, mark, word);
  }
}
