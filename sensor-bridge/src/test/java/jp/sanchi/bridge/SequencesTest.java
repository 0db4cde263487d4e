package jp.sanchi.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SequencesTest {
  @Property
  void know_exactly_what_was_added(
      @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 120) Integer> added) {
    Sequences sequences = new Sequences();
    Set<Long> expected = new HashSet<>();
    for (long seq : added) {
      assertThat(sequences.contains(seq)).isEqualTo(expected.contains(seq));
      sequences.add(seq);
      expected.add(seq);
    }
    for (long seq = -1; seq < 130; seq++) {
      assertThat(sequences.contains(seq)).as("" + seq).isEqualTo(expected.contains(seq));
    }
  }

  @Test
  void of_a_device_that_counts_are_one_range() {
    Sequences sequences = new Sequences();
    for (long seq = 0; seq < 100_000; seq++) {
      sequences.add(seq);
    }
    assertThat(sequences.size()).isEqualTo(1);
  }

  @Test
  void of_a_device_that_does_not_count_stay_few_and_never_admit_a_number_twice() {
    Sequences sequences = new Sequences();
    for (long seq = 0; seq < 3L * Sequences.MOST_RANGES; seq++) {
      sequences.add(seq * 10);
    }
    assertThat(sequences.size()).isEqualTo(Sequences.MOST_RANGES);
    for (long seq = 0; seq < 3L * Sequences.MOST_RANGES; seq++) {
      assertThat(sequences.contains(seq * 10)).isTrue();
    }
  }
}
