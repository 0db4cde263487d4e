package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class SerialTest {
  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "serial.json",
        vector -> {
          if (vector.has("make")) {
            Json.Obj make = vector.object("make");
            byte[] random = HexFormat.of().parseHex(make.text("randomHex"));
            Serial made = Serial.make(make.text("run"), (int) make.integer("number"), random);
            return Json.object("text", made.text());
          }
          Serial serial = Serial.parse(vector.text("input"));
          String hash = Base64Url.encode(Serial.hash(vector.text("gtin14"), serial.text()));
          return Json.object("run", serial.run(), "number", serial.number(), "hash", hash);
        });
  }

  @Test
  void reads_back_whatever_it_makes() {
    var random = new Random(1);
    byte[] bytes = new byte[8];
    for (int i = 0; i < 20_000; i++) {
      random.nextBytes(bytes);
      String run = Serial.run(random.nextInt(1 << 20));
      int number = random.nextInt(Serial.RUN_LABELS);
      Serial serial = Serial.make(run, number, bytes);
      assertThat(serial).isEqualTo(Serial.parse(serial.text()));
      assertThat(serial.run()).isEqualTo(Serial.checkRun(run));
      assertThat(serial.number()).isEqualTo(number);
      assertThat(Gs1.serial(serial.text())).isEqualTo(serial.text());
    }
  }

  @Test
  void is_not_made_from_too_little_or_out_of_a_run() {
    assertThatThrownBy(() -> Serial.make("0000", 0, new byte[7]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Serial.make("0000", 500, new byte[8]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Serial.make("000", 0, new byte[8])).hasMessage("serial_malformed");
    assertThatThrownBy(() -> new Serial("0000", 1, "00000000000000000000"))
        .hasMessage("serial_malformed");
  }
}
