package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedLinkTest {
  private static final String CHARACTERS =
      "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

  @ParameterizedTest
  @ValueSource(
      strings = {"/ARFKk4XB0CDKWcnpq", "/DBHKVAdpQgqrcwCBmQ", "/01/04569951110016/ARFKk4XB0CA"})
  void knows_a_packed_link(String path) {
    assertThat(CompressedLink.looksLike(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/favicon.ico",
        "/manifesting",
        "/nothing/here",
        "/01/04569951110016",
        "/01/04569951110016/10/A",
        "/AR"
      })
  void takes_no_other_address_for_one(String path) {
    assertThat(CompressedLink.looksLike(path)).isFalse();
    assertThat(CompressedLink.expand(path)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/AQhQDKAHAA, /01/04569951110016",
    "/CwhQDKAHAM4AIX2u24, /01/04569951110016/10/ABC-123",
    "/AQhQDKAHACDOACF9rtu, /01/04569951110016/10/ABC-123",
    "/CwhQDKAHABBNSkGIWwrs9DTQDVlllk, /01/04569951110016/10/20261126/21/K7PQ00A1ZZZZ",
    "/GghQDKAHABBNSkGP8b2wrs9DTQDVlllk,"
        + " /01/04569951110016/10/20261126/21/K7PQ00A1ZZZZ?17=261231",
    "/CghQDKAHAIRUIEdXg, /01/04569951110016/22/2A/10/abc",
    "/CwhQDKAHAQ2FfiUY1I, /01/04569951110016/10/a%2Fb%28c%29",
    "/DAhQDKAHAJG9W33e, /01/04569951110016/21/DEADBEEF",
    "/DAhQDKAHAFG9W33e, /01/04569951110016/21/deadbeef",
    "/LQhQDKAHAAA-ggxF6g, /01/04569951110016/10/L1?3103=000500",
    "/gARr4569953BOX9, /8004/4569953BOX9",
    "/ARFKk4XB0CDKWcnpq, /01/09506000134376/10/LOT01",
    "/AN2yxDhfaiaw, /00/998440410914660971",
    "/AQnYUc1gmiCNV4JGQhcNT6K6cibQCWN9Pee9tT-PQ,"
        + " /01/05412345000013/22/AJY3095721P49/10/ABC123/21/72292641703",
    "/CwhQDKAHAMReviJYp5E8qXoQz82Lrpyw48uHFp2aenk,"
        + " /01/04569951110016/10/L1?linkType=gs1%3Atraceability",
    "/01/04569951110016/EGcAEL7XbchApo, /01/04569951110016/10/ABC-123/21/77"
  })
  void unpacks_what_other_programs_have_packed(String path, String expected) {
    assertThat(CompressedLink.expand(path)).isEqualTo(expected);
  }

  @Test
  void keeps_zeros_at_a_lots_beginning() {
    assertThat(CompressedLink.expand("/CwhQDKAHAAgAY")).isEqualTo("/01/04569951110016/10/0012");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A wrong check digit
        "/AQhQDKAHAI",
        // Bits behind the end, and one letter too many
        "/AQhQDKAHAB",
        "/AQhQDKAHAAA",
        // Cut off
        "/CwhQDKAHAM4AIX2u2",
        // No key at all, and keys that have no page here
        "/EM4AIX2u24aaa",
        "/gBhbV6rzBENPk",
        "/QVSaVjC_dA",
        "/AQnYUc1gmkax7ipGrOHDPC5YNI8hMz",
        // An expiry that is no day: 261331
        "/GghQDKAHABBNSkGP802wrs9DTQDVlllk",
        // The key twice
        "/01/04569951110016/AQhQDKAHAA"
      })
  void refuses_what_is_malformed(String path) {
    assertThat(CompressedLink.expand(path)).isNull();
  }

  @Property
  void unpacks_whatever_was_packed(@ForAll("things") Thing thing) {
    String expanded = CompressedLink.expand(thing.packed());
    if (expanded != null || !thing.readsInTwoOrders()) {
      assertThat(expanded).isEqualTo(thing.expected());
    }
  }

  @Property
  void unpacks_what_is_packed_behind_a_key(@ForAll("things") Thing thing) {
    if (thing.link().lot() != null) {
      Map<String, String> rest = new LinkedHashMap<>(thing.values());
      rest.remove("01");
      String path = "/01/" + thing.link().value() + "/" + new Packer(false).pack(rest);
      assertThat(CompressedLink.expand(path)).isEqualTo(thing.expected());
    }
  }

  /** Whatever it is, it is an address that the resolver knows, or nothing. */
  @Property
  void never_leads_anywhere_else(@ForAll("things") Thing thing, @ForAll int where) {
    StringBuilder path = new StringBuilder(thing.packed());
    int at = 1 + Math.floorMod(where, path.length() - 1);
    path.setCharAt(at, Packer.BASE64.charAt(Math.floorMod(where / 7, 64)));
    String expanded = CompressedLink.expand(path.toString());
    if (expanded != null) {
      DigitalLink link = DigitalLink.parse(expanded);
      assertThat(expanded.split("\\?", 2)[0]).isEqualTo(link.path());
    }
  }

  record Thing(DigitalLink link, Map<String, String> attributes, boolean codes) {
    Map<String, String> values() {
      Map<String, String> values = new LinkedHashMap<>();
      values.put(link.key().ai(), link.value());
      put(values, "10", link.lot());
      values.putAll(attributes);
      put(values, "21", link.serial());
      put(values, "22", link.variant());
      return values;
    }

    private static void put(Map<String, String> values, String ai, String value) {
      if (value != null) {
        values.put(ai, value);
      }
    }

    /**
     * GS1's own program orders the four of code 1A otherwise; what makes sense both ways is none.
     */
    boolean readsInTwoOrders() {
      return codes && values().keySet().containsAll(java.util.Set.of("01", "10", "21", "17"));
    }

    String packed() {
      return "/" + new Packer(codes).pack(values());
    }

    String expected() {
      StringBuilder query = new StringBuilder();
      attributes.forEach(
          (ai, value) ->
              query.append(query.isEmpty() ? '?' : '&').append(ai).append('=').append(value));
      return link.path() + query;
    }

    @Override
    public String toString() {
      return values() + (codes ? " with codes" : "");
    }
  }

  @Provide
  Arbitrary<Thing> things() {
    Arbitrary<String> component =
        Arbitraries.oneOf(
                text(CHARACTERS), text("0123456789"), text("0123456789ABCDEF"), text("abcdef01"))
            .filter(value -> !value.equals(".") && !value.equals(".."))
            .injectNull(0.3);
    Arbitrary<DigitalLink> products =
        Combinators.combine(digits(13), component, component, component)
            .as(
                (number, variant, lot, serial) ->
                    new DigitalLink(Gs1.Key.GTIN, checked(number), variant, lot, serial));
    Arbitrary<DigitalLink> others =
        Arbitraries.oneOf(
            digits(17).map(number -> DigitalLink.of(Gs1.Key.SSCC, checked(number))),
            digits(12).map(number -> DigitalLink.of(Gs1.Key.PLACE, checked(number))),
            digits(12).map(number -> DigitalLink.of(Gs1.Key.PARTY, checked(number))),
            Combinators.combine(digits(12), serials(17))
                .as((number, serial) -> DigitalLink.of(Gs1.Key.GDTI, checked(number) + serial)),
            Combinators.combine(digits(12), serials(16))
                .as(
                    (number, serial) ->
                        DigitalLink.of(Gs1.Key.GRAI, "0" + checked(number) + serial)),
            Combinators.combine(digits(7), text("ABC123_-"))
                .as((prefix, rest) -> DigitalLink.of(Gs1.Key.GIAI, prefix + rest)));
    Arbitrary<Map<String, String>> attributes =
        Combinators.combine(
                days().injectNull(0.5), digits(6).injectNull(0.5), digits(3).injectNull(0.5))
            .as(
                (expiry, weight, count) -> {
                  Map<String, String> some = new LinkedHashMap<>();
                  Thing.put(some, "17", expiry);
                  Thing.put(some, "3103", weight);
                  Thing.put(some, "37", count);
                  return some;
                });
    return Combinators.combine(
            Arbitraries.oneOf(products, others), attributes, Arbitraries.of(true, false))
        .as(Thing::new)
        // A shorter text is taken for a word: a box whose number has eight digits and nothing else
        .filter(thing -> thing.packed().length() > 10);
  }

  private static Arbitrary<String> text(String characters) {
    return Arbitraries.strings().withChars(characters.toCharArray()).ofMinLength(1).ofMaxLength(20);
  }

  private static Arbitrary<String> serials(int most) {
    return Arbitraries.strings()
        .withChars(CHARACTERS.toCharArray())
        .ofMinLength(0)
        .ofMaxLength(most);
  }

  private static Arbitrary<String> digits(int count) {
    return Arbitraries.strings().numeric().ofLength(count);
  }

  private static Arbitrary<String> days() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 99),
            Arbitraries.integers().between(1, 12),
            Arbitraries.integers().between(0, 31))
        .as("%02d%02d%02d"::formatted);
  }

  private static String checked(String number) {
    return number + Gs1.checkDigit(number);
  }

  /** Packs as the standard says, in the order in which the values are given. */
  private static final class Packer {
    static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final StringBuilder bits = new StringBuilder();
    private final boolean codes;

    Packer(boolean codes) {
      this.codes = codes;
    }

    String pack(Map<String, String> values) {
      Map<String, String> left = new LinkedHashMap<>(values);
      if (codes && left.containsKey("01")) {
        code(left, "1A", "01", "10", "21", "17");
        code(left, "0B", "01", "10");
        code(left, "0A", "01", "22");
        code(left, "2D", "01", "3103");
        code(left, "0C", "01", "21");
      }
      left.forEach(
          (ai, value) -> {
            number(new BigInteger(ai, 16), ai.length() * 4);
            value(ai, value);
          });
      bits.append("0".repeat((6 - bits.length() % 6) % 6));
      var text = new StringBuilder();
      for (int i = 0; i < bits.length(); i += 6) {
        text.append(BASE64.charAt(Integer.parseInt(bits.substring(i, i + 6), 2)));
      }
      return text.toString();
    }

    private void code(Map<String, String> left, String code, String... identifiers) {
      if (left.keySet().containsAll(java.util.Set.of(identifiers))) {
        number(new BigInteger(code, 16), 8);
        for (String ai : identifiers) {
          value(ai, left.remove(ai));
        }
      }
    }

    private void value(String ai, String value) {
      switch (ai) {
        case "00", "01", "17", "3103", "414", "417" -> digits(value);
        case "253" -> {
          digits(value.substring(0, 13));
          text(value.substring(13), 5);
        }
        case "8003" -> {
          digits(value.substring(0, 14));
          text(value.substring(14), 5);
        }
        case "37" -> {
          number(BigInteger.valueOf(value.length()), 4);
          digits(value);
        }
        default -> text(value, 5);
      }
    }

    private void text(String text, int lengthBits) {
      int alphabet =
          text.matches("[0-9]+")
              ? 0
              : text.matches("[0-9A-F]+")
                  ? 2
                  : text.matches("[0-9a-f]+") ? 1 : text.matches("[A-Za-z0-9_-]+") ? 3 : 4;
      number(BigInteger.valueOf(alphabet), 3);
      number(BigInteger.valueOf(text.length()), lengthBits);
      if (alphabet == 0) {
        digits(text);
        return;
      }
      for (int i = 0; i < text.length(); i++) {
        int value =
            switch (alphabet) {
              case 1, 2 -> Character.digit(text.charAt(i), 16);
              case 3 -> BASE64.indexOf(text.charAt(i));
              default -> text.charAt(i);
            };
        number(BigInteger.valueOf(value), alphabet == 3 ? 6 : alphabet == 4 ? 7 : 4);
      }
    }

    private void digits(String digits) {
      number(new BigInteger(digits), (int) Math.ceil(digits.length() * Math.log(10) / Math.log(2)));
    }

    private void number(BigInteger number, int width) {
      String text = number.toString(2);
      bits.append("0".repeat(width - text.length())).append(text);
    }
  }
}
