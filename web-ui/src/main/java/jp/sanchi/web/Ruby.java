package jp.sanchi.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jp.sanchi.kernel.event.Json;

/** Adds to a page how its words are read; {@code easy.ts} does the same in the browser. */
final class Ruby {
  private static final Pattern KANJI = Pattern.compile("[\\u4e00-\\u9fff々]+");

  /** A whole element that holds no prose, a tag, or text. */
  private static final Pattern PARTS =
      Pattern.compile("(?s)<(svg|code|script)\\b.*?</\\1>|<(?:\"[^\"]*\"|[^\">])*>|[^<]+");

  private static final List<Entry> ENTRIES = entries();

  private Ruby() {}

  /**
   * A word.
   *
   * @param kana what must follow, since it decides how the kanji are read
   */
  private record Entry(String kanji, String kana, String reading) {}

  private static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    ((Json.Obj) Words.read("ruby.json"))
        .members()
        .forEach(
            (word, reading) -> {
              Matcher kanji = KANJI.matcher(word);
              if (!kanji.lookingAt()) {
                throw new IllegalStateException(word + " begins with no kanji");
              }
              entries.add(
                  new Entry(
                      kanji.group(), word.substring(kanji.end()), ((Json.Text) reading).value()));
            });
    entries.sort(
        Comparator.comparingInt((Entry entry) -> -entry.kanji().length())
            .thenComparingInt(entry -> -entry.kana().length()));
    return List.copyOf(entries);
  }

  /** Annotates the texts in the body of a page. */
  static String annotate(String html) {
    int body = html.indexOf("<body>");
    var out = new StringBuilder(html.length() * 2).append(html, 0, body);
    Matcher part = PARTS.matcher(html).region(body, html.length());
    while (part.find()) {
      String text = part.group();
      out.append(text.startsWith("<") ? text : ofText(text));
    }
    return out.toString();
  }

  static String ofText(String text) {
    var out = new StringBuilder(text.length() * 2);
    Matcher run = KANJI.matcher(text);
    int from = 0;
    while (run.find()) {
      List<Entry> parts = read(run.group(), text.substring(run.end()));
      out.append(text, from, parts.isEmpty() ? run.end() : run.start());
      for (Entry part : parts) {
        out.append("<ruby>").append(part.kanji());
        out.append("<rt>").append(part.reading()).append("</rt></ruby>");
      }
      from = run.end();
    }
    return out.append(text, from, text.length()).toString();
  }

  /** A run of kanji is read as a whole or left alone; empty for the latter. */
  private static List<Entry> read(String run, String after) {
    List<Entry> parts = new ArrayList<>();
    int at = 0;
    while (at < run.length()) {
      Entry found = null;
      for (Entry entry : ENTRIES) {
        if (run.startsWith(entry.kanji(), at)
            && (entry.kana().isEmpty()
                || at + entry.kanji().length() == run.length() && after.startsWith(entry.kana()))) {
          found = entry;
          break;
        }
      }
      if (found == null) {
        return List.of();
      }
      parts.add(found);
      at += found.kanji().length();
    }
    return parts;
  }
}
