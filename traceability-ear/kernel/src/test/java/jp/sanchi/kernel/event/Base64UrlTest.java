package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64UrlTest {
  @Test
  void reads_back_whatever_it_prints() {
    var random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      assertThat(Base64Url.decode(Base64Url.encode(bytes))).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A", "AAAAA", "AA==", "AAA=", "=", "AB", "AAB", "A A", "AA\n", "++", "//", "AĀ", "ＡＡ"
      })
  void refuses_every_other_spelling(String text) {
    assertThatThrownBy(() -> Base64Url.decode(text)).hasMessage("base64_not_canonical");
  }
}
