package jp.sanchi.server.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhrasesTest {
  @ParameterizedTest
  @CsvSource({
    "スマホで読むと、つくった人と、ここまでの歩みが見えます, スマホで|読むと、|つくった|人と、|ここまでの|歩みが|見えます",
    "有機小松菜 200g, '有機小松菜 |200g'",
    "サーモン切り身 200g（ノルウェー産 養殖）, 'サーモン|切り身 |200g|（ノルウェー|産 |養殖）'",
    "早生みかん, 早生みかん",
    "お米の粉, お米の|粉",
    "賞味期限 2026.12.05, '賞味期限 |2026.12.05'",
    "コーヒー豆「朝」, コーヒー|豆|「朝」",
    "𠮷野のトマト, 𠮷野の|トマト"
  })
  void a_particle_stays_with_its_noun_and_an_ending_with_its_verb(String words, String phrases) {
    assertThat(Phrases.of(words)).isEqualTo(List.of(phrases.split("\\|")));
  }

  @Test
  void a_caption_of_two_lines_leaves_no_verb_alone() throws Exception {
    String caption = "スマホで読むと、つくった人と、ここまでの歩みが見えます";

    assertThat(Typeface.gothic().lines(caption, 10.8f, 90, 2))
        .containsExactly("スマホで読むと、つくった人と、", "ここまでの歩みが見えます");
  }

  @Test
  void a_word_that_is_wider_than_its_line_is_broken_all_the_same() throws Exception {
    List<String> lines = Typeface.gothic().lines("無農薬栽培露地物早生温州蜜柑", 9, 20, 3);

    assertThat(lines).hasSize(3);
    assertThat(String.join("", lines)).isEqualTo("無農薬栽培露地物早生温州蜜柑");
    for (String line : lines) {
      assertThat(Typeface.gothic().width(line, 9)).isLessThanOrEqualTo(20);
    }
  }

  @Test
  void what_has_room_is_one_line() throws Exception {
    assertThat(Typeface.gothic().lines("有機小松菜 200g", 9, 60, 2)).containsExactly("有機小松菜 200g");
  }
}
