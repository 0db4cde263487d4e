package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jp.sanchi.kernel.history.Finding;
import org.junit.jupiter.api.Test;

/** What is left of readings, and what their windows state, still speaks. */
class MissingReadingsTest {
  private static List<String> found(BadBundles.Case of) {
    Verdict verdict = of.verify().verdict();
    assertThat(verdict.result()).isEqualTo(Verdict.Result.NOT_CHECKED);
    return verdict.findings().stream().map(Finding::code).toList();
  }

  private static ColdChain.Way way(BadBundles.Case of) {
    ColdChain coldChain = of.verify().story().coldChain();
    assertThat(coldChain.told()).isTrue();
    assertThat(coldChain.ways()).hasSize(1);
    return coldChain.ways().get(0);
  }

  @Test
  void a_warm_night_stays_red_without_the_readings_of_a_cool_hour() {
    assertThat(found(BadBundles.withoutReadings(20, 1, 400, 400, 1200)))
        .containsExactly("temperature_exceeded");
  }

  @Test
  void what_a_window_states_is_red_where_nothing_outside_is_allowed() {
    assertThat(found(BadBundles.withoutReadings(0, 1, 400, 1200, 400)))
        .containsExactly("temperature_exceeded");
  }

  @Test
  void a_window_all_of_whose_values_are_outside_counts_as_outside_as_a_whole() {
    assertThat(found(BadBundles.withoutReadings(44, 1, 400, 1200, 400)))
        .containsExactly("temperature_exceeded");
    BadBundles.Case of = BadBundles.withoutReadings(45, 1, 400, 1200, 400);
    assertThat(found(of)).isEmpty();
    assertThat(way(of).outsideMs()).containsEntry("temperature", 45 * World.MINUTE);
    ColdChain.Way way = way(of);
    assertThat(way.missing()).isEqualTo(1);
    assertThat(way.leaves("temperature")).isTrue();
    assertThat(way.stated()).containsEntry("temperature", new ColdChain.Stated(1200, 1200));
  }

  @Test
  void a_reading_stands_no_longer_than_its_window_where_the_next_ones_are_missing() {
    // Three quarters of an hour of its own window, and not the fourth
    assertThat(way(BadBundles.withoutReadings(45, 2, 400, 1200, 400)).outsideMs())
        .containsEntry("temperature", 45 * World.MINUTE);
    assertThat(found(BadBundles.withoutReadings(45, 2, 400, 1200, 400))).isEmpty();
  }

  @Test
  void a_cool_window_that_is_missing_accuses_nobody() {
    assertThat(found(BadBundles.withoutReadings(0, 1, 400, 400, 400))).isEmpty();
  }

  @Test
  void readings_that_are_all_to_come_are_not_told() {
    BadBundles.Case of = BadBundles.withoutReadings(0, 0, 400);
    assertThat(of.verify().story().coldChain().told()).isFalse();
    assertThat(found(of)).isEmpty();
  }
}
