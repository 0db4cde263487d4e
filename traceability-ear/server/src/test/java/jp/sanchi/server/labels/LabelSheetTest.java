package jp.sanchi.server.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.server.labels.LabelText.Weight;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LabelSheetTest {
  private static final String GTIN = "04569951110016";
  private static final List<String> CALLS = List.of("スマホで読むと、産地からの記録", "読むと、産地からの記録");

  private static final LabelText KOMATSUNA =
      new LabelText(
          "有機小松菜 200g",
          "Organic komatsuna, 200 g",
          List.of(
              new LabelText.Line("origin", Weight.ORIGIN, "産地 宮崎県綾町 北俣ほ場", "産地 宮崎県綾町", "宮崎県綾町"),
              dated("useBy", Weight.LIMIT, "消費期限", 30),
              dated("harvested", Weight.DATE, "収穫日", 25),
              new LabelText.Line("lot", Weight.OTHER, "ロット A1"),
              new LabelText.Line("producer", Weight.OTHER, "北俣農園")),
          "手入力用コード",
          CALLS,
          "JAS マーク",
          "");

  /** A day of November 2026. */
  private static LabelText.Line dated(String name, Weight weight, String words, int day) {
    return new LabelText.Line(
        name,
        weight,
        words + " 2026年11月" + day + "日",
        words + " 2026.11." + day,
        words + " 26.11." + day,
        words.substring(0, 2) + " 26.11." + day);
  }

  private static LabelText named(String product) {
    return new LabelText(
        product, "Yellowtail", KOMATSUNA.lines(), KOMATSUNA.caption(), CALLS, "", "");
  }

  private static List<String> words(Face face) {
    return face.lines().stream().map(Face.Line::words).toList();
  }

  private static final Format A4 = Format.LABELS.get(2);
  private static final Format ROLL62 = Format.LABELS.get(4);

  static List<Format> formats() {
    return Format.ALL;
  }

  private static List<LabelSheet.Label> labels(String host, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            number ->
                new LabelSheet.Label(
                    host
                        + "/01/"
                        + GTIN
                        + "/21/"
                        + Serial.make("K7Q2", number, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}).text(),
                    ShortCode.ofLabel(GTIN, "K7Q2", number).text()))
        .toList();
  }

  private static List<String> links(List<LabelSheet.Label> labels) {
    return labels.stream().map(LabelSheet.Label::link).toList();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void every_code_on_a_sheet_can_be_read_again(Format format) throws Exception {
    List<LabelSheet.Label> labels = labels("https://trace.example.jp", 30);

    byte[] pdf = new LabelSheet(format, KOMATSUNA).checked(labels);

    assertThat(CodeCheck.read(pdf, format, labels.size())).isEqualTo(links(labels));
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(document.getNumberOfPages()).isEqualTo(-Math.floorDiv(-30, format.perPage()));
    }
  }

  @Test
  void a_sheet_with_another_code_in_the_place_of_one_is_noticed() throws Exception {
    List<LabelSheet.Label> labels = labels("https://trace.example.jp", 3);
    byte[] pdf = new LabelSheet(A4, KOMATSUNA).pdf(labels);

    assertThat(CodeCheck.read(pdf, A4, 4)).hasSize(4).endsWith((String) null);
    assertThat(CodeCheck.read(pdf, A4, 3))
        .isNotEqualTo(links(labels("https://trace.example.com", 3)));
  }

  @Test
  void every_mask_of_a_code_says_the_same() throws Exception {
    LabelSheet.Label label = labels("https://trace.example.jp", 1).get(0);
    for (int mask = 0; mask < QrCode.MASKS; mask++) {
      label = label.otherwise();
      byte[] pdf = new LabelSheet(A4, KOMATSUNA).pdf(List.of(label));
      assertThat(CodeCheck.read(pdf, A4, 1)).containsExactly(label.link());
    }
    assertThat(label.otherwise()).isNull();
  }

  @Test
  void says_in_words_what_the_code_says_to_machines() throws Exception {
    byte[] pdf = new LabelSheet(A4, KOMATSUNA).pdf(labels("https://trace.example.jp", 2));

    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(new PDFTextStripper().getText(document))
          .contains("有機小松菜 200g", "産地 宮崎県綾町", "北俣農園", "北俣ほ場", "ロット A1")
          .contains("消費期限 2026年11月30日", "収穫日 2026年11月25日", "マーク")
          .contains(ShortCode.ofLabel(GTIN, "K7Q2", 0).text())
          .contains(ShortCode.ofLabel(GTIN, "K7Q2", 1).text());
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void dates_are_never_cut_off_and_words_are_as_large_as_the_law_says(Format format)
      throws Exception {
    Face face = Face.of(format, KOMATSUNA);

    assertThat(words(face)).anyMatch(line -> line.matches("消費(期限)? (20)?26[.年]11[.月]30日?"));
    assertThat(words(face)).noneMatch(line -> line.contains("…"));
    float least = format.card() || format.type() >= 9.5 ? 8 : 5.5f;
    for (Face.Line line : face.lines()) {
      boolean law = line.bold() && !String.join("", CALLS).contains(line.words());
      assertThat(line.size()).as(line.words()).isGreaterThanOrEqualTo(law ? least : 5.5f);
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void what_has_no_room_is_named_and_all_the_rest_stands_there(Format format) throws Exception {
    Face face = Face.of(format, KOMATSUNA);

    String unbroken = String.join("", words(face)).replace(" ", "");
    for (LabelText.Line line : KOMATSUNA.below()) {
      assertThat(line.forms().stream().anyMatch(form -> unbroken.contains(form.replace(" ", ""))))
          .as(line.name())
          .isEqualTo(!face.missing().contains(line.name()));
    }
    if (!format.card()) {
      assertThat(face.mark() == null).isEqualTo(face.missing().contains("mark"));
    }
  }

  @Test
  void a_sheet_of_24_has_room_for_a_lot_beside_two_dates_and_a_tooLongorigin() throws Exception {
    LabelText komatsuna =
        new LabelText(
            "小松菜 200g",
            "Komatsuna 200 g",
            List.of(
                new LabelText.Line(
                    "origin", Weight.ORIGIN, "産地 宮崎県国富町 大坪のほ場", "産地 宮崎県国富町", "宮崎県国富町"),
                dated("bestBefore", Weight.LIMIT, "賞味期限", 30),
                new LabelText.Line("lot", Weight.OTHER, "ロット K261127-02"),
                dated("harvested", Weight.DATE, "収穫日", 26),
                new LabelText.Line("producer", Weight.OTHER, "森農園")),
            "手入力用コード",
            CALLS,
            "",
            "");

    Face face = Face.of(A4, komatsuna);
    assertThat(face.missing()).containsExactly("otherName");
    assertThat(words(face)).contains("手入力用コード");
    assertThat(Face.of(ROLL62, komatsuna).missing()).containsExactly("otherName");
  }

  @ParameterizedTest
  @MethodSource("formats")
  void the_name_is_the_largest_and_begins_where_the_code_does(Format format) throws Exception {
    Face face = Face.of(format, KOMATSUNA);

    Face.Line name = face.lines().get(words(face).indexOf(nameOn(face)));
    assertThat(name.bold()).isTrue();
    for (Face.Line line : face.lines()) {
      assertThat(line.size()).as(line.words()).isLessThanOrEqualTo(name.size());
    }
    assertThat(face.foot().size()).isLessThanOrEqualTo(name.size());
    if (!format.card()) {
      float module = format.module(37);
      double top = name.type().outline(name.words(), name.size()).getBounds2D().getMinY();
      assertThat(name.baseline() + top)
          .isCloseTo(format.codeY() + format.edge(module, 37), within(0.35));
    }
  }

  private static String nameOn(Face face) {
    return words(face).stream().filter(line -> line.startsWith("有機小松菜")).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void the_whole_name_stands_there_before_its_translation_does(Format format) throws Exception {
    Face face = Face.of(format, named("ぶりフィレ（真空パック・養殖）"));

    assertThat(String.join("", words(face))).contains("ぶりフィレ（真空パック・養殖）");
    assertThat(face.missing()).doesNotContain("useBy", "origin");
  }

  @Test
  void a_name_is_broken_before_its_bracket() throws Exception {
    assertThat(words(Face.of(A4, named("ぶりフィレ（真空パック・養殖）")))).contains("ぶりフィレ", "（真空パック・養殖）");
  }

  @Test
  void a_roll_says_who_made_it_below_a_name_of_two_lines() throws Exception {
    assertThat(Face.of(ROLL62, named("ぶりフィレ（真空パック・養殖）")).missing()).containsExactly("otherName");
  }

  @Test
  void goes_on_where_a_used_sheet_has_its_first_label_left() throws Exception {
    List<LabelSheet.Label> labels = labels("https://trace.example.jp", 6);

    byte[] pdf = new LabelSheet(A4, KOMATSUNA, 20).checked(labels);

    assertThat(CodeCheck.read(pdf, A4, 20, Collections.nCopies(6, null))).isEqualTo(links(labels));
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(document.getNumberOfPages()).isEqualTo(2);
    }
    assertThat(CodeCheck.read(pdf, A4, 20)).containsOnlyNulls();
  }

  @Test
  void a_code_that_is_copied_as_text_says_nothing() throws Exception {
    byte[] pdf = new LabelSheet(A4, KOMATSUNA).pdf(labels("https://trace.example.jp", 2));

    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(new PDFTextStripper().getText(document)).doesNotContainPattern("[\u2800-\u28FF]");
    }
  }

  @Test
  void a_large_label_has_room_for_the_name_in_another_language() throws Exception {
    byte[] pdf =
        new LabelSheet(Format.LABELS.get(3), KOMATSUNA).pdf(labels("https://trace.example.jp", 1));

    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(new PDFTextStripper().getText(document)).contains("Organic komatsuna");
    }
  }

  @Test
  void characters_that_no_font_knows_still_print() throws Exception {
    LabelText odd =
        new LabelText(
            "とても長い名前の小松菜とほうれん草の詰め合わせ",
            "🥬 Ærø ﷽ vegetables of a very long name that does not fit at all",
            List.of(
                new LabelText.Line("producer", Weight.OTHER, "鷗外𠮷農園"),
                new LabelText.Line("lot", Weight.OTHER, "")),
            "手入力用コード",
            List.of(),
            "",
            "");

    byte[] pdf = new LabelSheet(ROLL62, odd).checked(labels("https://trace.example.jp", 1));

    assertThat(CodeCheck.read(pdf, ROLL62, 1)).doesNotContainNull();
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(new PDFTextStripper().getText(document)).contains("とても長い名前", "〓");
    }
  }

  @Test
  void a_name_that_would_be_cut_off_is_refused() {
    LabelText tooLong = named("とても長い名前の小松菜とほうれん草と水菜の詰め合わせ 二百グラム入り 宮崎県綾町産 三袋ずつの箱");

    assertThatThrownBy(() -> new LabelSheet(Format.LABELS.get(0), tooLong))
        .isInstanceOf(NameTooLong.class);
  }

  @Test
  void refuses_an_address_whose_code_would_be_too_fine_to_scan() {
    String host = "https://" + "a-very-long-name.".repeat(12) + "example.jp";

    assertThatThrownBy(() -> new LabelSheet(ROLL62, KOMATSUNA).pdf(labels(host, 1)))
        .isInstanceOf(IOException.class)
        .isInstanceOf(CodeTooLarge.class);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void modules_are_never_finer_than_a_phone_reads_at_arms_length(Format format) throws Exception {
    int size = QrCode.of(labels("https://trace.example.jp", 1).get(0).link(), null).size();

    assertThat(format.module(size)).isGreaterThanOrEqualTo(0.4f);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void nothing_stands_outside_its_label_or_on_its_code(Format format) throws Exception {
    Face face = Face.of(format, KOMATSUNA);
    List<Face.Line> lines = new ArrayList<>(face.lines());
    if (!format.card()) {
      lines.add(face.shortCode("WWWW-WWWW"));
    }
    Rectangle2D label = new Rectangle2D.Float(0, 0, format.labelWidth(), format.labelHeight());
    Rectangle2D code =
        new Rectangle2D.Float(format.codeX(), format.codeY(), format.code(), format.code());

    assertThat(label.contains(code)).isTrue();
    for (Face.Line line : lines) {
      Rectangle2D words = line.type().outline(line.words(), line.size()).getBounds2D();
      words.setRect(
          words.getX() + line.x(),
          words.getY() + line.baseline(),
          words.getWidth(),
          words.getHeight());
      assertThat(label.contains(words)).as(line.toString()).isTrue();
      assertThat(code.intersects(words)).as(line.toString()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void labels_lie_on_their_page_and_not_on_each_other(Format format) {
    for (int i = 0; i < format.perPage(); i++) {
      assertThat(format.x(i) + format.labelWidth()).isLessThanOrEqualTo(format.pageWidth());
      assertThat(format.y(i) + format.labelHeight()).isLessThanOrEqualTo(format.pageHeight());
    }
    assertThat(format.columnPitch()).isGreaterThanOrEqualTo(format.labelWidth());
    // The margins are the same on both sides: these papers may be fed either way round
    float right = format.pageWidth() - format.x(format.columns() - 1) - format.labelWidth();
    float bottom = format.pageHeight() - format.y(format.perPage() - 1) - format.labelHeight();
    assertThat(right).isCloseTo(format.left(), within(0.1f));
    assertThat(bottom).isCloseTo(format.top(), within(0.1f));
  }

  @ParameterizedTest
  @MethodSource("formats")
  void a_picture_of_one_label_can_be_read_again(Format format) throws Exception {
    LabelSheet.Label label = labels("https://trace.example.jp", 1).get(0);

    BufferedImage picture = new LabelSheet(format, KOMATSUNA).picture(label);
    assertThat(picture.getWidth())
        .isCloseTo(Math.round(format.labelWidth() / Format.DOT), within(2));
  }

  @Test
  void an_svg_has_the_modules_of_the_code_in_one_path_and_words_as_outlines() throws Exception {
    LabelSheet.Label label = labels("https://trace.example.jp", 1).get(0);

    String svg = new LabelSheet(A4, KOMATSUNA).svg(label);

    QrCode code = QrCode.of(label.link(), null);
    boolean[][] drawn = new boolean[code.size()][code.size()];
    Matcher run = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h-\\d+z").matcher(svg);
    while (run.find()) {
      for (int x = 0; x < Integer.parseInt(run.group(3)); x++) {
        drawn[Integer.parseInt(run.group(2))][Integer.parseInt(run.group(1)) + x] = true;
      }
    }
    for (int y = 0; y < code.size(); y++) {
      for (int x = 0; x < code.size(); x++) {
        assertThat(drawn[y][x]).isEqualTo(code.isDark(x, y));
      }
    }
    assertThat(svg).startsWith("<svg ").contains("width=\"66mm\"").doesNotContain("<text", "見本");
  }

  @Test
  void a_sample_says_so_across_its_code() throws Exception {
    LabelSheet.Label label = labels("https://trace.example.jp", 1).get(0);

    String plain = new LabelSheet(A4, KOMATSUNA).svg(label);
    String sample = new LabelSheet(A4, KOMATSUNA.asSample("見本")).svg(label);

    assertThat(sample.length()).isGreaterThan(plain.length());
    assertThat(sample).contains("#b3261e");
  }

  @Test
  void five_hundred_labels_are_a_file_for_a_mail() throws Exception {
    byte[] pdf = new LabelSheet(A4, KOMATSUNA).pdf(labels("https://trace.example.jp", 500));

    assertThat(pdf.length).isLessThan(150_000);
  }
}
