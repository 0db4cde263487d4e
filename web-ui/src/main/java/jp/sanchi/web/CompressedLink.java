package jp.sanchi.web;

import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.MalformedEvent;

/**
 * GS1 Digital Links whose keys were packed into bits, as the compression of the GS1 Digital Link
 * Standard does it. We print none; others' are unpacked, and whoever scans one that can't be is
 * told so (ADR 0019).
 *
 * <p>The text is base64url of a row of entries and less than six zero bits. An entry is an
 * application identifier in four bits a digit, or a code of one or two letters for several at once,
 * and their values as {@link #FORMATS} says; or {@code F} and a query's pair of any name. Digits
 * stand as one binary number, other text as an alphabet's number, a length and that many letters.
 */
final class CompressedLink {
  private static final Pattern WHOLE = Pattern.compile("/[A-Za-z0-9_-]{10,200}");
  private static final Pattern QUALIFIERS =
      Pattern.compile("/(01|00|253|414|417|8003|8004)/([^/]+)/([A-Za-z0-9_-]{4,200})");

  /** The first two digits of the keys that such a link can begin with. */
  private static final Set<Integer> KEYS = Set.of(0x00, 0x01, 0x25, 0x40, 0x41, 0x80);

  /**
   * Keys that we don't serve, and identifiers that qualify those or that we don't know in a path.
   */
  private static final Set<String> FOREIGN =
      Set.of(
          "235", "254", "401", "402", "7040", "8006", "8010", "8011", "8013", "8017", "8018",
          "8019");

  /**
   * The formats of values and the identifiers that have them; {@code x} is any digit, {@code ..}
   * means up to. From GS1 General Specifications, section 3.2.
   */
  private static final String[] FORMATS = {
    "N18 00 8006 8017 8018 8026",
    "N14 01 02 03 8001",
    "N6 11 12 13 15 16 17 31xx 32xx 33xx 34xx 35xx 36xx 395x 8005",
    "N2 20",
    "N13 410 411 412 413 414 415 416 417 7001",
    "N17 402",
    "N10 4324 4325 7003",
    "N4 394x 8111",
    "N3 422 424 426",
    "N1 4321 4322 4323",
    "N..4 7004",
    "N..6 242",
    "N..8 30 37",
    "N..10 8019",
    "N..12 8011",
    "N..15 390x 392x",
    "N3+N..12 423 425",
    "N3+N..15 391x 393x",
    "N6+N..6 7007",
    "N8+N..4 8008",
    "N13+N..12 255",
    "N3+X..9 421",
    "N3+X..27 703x",
    "N3+X..28 235",
    "N13+X..17 253",
    "N14+X..16 8003",
    "X2 4307 4317",
    "X..2 7010",
    "X..3 427 7008",
    "X..10 7009",
    "X..12 7005",
    "X..20 10 21 22 243 254 420 710 711 712 713 714 4318 7020 7021 7022 7240 8002 8012",
    "X..24 8007",
    "X..25 8020",
    "X..28 8013",
    "X..30 240 241 250 251 400 401 403 4308 4319 7002 7023 723x 8004 8010 90",
    "X..35 4300 4301 4310 4311 4320",
    "X..50 8009",
    "X..70 4302 4303 4304 4305 4306 4312 4313 4314 4315 4316 8110 8112 8200",
    "X..90 91 92 93 94 95 96 97 98 99",
  };

  /** Codes for several identifiers at once; those that differ in one digit are added below. */
  private static final String[] SEVERAL = {
    "0A 01 22", "0B 01 10", "0C 01 21", "0D 01 17", "0E 01 7003", "0F 01 30",
    "1A 01 10 21 17", "1B 01 15", "1C 01 11", "1D 01 16", "1E 01 91", "1F 01 10 15",
    "9A 8010 8011", "9B 8017 8019", "9C 8018 8019", "9D 414 254",
  };

  /** Days: a year, a month, and a day that may be 00 for the month's last. */
  private static final Set<String> DAYS = Set.of("11", "12", "13", "15", "16", "17");

  private static final Pattern DAY = Pattern.compile("[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])");

  private static final Map<String, List<Part>> PARTS = new HashMap<>();
  private static final Map<String, List<String>> CODES = new HashMap<>();
  private static final String HEX = "0123456789ABCDEF";
  private static final String BASE64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  static {
    for (String line : FORMATS) {
      String[] words = line.split(" ");
      List<Part> parts = new ArrayList<>();
      for (String part : words[0].split("\\+")) {
        boolean upTo = part.startsWith("..", 1);
        parts.add(
            new Part(part.charAt(0) == 'N', upTo, Integer.parseInt(part.substring(upTo ? 3 : 1))));
      }
      for (int i = 1; i < words.length; i++) {
        PARTS.put(words[i], parts);
      }
    }
    for (String line : SEVERAL) {
      List<String> words = List.of(line.split(" "));
      CODES.put(words.get(0), words.subList(1, words.size()));
    }
    for (int i = 0; i < 6; i++) {
      CODES.put("2" + HEX.charAt(10 + i), List.of("01", "310" + i));
      CODES.put("3" + HEX.charAt(10 + i), List.of("01", "320" + i));
    }
    for (int i = 0; i < 10; i++) {
      CODES.put("A" + i, List.of("01", "392" + i));
      CODES.put("C" + i, List.of("255", "390" + i));
    }
    for (int i = 0; i < 4; i++) {
      CODES.put("C" + HEX.charAt(10 + i), List.of("255", "394" + i));
    }
  }

  private record Part(boolean digits, boolean upTo, int length) {}

  private CompressedLink() {}

  /** Whether a path looks like one; a word of ten letters rarely does. */
  static boolean looksLike(String path) {
    return QUALIFIERS.matcher(path).matches()
        || WHOLE.matcher(path).matches() && beginsWithKey(path.substring(1, 3));
  }

  /** Either a key's digits, or a code of two hexadecimal digits for several keys at once. */
  private static boolean beginsWithKey(String text) {
    int first = Base64.getUrlDecoder().decode(text)[0] & 0xFF;
    return KEYS.contains(first) || first >> 4 <= 9 && (first & 15) >= 10;
  }

  /**
   * The path and query that a compressed path stands for.
   *
   * @param path as it came over the wire
   * @return null if it is none, is malformed, or is of something that has no page here
   */
  static String expand(String path) {
    Matcher qualified = QUALIFIERS.matcher(path);
    try {
      if (qualified.matches()) {
        DigitalLink key = DigitalLink.parse("/" + qualified.group(1) + "/" + qualified.group(2));
        Map<String, String> known = new LinkedHashMap<>();
        known.put(key.key().ai(), key.value());
        return expand(qualified.group(3), known);
      }
      return WHOLE.matcher(path).matches() ? expand(path.substring(1), Map.of()) : null;
    } catch (MalformedEvent e) {
      return null;
    }
  }

  private static String expand(String text, Map<String, String> known) {
    String standard = print(new Bits(text, false), known);
    String sorted = print(new Bits(text, true), known);
    if (standard == null || sorted == null) {
      return standard == null ? sorted : standard;
    }
    // Two things at once would be a guess
    return standard.equals(sorted) ? standard : null;
  }

  private static String print(Bits bits, Map<String, String> known) {
    try {
      Map<String, String> values = new LinkedHashMap<>(known);
      Map<String, String> others = new LinkedHashMap<>();
      bits.read(values, others);
      return print(values, others);
    } catch (MalformedEvent e) {
      return null;
    }
  }

  private static String print(Map<String, String> values, Map<String, String> others) {
    Gs1.Key key = null;
    StringBuilder query = new StringBuilder();
    // Sorted, as in the standard's canonical form
    for (Map.Entry<String, String> one : new TreeMap<>(values).entrySet()) {
      Gs1.Key its = Gs1.Key.ofAi(one.getKey());
      if (its != null) {
        require(key == null);
        key = its;
      } else if (!Set.of("22", "10", "21").contains(one.getKey())) {
        require(!FOREIGN.contains(one.getKey()));
        append(query, one);
      }
    }
    require(key != null);
    others.entrySet().forEach(one -> append(query, one));
    var link =
        new DigitalLink(
            key, values.get(key.ai()), values.get("22"), values.get("10"), values.get("21"));
    return link.path() + query;
  }

  private static void append(StringBuilder query, Map.Entry<String, String> pair) {
    query
        .append(query.isEmpty() ? '?' : '&')
        .append(pair.getKey())
        .append('=')
        .append(URLEncoder.encode(pair.getValue(), StandardCharsets.US_ASCII));
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new MalformedEvent("link_malformed", null);
    }
  }

  /** A row of bits, read from its beginning. */
  private static final class Bits {
    private final StringBuilder bits = new StringBuilder();

    /**
     * Whether what a code stands for comes sorted: GS1's own program writes the four of {@code 1A}
     * so, against the standard's table.
     */
    private final boolean sorted;

    private int at;

    Bits(String text, boolean sorted) {
      this.sorted = sorted;
      for (int i = 0; i < text.length(); i++) {
        String six = Integer.toBinaryString(64 | BASE64.indexOf(text.charAt(i)));
        bits.append(six, 1, 7);
      }
    }

    void read(Map<String, String> values, Map<String, String> others) {
      while (bits.length() - at >= 8) {
        char high = HEX.charAt(number(4));
        if (high == 'F') {
          String name = letters(3, number(7));
          String value = text(number(3), 7);
          require(!name.matches("[0-9]*") && others.put(name, value) == null);
          continue;
        }
        String code = "" + high + HEX.charAt(number(4));
        for (String ai : code.matches("[0-9]{2}") ? List.of(identifier(code)) : several(code)) {
          String value = value(ai);
          require(!DAYS.contains(ai) || DAY.matcher(value).matches());
          require(values.put(ai, value) == null);
        }
      }
      require(bits.length() - at < 6 && bits.indexOf("1", at) < 0);
    }

    private List<String> several(String code) {
      List<String> identifiers = CODES.get(code);
      require(identifiers != null);
      return sorted ? identifiers.stream().sorted().toList() : identifiers;
    }

    /** An identifier has two to four digits, and no shorter one begins a longer one. */
    private String identifier(String begin) {
      String ai = begin;
      while (parts(ai) == null) {
        int digit = ai.length() < 4 ? number(4) : 10;
        require(digit < 10);
        ai += digit;
      }
      return ai;
    }

    private static List<Part> parts(String ai) {
      List<Part> parts = PARTS.get(ai);
      return parts == null && ai.length() == 4
          ? PARTS.getOrDefault(ai.substring(0, 3) + 'x', PARTS.get(ai.substring(0, 2) + "xx"))
          : parts;
    }

    private String value(String ai) {
      StringBuilder value = new StringBuilder();
      for (Part part : parts(ai)) {
        if (part.digits()) {
          int length = part.upTo() ? number(lengthBits(part.length())) : part.length();
          require(length >= 1 && length <= part.length());
          value.append(digits(length));
        } else {
          int alphabet = number(3);
          int length = part.upTo() ? number(lengthBits(part.length())) : part.length();
          // What follows digits, such as a box's serial, may be left out
          require(length <= part.length() && (length >= 1 || !value.isEmpty() && alphabet > 0));
          value.append(letters(alphabet, length));
        }
      }
      return value.toString();
    }

    private static int lengthBits(int most) {
      return Integer.SIZE - Integer.numberOfLeadingZeros(most);
    }

    private String text(int alphabet, int lengthBits) {
      return letters(alphabet, number(lengthBits));
    }

    private String letters(int alphabet, int length) {
      return switch (alphabet) {
        case 0 -> digits(length);
        case 1 -> letters(HEX.toLowerCase(Locale.ROOT), 4, length);
        case 2 -> letters(HEX, 4, length);
        case 3 -> letters(BASE64, 6, length);
        case 4 -> ascii(length);
        default -> throw new MalformedEvent("link_malformed", null);
      };
    }

    private String letters(String alphabet, int width, int length) {
      var text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        text.append(alphabet.charAt(number(width)));
      }
      return text.toString();
    }

    private String ascii(int length) {
      var text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        int letter = number(7);
        require(letter > ' ' && letter < 127);
        text.append((char) letter);
      }
      return text.toString();
    }

    /** As many bits as the largest number of so many digits needs. */
    private String digits(int length) {
      require(length >= 1);
      int width = BigInteger.TEN.pow(length).subtract(BigInteger.ONE).bitLength();
      require(bits.length() - at >= width);
      String digits = new BigInteger(bits.substring(at, at + width), 2).toString();
      at += width;
      require(digits.length() <= length);
      return "0".repeat(length - digits.length()) + digits;
    }

    private int number(int width) {
      require(bits.length() - at >= width);
      int number = Integer.parseInt(bits.substring(at, at + width), 2);
      at += width;
      return number;
    }
  }
}
