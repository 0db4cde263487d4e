package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, ja",
        "-, 'ja', ja",
        "-, 'ja-JP,ja;q=0.9,en-US;q=0.8', ja",
        "-, 'en-US,en;q=0.9,ja;q=0.8', en",
        "-, 'fr-FR,fr;q=0.9', en",
        "-, 'fr,ja;q=0.1', ja",
        "-, '*', en",
        "-, ';;;', ja",
        "-, '--', ja",
        "en, 'ja', en",
        "ja, 'en', ja",
        "easy, 'en', ja",
        "fr, 'en', en",
        "'', '', ja",
      })
  void speaks_the_language_that_was_asked_for_or_is_read(
      String asked, String accepted, String language) {
    assertThat(Words.of(asked, accepted).language()).isEqualTo(language);
  }

  @Test
  void puts_values_into_sentences_as_they_are() {
    assertThat(Words.ENGLISH.ui("validUntil", Map.of("date", "$1 {date} \\")))
        .isEqualTo("valid until $1 {date} \\");
  }

  @Test
  void a_code_without_a_word_stands_for_itself() {
    assertThat(Words.JAPANESE.word("words", "new_scheme")).isEqualTo("new_scheme");
    assertThatThrownBy(() -> Words.JAPANESE.ui("no_such_key")).isNotNull();
  }
}
