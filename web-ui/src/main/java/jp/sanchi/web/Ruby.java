package jp.sanchi.web;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jp.sanchi.kernel.event.Json;

/** Adds to a page how its words are read; {@code easy.ts} does the same in the browser. */
final class Ruby {
  private static final Pattern KANJI = Pattern.compile("[\\u4e00-\\u9fff々]+");

  /** A whole element that holds no prose, a tag, or text. */
  private static final Pattern PARTS =
      Pattern.compile("(?s)<(svg|code|script)\\b.*?</\\1>|<(?:\"[^\"]*\"|[^\">])*>|[^<]+");

  private static final Pattern NUMBER = Pattern.compile("(\\d+)( ?)$");

  /** What a kanji alone may follow as a word of its own: no kana of a longer word, as in ほうれん草. */
  private static final Pattern APART = Pattern.compile("(^|[\\s、。・（「：:/}]|[のをがはにとでへやたるいうなて])$");

  /** And what may follow it: no ending of another word, as in 数える. */
  private static final Pattern PARTICLE =
      Pattern.compile("^($|[^\\u3041-\\u309f]|[のをがはにとでもへやかだなま])");

  private static final List<Entry> ENTRIES = entries();
  private static final Set<String> COUNTED =
      ENTRIES.stream()
          .filter(entry -> entry.before().equals("#"))
          .map(Entry::kanji)
          .collect(Collectors.toSet());

  private Ruby() {}

  /**
   * A word.
   *
   * @param before what must stand before: kana, a whole number, or {@code #} for any
   * @param after what must follow, since it decides how the kanji are read
   * @param reading empty where they are better left alone
   */
  private record Entry(String before, String kanji, String after, String reading) {
    int exactness() {
      return (before.equals("#") ? 0 : before.length()) + after.length();
    }

    /** Whether it is read so between these texts. */
    boolean fits(String text, String rest) {
      if (!rest.startsWith(after)) {
        return false;
      }
      Matcher number = NUMBER.matcher(text);
      boolean counted = number.find();
      if (before.matches("[#0-9]+")) {
        return counted && (before.equals("#") || before.equals(number.group(1)));
      }
      // 3人 is no 人, and 3件 no word of its own
      if (counted && (number.group(2).isEmpty() || COUNTED.contains(kanji))) {
        return false;
      }
      if (!before.isEmpty()) {
        return text.endsWith(before);
      }
      return kanji.length() > 1
          || !after.isEmpty()
          || APART.matcher(text).find() && PARTICLE.matcher(rest).find();
    }
  }

  private static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    ((Json.Obj) Words.read("ruby.json"))
        .members()
        .forEach(
            (word, reading) -> {
              Matcher kanji = KANJI.matcher(word);
              if (!kanji.find()) {
                throw new IllegalStateException(word + " has no kanji");
              }
              entries.add(
                  new Entry(
                      word.substring(0, kanji.start()),
                      kanji.group(),
                      word.substring(kanji.end()),
                      ((Json.Text) reading).value()));
            });
    entries.sort(
        Comparator.comparingInt((Entry entry) -> -entry.kanji().length())
            .thenComparingInt(entry -> -entry.exactness()));
    return List.copyOf(entries);
  }

  /** Annotates the texts in the body of a page. */
  static String annotate(String html) {
    return texts(html, Ruby::ofText);
  }

  /** Writes the texts in the body of a page anew, but for those of drawings, code and scripts. */
  static String texts(String html, UnaryOperator<String> anew) {
    int body = html.indexOf("<body>");
    var out = new StringBuilder(html.length() * 2).append(html, 0, body);
    Matcher part = PARTS.matcher(html).region(body, html.length());
    while (part.find()) {
      String text = part.group();
      out.append(text.startsWith("<") ? text : anew.apply(text));
    }
    return out.toString();
  }

  static String ofText(String text) {
    var out = new StringBuilder(text.length() * 2);
    Matcher run = KANJI.matcher(text);
    int from = 0;
    while (run.find()) {
      List<Entry> parts =
          read(run.group(), text.substring(0, run.start()), text.substring(run.end()));
      out.append(text, from, parts.isEmpty() ? run.end() : run.start());
      for (Entry part : parts) {
        out.append("<ruby>").append(part.kanji());
        out.append("<rt>").append(part.reading()).append("</rt></ruby>");
      }
      from = run.end();
    }
    return out.append(text, from, text.length()).toString();
  }

  /**
   * A run of kanji is one word, or words of two and more: alone they are read in another way than
   * together, and half a name with a wrong reading helps nobody. Empty where it is left alone.
   */
  private static List<Entry> read(String run, String before, String after) {
    for (Entry entry : ENTRIES) {
      if (entry.kanji().equals(run) && entry.fits(before, after)) {
        return entry.reading().isEmpty() ? List.of() : List.of(entry);
      }
    }
    List<Entry> parts = new ArrayList<>();
    int at = 0;
    while (at < run.length()) {
      Entry found = null;
      for (Entry entry : ENTRIES) {
        int end = at + entry.kanji().length();
        if (entry.kanji().length() > 1
            && run.startsWith(entry.kanji(), at)
            && entry.fits(at == 0 ? before : "", run.substring(end) + after)) {
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
