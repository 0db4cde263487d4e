package jp.sanchi.server.labels;

/** Paper that labels are printed on; lengths in mm. */
enum Format {
  /** 24 labels of 66 × 33.9 mm with a margin around, as stationers sell them. */
  A4(210, 297, 3, 8, 66, 33.9f, 6, 12.9f, 24),
  /** A roll of 62 mm for label printers, one label a page. */
  ROLL62(62, 29, 1, 1, 62, 29, 0, 0, 22);

  /** A phone at arm's length needs no less. */
  static final float LEAST_MODULE = 0.4f;

  final float pageWidth;
  final float pageHeight;
  final int columns;
  final int rows;
  final float labelWidth;
  final float labelHeight;
  final float left;
  final float top;

  /** Side of the square for the code, quiet zone included. */
  final float code;

  Format(
      float pageWidth,
      float pageHeight,
      int columns,
      int rows,
      float labelWidth,
      float labelHeight,
      float left,
      float top,
      float code) {
    this.pageWidth = pageWidth;
    this.pageHeight = pageHeight;
    this.columns = columns;
    this.rows = rows;
    this.labelWidth = labelWidth;
    this.labelHeight = labelHeight;
    this.left = left;
    this.top = top;
    this.code = code;
  }

  /** From the page's left edge. */
  float x(int index) {
    return left + index % columns * labelWidth;
  }

  /** From the page's top edge. */
  float y(int index) {
    return top + index / columns % rows * labelHeight;
  }

  /** Of the code's square within its label. */
  float codeX() {
    return 2;
  }

  float codeY() {
    return (labelHeight - code) / 2;
  }

  int perPage() {
    return columns * rows;
  }
}
