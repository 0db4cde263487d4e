package jp.sanchi.server.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @ParameterizedTest
  @ValueSource(strings = {"en", "ja"})
  void has_a_sentence_for_each_reason_and_fault_and_none_for_nothing(String language)
      throws IOException {
    Properties sentences = new Properties();
    try (InputStream in = Words.class.getResourceAsStream("reasons_" + language + ".properties")) {
      sentences.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    Set<String> wanted =
        Stream.concat(
                Arrays.stream(Reason.values()).map(Reason::code),
                Arrays.stream(Fault.values()).map(Fault::code))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(new TreeSet<>(sentences.stringPropertyNames())).isEqualTo(wanted);
    assertThat(sentences.values()).allSatisfy(text -> assertThat((String) text).isNotBlank());
  }

  @ParameterizedTest
  @CsvSource({
    "ja, ja",
    "'ja-JP,en;q=0.5', ja",
    "'fr,ja;q=0.3', ja",
    "en-GB, en",
    "fr, en",
    "'', en",
    "'x;q=', en",
    "';;;', en",
    "-, en",
    "'ja,--', en",
  })
  void speaks_the_reader_s_language_and_english_otherwise(String header, String language) {
    assertThat(Words.in(header).locale().getLanguage()).isEqualTo(language);
  }

  @Test
  void speaks_english_to_who_says_nothing() {
    assertThat(Words.in(null).sentence("not_found")).isEqualTo("There is nothing at this address.");
    assertThat(Words.in("ja").sentence("not_found")).isEqualTo("このアドレスには何もありません。");
  }
}
