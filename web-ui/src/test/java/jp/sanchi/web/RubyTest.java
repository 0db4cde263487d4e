package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
