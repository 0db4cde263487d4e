package jp.sanchi.server.labels;

import java.awt.geom.AffineTransform;
import java.awt.geom.PathIterator;
import java.io.IOException;
import java.util.Locale;

/** One label as an SVG picture whose units are mm. */
final class LabelSvg {
  private static final String SAMPLE_COLOUR = "#b3261e";

  private LabelSvg() {}

  static String of(Format format, LabelText text, Face face, LabelSheet.Label label)
      throws IOException {
    Typeface type = Typeface.bold();
    StringBuilder svg = new StringBuilder(1 << 14);
    String size =
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$smm\" height=\"%2$smm\""
                + " viewBox=\"0 0 %1$s %2$s\">",
            number(format.labelWidth()),
            number(format.labelHeight()));
    svg.append(size).append("<path fill=\"#fff\" d=\"M0 0H").append(number(format.labelWidth()));
    svg.append('V').append(number(format.labelHeight())).append("H0z\"/><path d=\"");
    for (Face.Line line : face.lines()) {
      outline(svg, line);
    }
    outline(svg, face.shortCode(label.shortCode()));
    svg.append("\"/>");
    QrCode code = QrCode.of(label.link(), label.mask());
    float module = format.module(code.size());
    float edge = format.edge(module, code.size());
    svg.append("<path shape-rendering=\"crispEdges\" transform=\"translate(");
    svg.append(number(format.codeX() + edge)).append(' ').append(number(format.codeY() + edge));
    svg.append(")scale(").append(module).append(")\" d=\"").append(modules(code)).append("\"/>");
    if (face.mark() != null) {
      Face.Frame mark = face.mark();
      svg.append(
          "<path fill=\"none\" stroke=\"#000\" stroke-width=\".12\" stroke-dasharray=\".7 .5\"");
      svg.append(" d=\"M").append(number(mark.x())).append(' ').append(number(mark.y()));
      svg.append('h').append(number(mark.width())).append('v').append(number(mark.height()));
      svg.append('h').append(number(-mark.width())).append("z\"/>");
    }
    if (!text.sample().isEmpty()) {
      // Across the code, so that nobody sticks it on anything
      float points = format.code() * 0.3f * Typeface.MM;
      float wide = type.width(text.sample(), points);
      svg.append("<path fill=\"").append(SAMPLE_COLOUR).append("\" stroke=\"#fff\"");
      svg.append(" stroke-width=\".8\" paint-order=\"stroke\" d=\"");
      AffineTransform turned =
          AffineTransform.getTranslateInstance(
              format.codeX() + format.code() / 2, format.codeY() + format.code() / 2);
      turned.rotate(-Math.PI / 6);
      turned.translate(-wide / 2, format.code() * 0.1f);
      path(svg, type.outline(text.sample(), points).getPathIterator(turned));
      svg.append("\"/>");
    }
    return svg.append("</svg>").toString();
  }

  /** One path, so that no viewer leaves a hairline between two modules. */
  private static String modules(QrCode code) {
    StringBuilder path = new StringBuilder(1 << 12);
    for (int y = 0; y < code.size(); y++) {
      for (int x = 0; x < code.size(); ) {
        int end = x;
        while (end < code.size() && code.isDark(end, y)) {
          end++;
        }
        if (end > x) {
          path.append('M').append(x).append(' ').append(y).append('h').append(end - x);
          path.append("v1h").append(x - end).append('z');
        }
        x = Math.max(end, x + 1);
      }
    }
    return path.toString();
  }

  private static void outline(StringBuilder svg, Face.Line line) throws IOException {
    path(
        svg,
        line.type()
            .outline(line.words(), line.size())
            .getPathIterator(AffineTransform.getTranslateInstance(line.x(), line.baseline())));
  }

  private static void path(StringBuilder svg, PathIterator path) {
    float[] points = new float[6];
    for (; !path.isDone(); path.next()) {
      int count =
          switch (path.currentSegment(points)) {
            case PathIterator.SEG_MOVETO -> letter(svg, 'M', 1);
            case PathIterator.SEG_LINETO -> letter(svg, 'L', 1);
            case PathIterator.SEG_QUADTO -> letter(svg, 'Q', 2);
            case PathIterator.SEG_CUBICTO -> letter(svg, 'C', 3);
            default -> letter(svg, 'z', 0);
          };
      for (int i = 0; i < 2 * count; i++) {
        svg.append(i == 0 ? "" : " ").append(number(points[i]));
      }
    }
  }

  private static int letter(StringBuilder svg, char letter, int points) {
    svg.append(letter);
    return points;
  }

  /** To a hundredth of a mm: half a printer's dot. */
  private static String number(float mm) {
    long hundredths = Math.round(mm * 100.0);
    String text = hundredths % 100 == 0 ? "" + hundredths / 100 : "" + hundredths / 100.0;
    return text.startsWith("0.") ? text.substring(1) : text;
  }
}
