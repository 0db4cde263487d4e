package jp.sanchi.server.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.ShortCode;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelSheetTest {
  private static final String GTIN = "04569951110016";
  private static final LabelText KOMATSUNA =
      new LabelText(
          "有機小松菜 200g", "Organic komatsuna, 200 g", "北俣農園", "北俣ほ場", "A1", "ロット", "手入力用コード");

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
  @EnumSource(Format.class)
  void every_code_on_a_sheet_can_be_read_again(Format format) throws Exception {
    List<LabelSheet.Label> labels = labels("https://trace.example.jp", 30);

    byte[] pdf = new LabelSheet(format, KOMATSUNA).checked(labels);

    assertThat(CodeCheck.read(pdf, format, labels.size())).isEqualTo(links(labels));
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(document.getNumberOfPages()).isEqualTo(format == Format.A4 ? 2 : 30);
    }
  }

  @Test
  void a_sheet_with_another_code_in_the_place_of_one_is_noticed() throws Exception {
    List<LabelSheet.Label> labels = labels("https://trace.example.jp", 3);
    byte[] pdf = new LabelSheet(Format.A4, KOMATSUNA).pdf(labels);

    assertThat(CodeCheck.read(pdf, Format.A4, 4)).hasSize(4).endsWith((String) null);
    assertThat(CodeCheck.read(pdf, Format.A4, 3))
        .isNotEqualTo(links(labels("https://trace.example.com", 3)));
  }

  @Test
  void every_mask_of_a_code_says_the_same() throws Exception {
    LabelSheet.Label label = labels("https://trace.example.jp", 1).get(0);
    for (int mask = 0; mask < QrCode.MASKS; mask++) {
      label = label.otherwise();
      byte[] pdf = new LabelSheet(Format.A4, KOMATSUNA).pdf(List.of(label));
      assertThat(CodeCheck.read(pdf, Format.A4, 1)).containsExactly(label.link());
    }
    assertThat(label.otherwise()).isNull();
  }

  @Test
  void says_in_words_what_the_code_says_to_machines() throws Exception {
    byte[] pdf = new LabelSheet(Format.A4, KOMATSUNA).pdf(labels("https://trace.example.jp", 2));

    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(new PDFTextStripper().getText(document))
          .contains("有機小松菜 200g", "Organic komatsuna", "北俣農園", "北俣ほ場", "ロット A1")
          .contains(ShortCode.ofLabel(GTIN, "K7Q2", 0).text())
          .contains(ShortCode.ofLabel(GTIN, "K7Q2", 1).text());
    }
  }

  @Test
  void a_name_that_is_too_long_or_has_characters_that_no_font_knows_still_prints()
      throws Exception {
    LabelText odd =
        new LabelText(
            "とても長い名前の小松菜とほうれん草と水菜の詰め合わせ 二百グラム入り 宮崎県綾町産",
            "🥬 Ærø ﷽ vegetables of a very long name that does not fit at all",
            "鷗外𠮷農園",
            "",
            "",
            "ロット",
            "手入力用コード");

    byte[] pdf = new LabelSheet(Format.ROLL62, odd).checked(labels("https://trace.example.jp", 1));

    assertThat(CodeCheck.read(pdf, Format.ROLL62, 1)).doesNotContainNull();
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(new PDFTextStripper().getText(document)).contains("とても長い名前", "…", "〓");
    }
  }

  @Test
  void refuses_an_address_whose_code_would_be_too_fine_to_scan() {
    String host = "https://" + "a-very-long-name.".repeat(12) + "example.jp";

    assertThatThrownBy(() -> new LabelSheet(Format.ROLL62, KOMATSUNA).pdf(labels(host, 1)))
        .isInstanceOf(IOException.class)
        .isInstanceOf(LabelSheet.CodeTooLarge.class);
  }

  @Test
  void modules_are_never_finer_than_a_phone_reads_at_arms_length() {
    for (Format format : Format.values()) {
      int size = QrCode.of(labels("https://trace.example.jp", 1).get(0).link(), null).size();
      assertThat(format.code / (size + 2 * QrCode.QUIET)).isGreaterThanOrEqualTo(0.4f);
    }
  }
}
