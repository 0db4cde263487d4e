package jp.sanchi.kernel.event;

import java.util.Map;

/** Prints RFC 8785; numbers and the order of names are canonical already in the values. */
final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private JsonWriter() {}

  static void write(Json value, StringBuilder out) {
    if (value instanceof Json.Text text) {
      quote(text.value(), out);
    } else if (value instanceof Json.Num number) {
      out.append(number.text());
    } else if (value instanceof Json.Obj object) {
      char separator = '{';
      for (Map.Entry<String, Json> member : object.members().entrySet()) {
        out.append(separator);
        quote(member.getKey(), out);
        out.append(':');
        write(member.getValue(), out);
        separator = ',';
      }
      out.append(separator == '{' ? "{}" : "}");
    } else if (value instanceof Json.Arr array) {
      char separator = '[';
      for (Json item : array.items()) {
        out.append(separator);
        write(item, out);
        separator = ',';
      }
      out.append(separator == '[' ? "[]" : "]");
    } else if (value instanceof Json.Bool bool) {
      out.append(bool.value());
    } else {
      out.append("null");
    }
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    int plainFrom = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c != '"' && c != '\\') {
        continue;
      }
      out.append(text, plainFrom, i).append('\\');
      plainFrom = i + 1;
      switch (c) {
        case '\b' -> out.append('b');
        case '\t' -> out.append('t');
        case '\n' -> out.append('n');
        case '\f' -> out.append('f');
        case '\r' -> out.append('r');
        case '"', '\\' -> out.append(c);
        default -> out.append("u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    if (plainFrom == 0) {
      out.append(text).append('"'); // copies at once, where a range is copied char by char
    } else {
      out.append(text, plainFrom, text.length()).append('"');
    }
  }
}
