package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TongueTest {
  /** {@code page.test.ts} has the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Kita says (25 Nov): 同じコードが20分前に東京で売れています | Kita says (25 Nov): [同じコードが20分前に東京で売れています]",
        "北俣ほ場, Field 2, 綾町 | [北俣ほ場], Field 2, [綾町]",
        "食べずに、お店へ。代金を | [食べずに、お店へ。代金を]",
        "Salmo salar 3.5 °C | Salmo salar 3.5 °C"
      })
  void marks_runs_of_japanese_and_nothing_else(String text, String marked) {
    assertThat(Tongue.ofText(text).replace("<span lang=\"ja\">", "[").replace("</span>", "]"))
        .isEqualTo(marked);
  }
}
