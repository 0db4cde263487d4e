package jp.sanchi.kernel.event;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A JSON value of which exactly one byte form exists: RFC 8785 narrowed so that no floating point
 * is needed to check it. Values are immutable; whichever way one is made, its canonical form
 * parses.
 *
 * <p>Reasons, in the order in which they are found: {@code json_too_large}; {@code json_malformed}
 * where the whole is not UTF-8; then the first fault from left to right, one of {@code
 * json_malformed}, {@code json_too_deep} (at the bracket), {@code json_bad_number}, {@code
 * json_bad_text}, {@code json_duplicate_name} (at the second name, after its text is found good);
 * at last {@code json_not_canonical}.
 */
public sealed interface Json {

  /** The largest integer, 2^53-1: beyond it a browser's numbers skip. */
  long MAX_INTEGER = (1L << 53) - 1;

  /**
   * What a reader is ready to take.
   *
   * @param bytes the whole input, spaces included
   * @param depth arrays and objects within each other; a lone number has depth 0, {@code []} 1
   */
  record Limits(int bytes, int depth) {
    /** An event's payload. */
    public static final Limits EVENT = new Limits(32 * 1024, 16);

    public Limits {
      if (bytes < 1 || depth < 0 || depth > 256) {
        throw new IllegalArgumentException("limits out of reason");
      }
    }
  }

  /**
   * Parses strictly but in any order and with any spaces; a value read so was not necessarily
   * signed in these bytes.
   */
  static Json parse(byte[] utf8, Limits limits) {
    return JsonReader.read(utf8, limits, false);
  }

  /** Parses bytes that must be the one canonical form of their value. */
  static Json parseCanonical(byte[] utf8, Limits limits) {
    return JsonReader.read(utf8, limits, true);
  }

  /** RFC 8785 in UTF-8. */
  default byte[] canonical() {
    return canonicalText().getBytes(StandardCharsets.UTF_8);
  }

  default String canonicalText() {
    var out = new StringBuilder(256);
    JsonWriter.write(this, out);
    return out.toString();
  }

  /** Text in NFC, without NUL, byte order mark and bidi controls; else {@code json_bad_text}. */
  record Text(String value) implements Json {
    public Text {
      if (!ShownText.allowed(value)) {
        throw new MalformedEvent("json_bad_text", null);
      }
    }
  }

  /**
   * A number as its only text: no exponent, no trailing zero, no {@code -0}; integers up to 2^53-1
   * either way, others of at most 15 significant digits and at least 0.000001 either way. Within
   * these ECMAScript prints the nearest double as the very same text. Else {@code json_bad_number}.
   */
  record Num(String text) implements Json, Comparable<Num> {
    public Num {
      if (!isCanonical(text)) {
        throw new MalformedEvent("json_bad_number", null);
      }
    }

    public boolean isInteger() {
      return text.indexOf('.') < 0;
    }

    /** Exact; {@code json_bad_number} where there is a fraction. */
    public long longValue() {
      return scaled(0);
    }

    /**
     * The value times 10^{@code digits} as an integer, for fixed-point units such as thousandths of
     * a degree; {@code json_bad_number} where that would drop a digit or leave 64 bits.
     */
    public long scaled(int digits) {
      try {
        if (digits == 0 && isInteger()) {
          return Long.parseLong(text);
        }
        return decimal().scaleByPowerOfTen(digits).longValueExact();
      } catch (ArithmeticException e) {
        throw new MalformedEvent("json_bad_number", null);
      }
    }

    public BigDecimal decimal() {
      return new BigDecimal(text);
    }

    /** By value, which agrees with equals since a value has one text. */
    @Override
    public int compareTo(Num other) {
      return decimal().compareTo(other.decimal());
    }

    private static boolean isCanonical(String text) {
      int length = text.length();
      boolean negative = length > 0 && text.charAt(0) == '-';
      int start = negative ? 1 : 0;
      int at = start;
      while (at < length && isDigit(text.charAt(at))) {
        at++;
      }
      int whole = at - start;
      boolean zero = whole == 1 && text.charAt(start) == '0';
      if (whole == 0 || whole > 16 || (text.charAt(start) == '0' && !zero)) {
        return false;
      }
      if (at == length) {
        return !(negative && zero) && Long.parseLong(text, start, length, 10) <= MAX_INTEGER;
      }
      if (text.charAt(at) != '.') {
        return false;
      }
      int point = at++;
      int leadingZeros = 0;
      boolean onlyZeros = true;
      for (; at < length; at++) {
        if (!isDigit(text.charAt(at))) {
          return false;
        }
        onlyZeros = onlyZeros && text.charAt(at) == '0';
        if (onlyZeros) {
          leadingZeros++;
        }
      }
      int fraction = length - point - 1;
      if (fraction == 0 || text.charAt(length - 1) == '0') {
        return false;
      }
      if (zero) {
        return leadingZeros <= 5 && fraction - leadingZeros <= 15;
      }
      return whole + fraction <= 15;
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }

  record Bool(boolean value) implements Json {}

  record Null() implements Json {
    // Here and not in Json, whose initialisation would else wait for its own subclass.
    public static final Null VALUE = new Null();
  }

  record Arr(List<Json> items) implements Json {
    public Arr {
      items = List.copyOf(items);
    }

    public int size() {
      return items.size();
    }

    public Json get(int index) {
      return items.get(index);
    }
  }

  /**
   * Members in the order of their names' UTF-16 code units, which is RFC 8785's. The reading
   * methods refuse an absent member or one of another type as {@code json_wrong_member}, with the
   * member's name as field.
   */
  record Obj(SortedMap<String, Json> members) implements Json {
    public Obj {
      var sorted = new TreeMap<String, Json>();
      sorted.putAll(members);
      for (Map.Entry<String, Json> member : sorted.entrySet()) {
        if (!ShownText.allowed(member.getKey())) {
          throw new MalformedEvent("json_bad_text", null);
        }
        Objects.requireNonNull(member.getValue());
      }
      members = Collections.unmodifiableSortedMap(sorted);
    }

    public boolean has(String name) {
      return members.containsKey(name);
    }

    /** The member, or null where there is none (a JSON null is {@link Null#VALUE}). */
    public Json get(String name) {
      return members.get(name);
    }

    public String text(String name) {
      return member(name, Text.class).value();
    }

    public Num number(String name) {
      return member(name, Num.class);
    }

    /** An integer; one with a fraction is refused like another type. */
    public long integer(String name) {
      Num number = number(name);
      if (!number.isInteger()) {
        throw wrong(name);
      }
      return number.longValue();
    }

    public boolean bool(String name) {
      return member(name, Bool.class).value();
    }

    public Arr array(String name) {
      return member(name, Arr.class);
    }

    public Obj object(String name) {
      return member(name, Obj.class);
    }

    /** A copy in which the member has this value. */
    public Obj with(String name, Json value) {
      var changed = new TreeMap<>(members);
      changed.put(name, value);
      return new Obj(changed);
    }

    /** A copy without the member. */
    public Obj without(String name) {
      var changed = new TreeMap<>(members);
      changed.remove(name);
      return new Obj(changed);
    }

    private <T extends Json> T member(String name, Class<T> type) {
      Json value = members.get(name);
      if (!type.isInstance(value)) {
        throw wrong(name);
      }
      return type.cast(value);
    }

    private static MalformedEvent wrong(String name) {
      return new MalformedEvent("json_wrong_member", "/" + JsonReader.pointerStep(name));
    }
  }

  static Text of(String value) {
    return new Text(value);
  }

  static Num of(long value) {
    return new Num(Long.toString(value));
  }

  /** Trailing zeros are dropped: 2.50 becomes 2.5. */
  static Num of(BigDecimal value) {
    BigDecimal shortest = value.stripTrailingZeros();
    // A huge scale would be written out digit by digit only to be refused.
    if (Math.abs((long) shortest.scale()) > 32) {
      throw new MalformedEvent("json_bad_number", null);
    }
    return new Num(shortest.toPlainString());
  }

  static Bool of(boolean value) {
    return new Bool(value);
  }

  static Arr array(Object... items) {
    var values = new ArrayList<Json>(items.length);
    for (Object item : items) {
      values.add(value(item));
    }
    return new Arr(values);
  }

  /** {@code object("a", 1, "b", Json.array("x"))}: names and plain Java values by turns. */
  static Obj object(Object... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    var members = new TreeMap<String, Json>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (members.put((String) namesAndValues[i], value(namesAndValues[i + 1])) != null) {
        throw new IllegalArgumentException("the name " + namesAndValues[i] + " twice");
      }
    }
    return new Obj(members);
  }

  /**
   * A value from Json, String, Integer, Long, BigDecimal, Boolean or a collection of these;
   * anything else is a programmer's mistake, binary floating point above all.
   */
  private static Json value(Object plain) {
    if (plain instanceof Json json) {
      return json;
    } else if (plain instanceof String text) {
      return of(text);
    } else if (plain instanceof Integer || plain instanceof Long) {
      return of(((Number) plain).longValue());
    } else if (plain instanceof BigDecimal decimal) {
      return of(decimal);
    } else if (plain instanceof Boolean bool) {
      return of(bool.booleanValue());
    } else if (plain instanceof Collection<?> items) {
      return array(items.toArray());
    }
    throw new IllegalArgumentException("no JSON value of " + plain);
  }
}
