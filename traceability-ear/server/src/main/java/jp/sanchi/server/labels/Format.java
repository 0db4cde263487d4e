package jp.sanchi.server.labels;

import java.util.List;
import java.util.stream.Stream;

/**
 * Paper that labels or shelf cards are printed on; lengths in mm.
 *
 * @param word by which requests name it
 * @param left of the first label, from the page's left edge
 * @param columnPitch from one label's left edge to the next one's
 * @param code side of the square for the code, quiet zone included
 * @param card whether the words stand below the code, as on a card for a shelf
 * @param type size of the product's name in points
 */
record Format(
    String word,
    float pageWidth,
    float pageHeight,
    int columns,
    int rows,
    float labelWidth,
    float labelHeight,
    float left,
    float top,
    float columnPitch,
    float code,
    boolean card,
    float type) {

  /** A phone at arm's length needs no less. */
  static final float LEAST_MODULE = 0.4f;

  /**
   * A dot of office printers (600 to the inch). Where modules and edges lie on dots, each module is
   * as wide as the next.
   */
  static final float DOT = 25.4f / 600;

  /** Modules a side of a code whose link has a host of some 20 letters. */
  private static final int USUAL_MODULES = 37;

  // Label papers with a margin around, as Japanese stationers sell them. The same grids serve the
  // papers whose labels are cut a little smaller, with gaps: nothing is drawn near an edge.
  private static final Format A4_65 =
      new Format("a4-65", 210, 297, 5, 13, 38.1f, 21.2f, 4.75f, 10.7f, 40.6f, 20.4f, false, 6);
  private static final Format A4_44 =
      new Format("a4-44", 210, 297, 4, 11, 48.3f, 25.4f, 8.4f, 8.8f, 48.3f, 22, false, 7.5f);
  private static final Format A4_24 =
      new Format("a4", 210, 297, 3, 8, 66, 33.9f, 6, 12.9f, 66, 24, false, 11);
  private static final Format A4_12 =
      new Format("a4-12", 210, 297, 2, 6, 86.4f, 42.3f, 18.6f, 21.6f, 86.4f, 32, false, 13);

  /** A roll of 62 mm for label printers, one label a page. */
  private static final Format ROLL62 =
      new Format("roll62", 62, 29, 1, 1, 62, 29, 0, 0, 62, 24, false, 10.5f);

  /** Four cards to cut out. */
  private static final Format CARD =
      new Format("card", 210, 297, 2, 2, 105, 148.5f, 0, 0, 105, 66, true, 24);

  private static final Format CARD_ROLL62 =
      new Format("card-roll62", 62, 100, 1, 1, 62, 100, 0, 0, 62, 48, true, 15);

  static final List<Format> LABELS = List.of(A4_65, A4_44, A4_24, A4_12, ROLL62);
  static final List<Format> CARDS = List.of(CARD, CARD_ROLL62);
  static final List<Format> ALL = Stream.of(LABELS, CARDS).flatMap(List::stream).toList();

  /** From the page's left edge. */
  float x(int index) {
    return left + index % columns * columnPitch;
  }

  /** From the page's top edge. */
  float y(int index) {
    return top + index / columns % rows * labelHeight;
  }

  /** Of the code's square within its label. */
  float codeX() {
    return card ? (labelWidth - code) / 2 : Math.min(2, (labelHeight - code) / 2 + 0.8f);
  }

  float codeY() {
    return card
        ? labelHeight - code - 3.2f * type * 25.4f / 72
        : Math.min(1.2f, (labelHeight - code) / 2);
  }

  /**
   * How much of the code's square is white at its top and left, for codes as links of ours have.
   */
  float quiet() {
    return code * QrCode.QUIET / (USUAL_MODULES + 2 * QrCode.QUIET);
  }

  /**
   * From the edge of the code's square to its first module: on labels where the words begin, too.
   */
  float edge(float module, int modules) {
    return card ? (code - module * modules) / 2 : module * QrCode.QUIET;
  }

  int perPage() {
    return columns * rows;
  }

  /** The same label on a page of its own. */
  Format alone() {
    return new Format(
        word,
        labelWidth,
        labelHeight,
        1,
        1,
        labelWidth,
        labelHeight,
        0,
        0,
        labelWidth,
        code,
        card,
        type);
  }

  /**
   * Side of a module in mm: whole dots if that leaves it wide enough.
   *
   * @param modules a side, without the quiet zone
   * @throws CodeTooLarge where modules would be smaller than {@link #LEAST_MODULE}
   */
  float module(int modules) throws CodeTooLarge {
    float most = code / (modules + 2 * QrCode.QUIET);
    if (most < LEAST_MODULE) {
      throw new CodeTooLarge();
    }
    float dots = (float) Math.floor(most / DOT) * DOT;
    return dots < LEAST_MODULE ? most : dots;
  }
}
