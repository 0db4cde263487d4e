package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class JsonTest {
  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "json.json",
        vector -> {
          Json.Limits limits = limits(vector);
          byte[] bytes = Vectors.bytes(vector);
          byte[] canonical = Json.parse(bytes, limits).canonical();
          if (Arrays.equals(bytes, canonical)) {
            Json.parseCanonical(bytes, limits);
          } else {
            assertThatThrownBy(() -> Json.parseCanonical(bytes, limits))
                .hasMessage("json_not_canonical");
          }
          // A canonical form may be shorter or, for a lone control character, longer.
          var roomy = new Json.Limits(limits.bytes() * 6, limits.depth());
          assertThat(Json.parseCanonical(canonical, roomy).canonical()).isEqualTo(canonical);
          return Json.object("canonical", new String(canonical, StandardCharsets.UTF_8));
        });
  }

  @Test
  void prints_every_number_as_ecmascript_prints_the_nearest_double() {
    var random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      String text = randomNumber(random);
      assertThat(new Json.Num(text).text()).isEqualTo(text);
      assertThat(ecmaScript(Double.parseDouble(text))).isEqualTo(text);
    }
  }

  @Test
  void reads_back_whatever_it_prints() {
    var random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      Json value = randomValue(random, 4);
      assertThat(Json.parseCanonical(value.canonical(), Json.Limits.EVENT)).isEqualTo(value);
    }
  }

  @Test
  void answers_mutilated_bytes_with_a_value_or_a_reason_and_nothing_else() {
    var random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = randomValue(random, 3).canonical();
      for (int change = random.nextInt(3); change >= 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length) + 1);
      try {
        Json value = Json.parseCanonical(bytes, Json.Limits.EVENT);
        assertThat(value.canonical()).isEqualTo(bytes);
      } catch (MalformedEvent e) {
        assertThat(e.reason()).startsWith("json_");
      }
    }
  }

  @Test
  void takes_as_canonical_exactly_what_it_would_print() {
    var random = new Random(5);
    String[] pieces = {
      "a",
      "é",
      "日",
      "\\b",
      "\\n",
      "\\\\",
      "\\\"",
      "\\/",
      "/",
      "\\u0008",
      "\\u000a",
      "\\u000b",
      "\\u000B",
      "\\u001f",
      "\\u0020",
      "\\u005c",
      "\\u0061",
      "\\ud83c\\udf31",
      "\\u007f",
      "\u007f"
    };
    int canonical = 0;
    for (int i = 0; i < 200_000; i++) {
      var out = new StringBuilder("{");
      int members = random.nextInt(3);
      for (int m = 0; m <= members; m++) {
        out.append(m == 0 ? "" : ",").append(random.nextInt(20) == 0 ? " " : "").append('"');
        for (int j = random.nextInt(3); j >= 0; j--) {
          out.append(pieces[random.nextInt(pieces.length)]);
        }
        out.append("\":").append(random.nextInt(20) == 0 ? "[ ]" : "[]");
      }
      byte[] bytes = out.append('}').toString().getBytes(StandardCharsets.UTF_8);
      Json value;
      try {
        value = Json.parse(bytes, Json.Limits.EVENT);
      } catch (MalformedEvent e) {
        assertThat(e.reason()).isEqualTo("json_duplicate_name");
        continue;
      }
      if (Arrays.equals(bytes, value.canonical())) {
        canonical++;
        assertThat(Json.parseCanonical(bytes, Json.Limits.EVENT)).isEqualTo(value);
      } else {
        assertThatThrownBy(() -> Json.parseCanonical(bytes, Json.Limits.EVENT))
            .hasMessage("json_not_canonical");
      }
    }
    assertThat(canonical).isGreaterThan(10_000);
  }

  @Test
  void takes_exactly_the_utf_8_that_the_platform_takes() {
    var random = new Random(4);
    byte[] pieces = {
      'a',
      (byte) 0xC2,
      (byte) 0xC1,
      (byte) 0x80,
      (byte) 0xA0,
      (byte) 0xBF,
      (byte) 0xE0,
      (byte) 0xE3,
      (byte) 0xED,
      (byte) 0xEF,
      (byte) 0xF0,
      (byte) 0xF4,
      (byte) 0x90
    };
    for (int i = 0; i < 200_000; i++) {
      byte[] text = new byte[random.nextInt(6) + 1];
      for (int j = 0; j < text.length; j++) {
        text[j] = pieces[random.nextInt(pieces.length)];
      }
      byte[] quoted = new byte[text.length + 2];
      quoted[0] = '"';
      System.arraycopy(text, 0, quoted, 1, text.length);
      quoted[quoted.length - 1] = '"';
      String platform = new String(text, StandardCharsets.UTF_8);
      boolean valid = Arrays.equals(platform.getBytes(StandardCharsets.UTF_8), text);
      String reason;
      try {
        reason = "";
        assertThat(Json.parse(quoted, Json.Limits.EVENT)).isEqualTo(Json.of(platform));
      } catch (MalformedEvent e) {
        reason = e.reason();
      }
      assertThat(reason.equals("json_malformed")).isEqualTo(!valid);
    }
  }

  @Test
  void names_the_place_of_a_fault_as_a_json_pointer() {
    assertThat(fieldOf("{\"a\":[1,{\"b/c~d\":01}]}")).isEqualTo("/a/1/b~1c~0d");
    assertThat(fieldOf("{\"a\":1,\"b\":{\"x\":1,\"x\":2}}")).isEqualTo("/b/x");
    assertThat(fieldOf("{\"a\":\"\\u0000\"}")).isEqualTo("/a");
    assertThat(fieldOf("{\"a\":[{}],\"b\":[0,[],tru]}")).isEqualTo("/b/2");
    assertThat(fieldOf("01")).isEmpty();
  }

  @Test
  void refuses_text_that_could_not_be_read_back_when_a_value_is_made() {
    assertThatThrownBy(() -> Json.of("\uD800")).hasMessage("json_bad_text");
    assertThatThrownBy(() -> Json.object("e\u0301", 1)).hasMessage("json_bad_text");
    assertThatThrownBy(() -> Json.of(1L << 53)).hasMessage("json_bad_number");
    assertThatThrownBy(() -> Json.of(new BigDecimal("1E-1000000000")))
        .hasMessage("json_bad_number");
    assertThatThrownBy(() -> Json.object("a", 1.5)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void scales_decimals_exactly_or_not_at_all() {
    assertThat(Json.of(new BigDecimal("-18.250")).scaled(3)).isEqualTo(-18250);
    assertThat(new Json.Num("4").scaled(3)).isEqualTo(4000);
    assertThat(new Json.Num("-0.25").compareTo(new Json.Num("-0.3"))).isPositive();
    assertThatThrownBy(() -> new Json.Num("0.0001").scaled(3)).hasMessage("json_bad_number");
    assertThatThrownBy(() -> new Json.Num("1.5").longValue()).hasMessage("json_bad_number");
    assertThatThrownBy(() -> new Json.Num("9007199254740991").scaled(4))
        .hasMessage("json_bad_number");
  }

  @Test
  void refuses_an_absent_member_and_one_of_another_type() {
    Json.Obj object = Json.object("a", 1, "b", "x", "c", new BigDecimal("1.5"));
    assertThat(object.integer("a")).isEqualTo(1);
    assertThat(object.text("b")).isEqualTo("x");
    assertThatThrownBy(() -> object.text("a")).hasMessage("json_wrong_member at /a");
    assertThatThrownBy(() -> object.text("d")).hasMessage("json_wrong_member at /d");
    assertThatThrownBy(() -> object.integer("c")).hasMessage("json_wrong_member at /c");
  }

  @Test
  void lets_nobody_change_a_value() {
    var items = new ArrayList<Json>(List.of(Json.of(1)));
    var array = new Json.Arr(items);
    items.add(Json.of(2));
    assertThat(array.canonicalText()).isEqualTo("[1]");
    Json.Obj object = Json.object("a", array);
    assertThatThrownBy(() -> object.members().put("b", array))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(object.with("b", Json.Null.VALUE).without("a").canonicalText())
        .isEqualTo("{\"b\":null}");
    assertThat(object.canonicalText()).isEqualTo("{\"a\":[1]}");
  }

  private static Json.Limits limits(Json.Obj vector) {
    if (!vector.has("limits")) {
      return Json.Limits.EVENT;
    }
    Json.Obj limits = vector.object("limits");
    return new Json.Limits((int) limits.integer("bytes"), (int) limits.integer("depth"));
  }

  private static String fieldOf(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return catchThrowableOfType(MalformedEvent.class, () -> Json.parse(bytes, Json.Limits.EVENT))
        .field();
  }

  /**
   * Number::toString of ECMA-262 for what the wire format allows: the fewest digits that still
   * round to the double (JDK 17's own Double.toString sometimes gives more).
   */
  private static String ecmaScript(double value) {
    var exact = new BigDecimal(value);
    for (int digits = 1; ; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        double size = Math.abs(value);
        assertThat(size == 0 || (size >= 1e-6 && size < 1e21)).isTrue();
        return value == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
      }
    }
  }

  private static String randomNumber(Random random) {
    if (random.nextInt(4) == 0) {
      return Long.toString(random.nextLong() % (Json.MAX_INTEGER + 1) >> random.nextInt(53));
    }
    while (true) {
      int digits = random.nextInt(15) + 1;
      long unscaled = random.nextLong() % (long) Math.pow(10, digits);
      BigDecimal value = BigDecimal.valueOf(unscaled, random.nextInt(21)).stripTrailingZeros();
      if (value.abs().compareTo(new BigDecimal("0.000001")) >= 0) {
        return value.toPlainString();
      }
    }
  }

  private static Json randomValue(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 4 : 7)) {
      case 0 -> new Json.Num(randomNumber(random));
      case 1 -> Json.of(random.nextBoolean());
      case 2 -> Json.Null.VALUE;
      case 3 -> Json.of(randomText(random));
      case 4 -> {
        var items = new ArrayList<Json>();
        for (int i = random.nextInt(4); i > 0; i--) {
          items.add(randomValue(random, depth - 1));
        }
        yield new Json.Arr(items);
      }
      default -> {
        var members = new TreeMap<String, Json>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.put(randomText(random), randomValue(random, depth - 1));
        }
        yield new Json.Obj(members);
      }
    };
  }

  private static String randomText(Random random) {
    String alphabet = "ab\"\\/\b\f\n\r\t\u0001\u001f\u007f\u0080é~産地かが、\u2028\uFFFD𠮷🍊";
    int[] characters = alphabet.codePoints().toArray();
    var text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.appendCodePoint(characters[random.nextInt(characters.length)]);
    }
    return text.toString();
  }
}
