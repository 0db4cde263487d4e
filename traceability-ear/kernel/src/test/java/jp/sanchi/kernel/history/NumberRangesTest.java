package jp.sanchi.kernel.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class NumberRangesTest {
  @Property
  void are_a_set_of_numbers_in_its_one_form(
      @ForAll @Size(max = 12) List<@IntRange(min = 0, max = 1599) Integer> steps) {
    NumberRanges ranges = NumberRanges.NONE;
    BitSet bits = new BitSet();
    for (int step : steps) {
      int first = step % 40;
      int last = Math.min(39, first + step / 80);
      boolean add = step % 3 != 0;
      assertThat(ranges.meets(first, last)).isEqualTo(!bits.get(first, last + 1).isEmpty());
      assertThat(ranges.covers(first, last))
          .isEqualTo(bits.get(first, last + 1).cardinality() == last - first + 1);
      ranges = add ? ranges.with(first, last) : ranges.without(first, last);
      bits.set(first, last + 1, add);
      NumberRanges fresh = NumberRanges.NONE;
      for (int i = bits.nextSetBit(0); i >= 0; i = bits.nextSetBit(i + 1)) {
        fresh = fresh.with(i, i);
      }
      assertThat(ranges).isEqualTo(fresh);
      assertThat(NumberRanges.read(ranges.toJson())).isEqualTo(ranges);
    }
  }
}
