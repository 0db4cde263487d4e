package jp.sanchi.kernel.event;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.TreeMap;

/** One pass over the bytes, left to right; the first fault is the one that is reported. */
final class JsonReader {
  private final byte[] in;
  private final int maxDepth;
  // Where the reader stands, for the JSON Pointer of a fault: at each depth a name, or an index, or
  // (null and -1) neither yet.
  private final String[] names;
  private final int[] indexes;
  private int depth;
  private int at;
  // Until something is met that RFC 8785 writes otherwise: a space, a name out of order, an escape
  // that is not needed or not the shortest. Numbers have one spelling anyway.
  private boolean canonical = true;

  private JsonReader(byte[] in, int maxDepth) {
    this.in = in;
    this.maxDepth = maxDepth;
    this.names = new String[maxDepth + 2];
    this.indexes = new int[maxDepth + 2];
    Arrays.fill(indexes, -1);
  }

  /**
   * @param onlyCanonical whether bytes other than {@link Json#canonical} are refused, last of all
   */
  static Json read(byte[] utf8, Json.Limits limits, boolean onlyCanonical) {
    if (utf8.length > limits.bytes()) {
      throw new MalformedEvent("json_too_large", null);
    }
    if (!isUtf8(utf8)) {
      throw new MalformedEvent("json_malformed", null);
    }
    var reader = new JsonReader(utf8, limits.depth());
    reader.skipSpaces();
    Json value = reader.value();
    reader.skipSpaces();
    if (reader.at != utf8.length) {
      throw reader.fault("json_malformed");
    }
    if (onlyCanonical && !reader.canonical) {
      throw new MalformedEvent("json_not_canonical", null);
    }
    return value;
  }

  private Json value() {
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> text();
      case 't' -> literal("true", new Json.Bool(true));
      case 'f' -> literal("false", new Json.Bool(false));
      case 'n' -> literal("null", Json.Null.VALUE);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> throw fault("json_malformed");
    };
  }

  private Json object() {
    enter();
    var members = new TreeMap<String, Json>();
    if (peek() == '}') {
      at++;
    } else {
      do {
        skipSpaces();
        names[depth] = null;
        if (peek() != '"') {
          throw fault("json_malformed");
        }
        String name = text().value();
        names[depth] = name;
        if (!members.isEmpty() && name.compareTo(members.lastKey()) <= 0) {
          if (members.containsKey(name)) {
            throw fault("json_duplicate_name");
          }
          canonical = false;
        }
        skipSpaces();
        expect(':');
        skipSpaces();
        members.put(name, value());
        skipSpaces();
      } while (more('}'));
    }
    leave();
    return new Json.Obj(members);
  }

  private Json array() {
    enter();
    var items = new ArrayList<Json>();
    if (peek() == ']') {
      at++;
    } else {
      do {
        skipSpaces();
        indexes[depth] = items.size();
        items.add(value());
        skipSpaces();
      } while (more(']'));
    }
    leave();
    return new Json.Arr(items);
  }

  private void enter() {
    if (depth == maxDepth) {
      throw fault("json_too_deep");
    }
    depth++;
    at++;
    skipSpaces();
  }

  private void leave() {
    names[depth] = null;
    indexes[depth] = -1;
    depth--;
  }

  private boolean more(char end) {
    int next = peek();
    if (next != ',' && next != end) {
      throw fault("json_malformed");
    }
    at++;
    return next == ',';
  }

  private Json.Text text() {
    at++;
    int start = at;
    StringBuilder unescaped = null;
    while (true) {
      skipPlain();
      int c = peek();
      if (c == '"') {
        break;
      }
      if (c != '\\') {
        throw fault("json_malformed");
      }
      if (unescaped == null) {
        unescaped = new StringBuilder();
      }
      unescaped.append(new String(in, start, at - start, StandardCharsets.UTF_8));
      at++;
      unescaped.append(escaped());
      start = at;
    }
    String rest = new String(in, start, at - start, StandardCharsets.UTF_8);
    at++;
    try {
      return new Json.Text(unescaped == null ? rest : unescaped.append(rest).toString());
    } catch (MalformedEvent e) {
      throw fault(e.reason());
    }
  }

  /** To the next quote, backslash, control character or the end. */
  private void skipPlain() {
    int i = at;
    while (i < in.length && (in[i] >= 0x20 || in[i] < 0) && in[i] != '"' && in[i] != '\\') {
      i++;
    }
    at = i;
  }

  private char escaped() {
    int c = peek();
    at++;
    return switch (c) {
      case '"', '\\' -> (char) c;
      case '/' -> {
        canonical = false;
        yield '/';
      }
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        char any = (char) (hex() << 12 | hex() << 8 | hex() << 4 | hex());
        canonical = canonical && any < 0x20 && "\b\f\n\r\t".indexOf(any) < 0;
        yield any;
      }
      default -> throw fault("json_malformed");
    };
  }

  private int hex() {
    int c = peek();
    at++;
    if (c >= '0' && c <= '9') {
      return c - '0';
    } else if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      canonical = false;
      return c - 'A' + 10;
    }
    throw fault("json_malformed");
  }

  /** Takes everything that could belong to any spelling of a number, so that 1e5 is one bad one. */
  private Json number() {
    int start = at;
    while (at < in.length && isNumberish(in[at])) {
      at++;
    }
    try {
      return new Json.Num(new String(in, start, at - start, StandardCharsets.ISO_8859_1));
    } catch (MalformedEvent e) {
      throw fault(e.reason());
    }
  }

  private static boolean isNumberish(byte c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
  }

  private Json literal(String word, Json value) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
    return value;
  }

  private void expect(char wanted) {
    if (peek() != wanted) {
      throw fault("json_malformed");
    }
    at++;
  }

  private int peek() {
    if (at == in.length) {
      throw fault("json_malformed");
    }
    return in[at];
  }

  private void skipSpaces() {
    while (at < in.length
        && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
      at++;
      canonical = false;
    }
  }

  private MalformedEvent fault(String reason) {
    var pointer = new StringBuilder();
    for (int level = 1; level <= depth; level++) {
      if (names[level] != null) {
        pointer.append('/').append(pointerStep(names[level]));
      } else if (indexes[level] >= 0) {
        pointer.append('/').append(indexes[level]);
      }
    }
    return new MalformedEvent(reason, pointer.toString());
  }

  /** One reference token of a JSON Pointer (RFC 6901 section 3). */
  static String pointerStep(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /** RFC 3629: shortest forms only, no surrogates, nothing above U+10FFFF. */
  private static boolean isUtf8(byte[] in) {
    int i = 0;
    while (i < in.length) {
      int lead = in[i++];
      if (lead >= 0) {
        continue;
      }
      lead &= 0xFF;
      int tail;
      int lowest = 0x80;
      int highest = 0xBF;
      if (lead >= 0xC2 && lead <= 0xDF) {
        tail = 1;
      } else if (lead >= 0xE0 && lead <= 0xEF) {
        tail = 2;
        lowest = lead == 0xE0 ? 0xA0 : 0x80;
        highest = lead == 0xED ? 0x9F : 0xBF;
      } else if (lead >= 0xF0 && lead <= 0xF4) {
        tail = 3;
        lowest = lead == 0xF0 ? 0x90 : 0x80;
        highest = lead == 0xF4 ? 0x8F : 0xBF;
      } else {
        return false;
      }
      for (; tail > 0; tail--) {
        if (i == in.length) {
          return false;
        }
        int next = in[i++] & 0xFF;
        if (next < lowest || next > highest) {
          return false;
        }
        lowest = 0x80;
        highest = 0xBF;
      }
    }
    return true;
  }
}
