package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KindsTest {
  @Test
  void knows_every_word_of_the_table() {
    assertThat(Kinds.rows()).hasSizeGreaterThan(80);
    assertThat(List.copyOf(Kinds.rows().keySet())).isSorted();
    assertThat(Kinds.row("grafting")).isNull();
    assertThatThrownBy(() -> MemberType.of("weight")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reads_a_row() {
    Kinds.Row row = Kinds.row("packed");
    assertThat(row.type()).isEqualTo("AggregationEvent");
    assertThat(row.action()).isEqualTo("ADD");
    assertThat(row.bizStep()).isEqualTo("packing");
    assertThat(row.dispositions()).containsExactly("in_progress");
    assertThat(row.members().get("readPoint")).isEqualTo(new Kinds.Member(MemberType.PLACE, false));
    assertThat(row.members().get("sanchi:packages"))
        .isEqualTo(new Kinds.Member(MemberType.NUMBERS, true));
    assertThat(row.appends()).containsExactly("parentID", "sanchi:packages");
    assertThat(row.roles()).contains("retailer").doesNotContain("carrier");
    assertThat(row.ranges()).containsExactly("parentID");
    assertThat(row.signer()).isEqualTo(Kinds.Signer.DEVICE);
    assertThat(row.corrigible()).isTrue();
    assertThat(row.custody()).isTrue();
    assertThat(row.scheme()).isFalse();
    assertThat(row.administration()).isFalse();
  }

  @Test
  void never_corrects_what_is_only_supplemented() {
    Kinds.rows()
        .forEach(
            (kind, row) -> {
              if (row.members().containsKey("sanchi:supplements")
                  || row.administration()
                  || kind.startsWith("window_")
                  || kind.startsWith("recall")
                  || kind.startsWith("certificate_")) {
                assertThat(row.corrigible()).as(kind).isFalse();
              }
            });
  }

  @Test
  void asks_administrators_and_members_to_sign_administration_and_devices_everything_else() {
    Kinds.rows()
        .forEach(
            (kind, row) ->
                assertThat(row.signer() == Kinds.Signer.DEVICE)
                    .as(kind)
                    .isNotEqualTo(row.administration()));
  }

  @Test
  void asks_for_a_day_wherever_a_crate_may_stand() {
    for (Map.Entry<String, Kinds.Row> entry : Kinds.rows().entrySet()) {
      boolean units =
          entry.getValue().members().values().stream()
              .anyMatch(m -> m.type() == MemberType.UNIT || m.type() == MemberType.UNITS);
      assertThat(entry.getValue().members().containsKey("sanchi:day"))
          .as(entry.getKey())
          .isEqualTo(units);
    }
  }
}
