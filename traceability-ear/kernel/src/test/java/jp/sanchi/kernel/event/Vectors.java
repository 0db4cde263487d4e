package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The golden vectors that every implementation of the wire format must agree with. */
public final class Vectors {
  private static final Json.Limits FILE = new Json.Limits(1 << 20, 16);

  private Vectors() {}

  /** One test for each vector: what the reading gives must be what the vector expects. */
  @SuppressWarnings("exports") // the tests' own packages are all that see it
  public static Stream<DynamicTest> each(String file, Function<Json.Obj, Json> reading) {
    return all(file).map(vector -> dynamicTest(vector.text("name"), () -> check(vector, reading)));
  }

  public static Stream<Json.Obj> all(String file) {
    try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file)) {
      return ((Json.Arr) Json.parse(in.readAllBytes(), FILE))
          .items().stream().map(Json.Obj.class::cast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The input's bytes, whichever of the three ways the vector writes them. */
  public static byte[] bytes(Json.Obj vector) {
    if (vector.has("bytesHex")) {
      return HexFormat.of().parseHex(vector.text("bytesHex"));
    }
    return text(vector).getBytes(StandardCharsets.UTF_8);
  }

  public static String text(Json.Obj vector) {
    if (!vector.has("inputParts")) {
      return vector.text("input");
    }
    var whole = new StringBuilder();
    for (Json part : vector.array("inputParts").items()) {
      var pair = (Json.Arr) part;
      int times = (int) ((Json.Num) pair.get(1)).longValue();
      whole.append(((Json.Text) pair.get(0)).value().repeat(times));
    }
    return whole.toString();
  }

  private static void check(Json.Obj vector, Function<Json.Obj, Json> reading) {
    Json result;
    try {
      result = reading.apply(vector);
    } catch (MalformedEvent e) {
      result = Json.object("refused", e.reason());
    }
    assertThat(result.canonicalText()).isEqualTo(vector.get("expect").canonicalText());
  }
}
