package jp.sanchi.kernel.proof;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One golden vector. {@code expect} is an object, or the reason code of a refusal as text. */
record Vector(String name, Map<String, Object> input, Object expect) {

  static Stream<Vector> of(String file) {
    try (InputStream in = Vector.class.getResourceAsStream("/vectors/" + file)) {
      Json json = new Json(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return list(json.value()).stream()
          .map(Vector::object)
          .map(v -> new Vector((String) v.get("name"), object(v.get("input")), v.get("expect")));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean has(String key) {
    return input.containsKey(key);
  }

  byte[] hex(String key) {
    return HexFormat.of().parseHex((String) input.get(key));
  }

  byte[] base64(String key) {
    return Base64.getDecoder().decode((String) input.get(key));
  }

  List<byte[]> base64List(String key) {
    return list(input.get(key)).stream().map(v -> Base64.getDecoder().decode((String) v)).toList();
  }

  List<byte[]> hexList(String key) {
    return list(input.get(key)).stream().map(v -> HexFormat.of().parseHex((String) v)).toList();
  }

  long number(String key) {
    return (Long) input.get(key);
  }

  @Override
  public String toString() {
    return name;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  /** As much of JSON as the vector files hold; they are ours, so nothing is checked. */
  private static final class Json {
    private final String text;
    private int at;

    Json(String text) {
      this.text = text;
    }

    Object value() {
      switch (next()) {
        case '{':
          at++;
          Map<String, Object> object = new LinkedHashMap<>();
          while (next() != '}') {
            String key = string();
            next();
            at++;
            object.put(key, value());
            skipComma();
          }
          at++;
          return object;
        case '[':
          at++;
          List<Object> list = new ArrayList<>();
          while (next() != ']') {
            list.add(value());
            skipComma();
          }
          at++;
          return list;
        case '"':
          return string();
        default:
          int start = at;
          while (",]} \n".indexOf(text.charAt(at)) < 0) {
            at++;
          }
          String word = text.substring(start, at);
          return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> Long.valueOf(word);
          };
      }
    }

    private String string() {
      StringBuilder string = new StringBuilder();
      at++;
      for (char c = text.charAt(at++); c != '"'; c = text.charAt(at++)) {
        if (c == '\\') {
          c = text.charAt(at++);
          c = c == 'n' ? '\n' : c;
        }
        string.append(c);
      }
      return string.toString();
    }

    private char next() {
      while (" \n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
      return text.charAt(at);
    }

    private void skipComma() {
      if (next() == ',') {
        at++;
      }
    }
  }
}
