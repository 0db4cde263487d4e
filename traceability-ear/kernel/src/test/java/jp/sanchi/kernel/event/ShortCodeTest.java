package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShortCodeTest {
  private static final String GTIN = "04569951110016";

  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "short-code.json",
        vector -> {
          if (vector.has("label")) {
            Json.Obj label = vector.object("label");
            return Json.object(
                "text",
                ShortCode.ofLabel(
                        label.text("gtin14"), label.text("run"), (int) label.integer("number"))
                    .text());
          }
          if (vector.has("kid")) {
            return Json.object("text", ShortCode.ofKey(Base64Url.decode(vector.text("kid"))));
          }
          ShortCode code = ShortCode.parse(vector.text("input"));
          return Json.object("run", code.run(), "number", code.number(), "check", code.check());
        });
  }

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
}
