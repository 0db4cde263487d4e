package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RubyTest {
  @Test
  void says_how_known_words_are_read() {
    assertThat(Ruby.ofText("記録を確かめました。"))
        .isEqualTo("<ruby>記録<rt>きろく</rt></ruby>を<ruby>確<rt>たし</rt></ruby>かめました。");
  }

  @Test
  void leaves_alone_what_it_does_not_know_as_a_whole() {
    assertThat(Ruby.ofText("綾町農産物検査センター、記録係")).isEqualTo("綾町農産物検査センター、記録係");
  }

  @Test
  void a_reading_depends_on_what_follows() {
    assertThat(Ruby.ofText("書面")).isEqualTo("書面");
    assertThat(Ruby.ofText("書きました")).isEqualTo("<ruby>書<rt>か</rt></ruby>きました");
  }

  /** {@code page.test.ts} has the same. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ほうれん草 180g | ほうれん草(そう) 180g",
        "毒草がまざった | 毒草(どくそう)がまざった",
        "草をとりました | 草(くさ)をとりました",
        "宮崎サラダ（3人の畑から） | 宮崎サラダ（3人(にん)の畑(はたけ)から）",
        "1人、または何人か | 1人、または何人か",
        "11人の人 | 11人(にん)の人(ひと)",
        "2026年11月25日 | 2026年(ねん)11月(がつ)25日",
        "0.21 秒で | 0.21 秒(びょう)で",
        "回収中です。回収を | 回収中(かいしゅうちゅう)です。回収(かいしゅう)を",
        "代金をお返しします | 代金(だいきん)をお返(かえ)しします",
        "数えました。数 | 数えました。数(かず)",
        "ハウス園芸、トマト園、JAS印 | ハウス園芸、トマト園、JAS印",
        "運送中の箱、ごみ箱、いも畑 | 運送中の箱(はこ)、ごみ箱、いも畑",
        "運び方の記録 | 運(はこ)び方(かた)の記録(きろく)",
        "有機小松菜、宮崎県綾町 | 有機(ゆうき)小松菜(こまつな)、宮崎県(みやざきけん)綾町(あやちょう)"
      })
  void reads_words_in_context_and_leaves_alone_what_could_be_wrong(String text, String read) {
    String plain = Ruby.ofText(text).replaceAll("<ruby>([^<]*)<rt>([^<]*)</rt></ruby>", "$1($2)");

    assertThat(plain).isEqualTo(read);
  }

  @Test
  void changes_texts_of_the_body_only() {
    String html =
        "<title>記録</title><body><p title=\"記録>\">記録</p><svg><text>記録</text></svg><code>記録</code>";

    assertThat(Ruby.annotate(html))
        .isEqualTo(
            "<title>記録</title><body><p title=\"記録>\"><ruby>記録<rt>きろく</rt></ruby></p>"
                + "<svg><text>記録</text></svg><code>記録</code>");
  }
}
