package jp.sanchi.server.labels;

import java.util.List;

/**
 * What people read on every label of a sheet; empty where there is nothing to say.
 *
 * @param product the name in the sheet's language
 * @param otherName the product's name in the other language
 * @param lines the rest, what matters most first: a small label has no room for all
 * @param caption what the short code, or a card's code, is for
 * @param call why to scan the code, in a word below it; empty on a card, whose caption says it
 * @param mark where the JAS mark is to be stuck; empty where none belongs
 * @param sample laid across what must not be used; empty on what may
 */
record LabelText(
    String product,
    String otherName,
    List<String> lines,
    String caption,
    String call,
    String mark,
    String sample) {

  LabelText asSample(String word) {
    return new LabelText(product, otherName, lines, caption, call, mark, word);
  }
}
