package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortCodeTest {
  private static final String GTIN = "04569951110016";

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 499})
  void reads_what_it_printed_however_it_is_typed(int number) {
    ShortCode code = ShortCode.ofLabel(GTIN, "K01Z", number);

    assertThat(code.text()).matches("K01Z-[0-9A-F][0-9A-HJKMNP-TV-Z]{3}");
    assertThat(ShortCode.parse(code.text())).isEqualTo(code);
    String typed = code.text().toLowerCase().replace('0', 'o').replace('1', 'l').replace("-", " ");
    assertThat(ShortCode.parse(typed)).isEqualTo(code);
    assertThat(code.fits(GTIN)).isTrue();
  }

  @Test
  void fits_one_product_only() {
    assertThat(ShortCode.ofLabel(GTIN, "K01Z", 7).fits("04569951110023")).isFalse();
  }

  @Test
  void holds_nothing_of_the_serial_s_random_bits() {
    byte[] one = new byte[8];
    byte[] two = {1, 2, 3, 4, 5, 6, 7, 8};
    Serial first = Serial.make("K01Z", 7, one);
    Serial second = Serial.make("K01Z", 7, two);

    assertThat(ShortCode.ofLabel(GTIN, first.run(), first.number()))
        .isEqualTo(ShortCode.ofLabel(GTIN, second.run(), second.number()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "K01Z-000", "K01Z-00000", "K01Z-U000", "K01Z-ZZ00", "K01Z-FM00", "あいうえおかきく"})
  void takes_nothing_else(String typed) {
    assertThatThrownBy(() -> ShortCode.parse(typed)).hasMessageContaining("serial_malformed");
  }

  @Test
  void names_a_key_by_six_characters_to_compare() {
    assertThat(ShortCode.ofKey(new byte[32])).isEqualTo("CSM-7NB");
  }
}
