package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class FileNameTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 26);

  @Test
  void names_the_thing_and_the_day() {
    assertThat(FileName.ofProof("/01/04569951110016/21/2MMF00036B1DSEW984HB", DAY))
        .isEqualTo("sanchi-04569951110016-2MMF00036B1DSEW984HB-2026-11-26.json");
    assertThat(FileName.ofProof("/01/04569951110016/10/AY261125A", DAY))
        .isEqualTo("sanchi-04569951110016-AY261125A-2026-11-26.json");
    assertThat(FileName.ofProof("/00/045699510000000010", DAY))
        .isEqualTo("sanchi-045699510000000010-2026-11-26.json");
  }

  @Test
  void keeps_out_what_a_lot_may_hold_and_a_file_system_may_not() {
    assertThat(FileName.ofProof("/01/04569951110016/10/A%2F..%2F%22B", DAY))
        .isEqualTo("sanchi-04569951110016-A_..__B-2026-11-26.json");
  }
}
