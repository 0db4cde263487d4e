package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class Gs1Test {
  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "gs1.json",
        vector -> {
          String input = vector.text("input");
          Gs1.Key key = Gs1.Key.ofAi(vector.text("key"));
          if (vector.has("prefix")) {
            return Json.of(Gs1.inRange(vector.text("prefix"), key, input));
          }
          return Json.of(
              switch (vector.text("key")) {
                case "22" -> Gs1.variant(input);
                case "10" -> Gs1.lot(input);
                case "21" -> Gs1.serial(input);
                default -> key.check(input);
              });
        });
  }

  @Test
  void finds_every_single_wrong_digit() {
    var random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      String digits =
          String.format("%017d", Math.floorMod(random.nextLong(), 100_000_000_000_000_000L));
      var sscc = new StringBuilder(digits + Gs1.checkDigit(digits));
      assertThat(Gs1.sscc(sscc.toString())).isEqualTo(sscc.toString());
      int at = random.nextInt(18);
      int other = (sscc.charAt(at) - '0' + 1 + random.nextInt(9)) % 10;
      sscc.setCharAt(at, (char) ('0' + other));
      String reason = "";
      try {
        Gs1.sscc(sscc.toString());
      } catch (MalformedEvent e) {
        reason = e.reason();
      }
      assertThat(reason).isEqualTo("gs1_bad_check_digit");
    }
  }
}
