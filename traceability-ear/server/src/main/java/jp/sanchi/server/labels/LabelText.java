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
 * @param call why to scan the code, in a word below it; empty on a card, whose caption says it
 * @param mark where the JAS mark is to be stuck; empty where none belongs
 * @param sample laid across what must not be used; empty on what may
 */
record LabelText(
    String product,
    String otherName,
    List<Line> lines,
    String caption,
    String call,
    String mark,
    String sample) {

  static final String OTHER_NAME = "otherName";

  /**
   * One of the things that a label says.
   *
   * @param name what requests call it, or the word for what nobody asks for: {@code origin}, {@code
   *     producer}, {@link #OTHER_NAME}
   * @param legal whether food labels have to say it, in letters of a size that the law gives
   */
  record Line(String name, String words, boolean legal) {}

  /** All that stands below the product's name, what matters most first. */
  List<Line> below() {
    List<Line> all = new ArrayList<>(lines);
    all.add(new Line(OTHER_NAME, otherName, false));
    all.removeIf(line -> line.words.isEmpty());
    return all;
  }

  LabelText asSample(String word) {
    return new LabelText(product, otherName, lines, caption, call, mark, word);
  }
}
