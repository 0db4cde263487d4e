package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class IsoTimeTest {
  private static final long FIRST = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();
  private static final long END = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "time.json",
        vector -> {
          String input = vector.text("input");
          return switch (vector.text("form")) {
            case "time" -> {
              long time = IsoTime.parse(input);
              assertThat(IsoTime.print(time)).isEqualTo(input);
              yield Json.object("epochMillis", time, "date", IsoTime.date(time));
            }
            case "date" -> {
              long start = IsoTime.startOfDay(input);
              assertThat(IsoTime.date(start)).isEqualTo(input);
              yield Json.object("epochMillis", start);
            }
            default -> {
              int minutes = IsoTime.parseOffset(input);
              assertThat(IsoTime.printOffset(minutes)).isEqualTo(input);
              yield Json.object("minutes", minutes);
            }
          };
        });
  }

  @Test
  void prints_as_the_platform_does_and_reads_it_back() {
    var platform =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    var random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      long time = FIRST + Math.floorMod(random.nextLong(), END - FIRST);
      String text = IsoTime.print(time);
      assertThat(text).isEqualTo(platform.format(Instant.ofEpochMilli(time)));
      assertThat(IsoTime.parse(text)).isEqualTo(time);
    }
  }

  @Test
  void prints_nothing_outside_its_century() {
    assertThatThrownBy(() -> IsoTime.print(FIRST - 1)).hasMessage("time_malformed");
    assertThatThrownBy(() -> IsoTime.print(END)).hasMessage("time_malformed");
    assertThatThrownBy(() -> IsoTime.print(Long.MIN_VALUE)).hasMessage("time_malformed");
    assertThatThrownBy(() -> IsoTime.printOffset(841)).hasMessage("time_malformed");
    assertThatThrownBy(() -> IsoTime.printOffset(Integer.MIN_VALUE)).hasMessage("time_malformed");
  }
}
