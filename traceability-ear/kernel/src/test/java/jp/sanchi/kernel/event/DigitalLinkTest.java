package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DigitalLinkTest {
  private static final String SET_82 =
      "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "digital-link.json",
        vector -> {
          String input = vector.text("input");
          DigitalLink link = DigitalLink.parse(input);
          if (link.canonical().equals(input)) {
            assertThat(DigitalLink.parseCanonical(input)).isEqualTo(link);
          } else {
            assertThatThrownBy(() -> DigitalLink.parseCanonical(input))
                .hasMessage("link_not_canonical");
          }
          Json.Obj result =
              Json.object(
                  "key", link.key().ai(), "value", link.value(), "canonical", link.canonical());
          result = with(result, "variant", link.variant());
          result = with(result, "lot", link.lot());
          return with(result, "serial", link.serial());
        });
  }

  @Test
  void reads_back_whatever_it_prints() {
    var random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      var link =
          new DigitalLink(Gs1.Key.GTIN, "09506000134352", some(random), some(random), some(random));
      assertThat(DigitalLink.parseCanonical(link.canonical())).isEqualTo(link);
      assertThat(DigitalLink.parse("https://sanchi.example/a/b" + link.path() + "?x=y"))
          .isEqualTo(link);
    }
  }

  @Test
  void pads_the_gtin_of_a_link_that_is_made() {
    assertThat(DigitalLink.lot("9506000134352", "L/1").canonical())
        .isEqualTo("https://id.gs1.org/01/09506000134352/10/L%2F1");
    assertThatThrownBy(() -> new DigitalLink(Gs1.Key.SSCC, "049123451234567897", null, "L", null))
        .hasMessage("link_unknown_key");
  }

  @Test
  void refuses_more_than_2048_characters() {
    String rest = "/01/09506000134352";
    String prefix = "https://example.com/" + "a".repeat(2048 - 20 - rest.length());
    assertThat(DigitalLink.parse(prefix + rest).value()).isEqualTo("09506000134352");
    assertThatThrownBy(() -> DigitalLink.parse(prefix + "a" + rest)).hasMessage("link_malformed");
  }

  private static Json.Obj with(Json.Obj object, String name, String value) {
    return value == null ? object : object.with(name, Json.of(value));
  }

  private static String some(Random random) {
    if (random.nextInt(3) == 0) {
      return null;
    }
    var text = new StringBuilder("x");
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append(SET_82.charAt(random.nextInt(SET_82.length())));
    }
    return text.toString();
  }
}
