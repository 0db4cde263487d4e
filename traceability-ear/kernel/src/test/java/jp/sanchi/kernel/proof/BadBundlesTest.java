package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadBundlesTest {
  private static final List<BadBundles.Bad> ALL = BadBundles.all();

  static Stream<BadBundles.Bad> lies() {
    return ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("lies")
  void is_found_out_for_what_it_is(BadBundles.Bad lie) {
    Verdict verdict = lie.made().get().verify().verdict();
    assertThat(verdict.check(lie.check()))
        .as(verdict.json().canonicalText())
        .isEqualTo(new Verdict.Check(lie.check(), lie.result(), lie.reason()));
    assertThat(verdict.result()).isEqualTo(lie.result());
  }

  @Test
  void every_reason_is_given_once_at_least() {
    Set<String> given = new TreeSet<>();
    ALL.forEach(lie -> given.add(lie.reason()));
    given.add("earlier_failure"); // every failure but the last check's
    Set<String> listed = Page.codes("## 12.", "## 13.", 2);
    listed.addAll(Page.codes("## 12.", "## 13.", 3));
    assertThat(given).isEqualTo(listed);
  }

  @Test
  void there_are_more_than_eighty_and_no_name_twice() {
    assertThat(ALL).hasSizeGreaterThan(80).extracting(BadBundles.Bad::name).doesNotHaveDuplicates();
  }
}
