package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jp.sanchi.kernel.history.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrueBundlesTest {
  private static final List<TrueBundles.True> ALL = TrueBundles.all();

  static Stream<TrueBundles.True> stories() {
    return ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("stories")
  void passes_and_says_what_happened(TrueBundles.True story) {
    BundleVerifier.Result result = story.made().get().verify();
    Verdict verdict = result.verdict();
    assertThat(verdict.result())
        .as(verdict.json().canonicalText())
        .isEqualTo(Verdict.Result.PASSED);
    assertThat(verdict.findings().stream().map(Finding::code).distinct())
        .containsExactlyElementsOf(story.findings());
    assertThat(result.story().start().subject().text()).isEqualTo(verdict.subject());
  }

  @Test
  void every_finding_is_met_once_at_least() {
    Set<String> met = new TreeSet<>();
    ALL.forEach(story -> met.addAll(story.findings()));
    assertThat(met).isEqualTo(Page.codes("## 7.", "## 8.", 1));
  }
}
