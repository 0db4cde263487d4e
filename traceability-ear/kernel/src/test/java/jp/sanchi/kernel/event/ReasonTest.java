package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class ReasonTest {
  @Test
  void goes_by_one_word_wherever_it_is_shown() {
    assertThat(Reason.ALREADY_COMMISSIONED.code()).isEqualTo("already_commissioned");
    for (Reason reason : Reason.values()) {
      assertThat(reason.code())
          .matches("[a-z0-9_]+")
          .isEqualTo(reason.name().toLowerCase(Locale.ROOT));
      assertThat(Reason.of(reason.code())).isSameAs(reason);
    }
    assertThatThrownBy(() -> Reason.of("because")).hasMessageContaining("because");
  }
}
