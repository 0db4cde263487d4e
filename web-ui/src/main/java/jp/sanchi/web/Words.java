package jp.sanchi.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jp.sanchi.kernel.event.Json;

/**
 * A dictionary of the screens: the same files that the browser's scripts are built with ({@code
 * more/}: what shoppers are never told), and those in {@code server/} with what no script says,
 * which nobody has to load.
 */
public final class Words {
  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 4);
  private static final List<Locale> LANGUAGES = List.of(Locale.JAPANESE, Locale.ENGLISH);

  static final Words JAPANESE = new Words("ja", "ja", whole("ja"));
  static final Words ENGLISH = new Words("en", "en", whole("en"));

  /** Japanese in simpler sentences; pages add how the words are read. */
  static final Words EASY = new Words("easy", "ja", over(JAPANESE.sections, dictionary("easy")));

  private static final List<Words> ALL = List.of(JAPANESE, EASY, ENGLISH);

  /** Members of events that pages show, in their order. */
  static final List<String> SHOWN =
      ((Json.Arr) read("shown.json"))
          .items().stream().map(name -> ((Json.Text) name).value()).toList();

  private final String code;
  private final String language;
  private final Json.Obj sections;

  private Words(String code, String language, Json.Obj sections) {
    this.code = code;
    this.language = language;
    this.sections = sections;
  }

  private static Json.Obj whole(String language) {
    return over(dictionary(language), (Json.Obj) read("more/" + language + ".json"));
  }

  private static Json.Obj dictionary(String name) {
    return over((Json.Obj) read(name + ".json"), (Json.Obj) read("server/" + name + ".json"));
  }

  private static Json.Obj over(Json.Obj below, Json.Obj above) {
    Json.Obj all = below;
    for (Map.Entry<String, Json> one : above.members().entrySet()) {
      Json value =
          one.getValue() instanceof Json.Obj section
              ? over(below.object(one.getKey()), section)
              : one.getValue();
      all = all.with(one.getKey(), value);
    }
    return all;
  }

  /**
   * The reader's language: what was asked for, else the best by {@code Accept-Language}; English
   * for those who read neither, Japanese for those who don't say.
   *
   * @param asked {@code ja}, {@code easy}, {@code en} or anything else
   * @param accepted the header, or null
   */
  static Words of(String asked, String accepted) {
    for (Words words : ALL) {
      if (words.code.equals(asked)) {
        return words;
      }
    }
    if (accepted == null || accepted.isBlank() || accepted.length() > 1000) {
      return JAPANESE;
    }
    try {
      Locale best = Locale.lookup(Locale.LanguageRange.parse(accepted), LANGUAGES);
      return Locale.JAPANESE.equals(best) ? JAPANESE : ENGLISH;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      // Unreadable; the JDK stumbles over a lone hyphen
      return JAPANESE;
    }
  }

  /** {@code ja} or {@code en}. */
  public String language() {
    return language;
  }

  /** What {@code ?lang=} asks for: {@code ja}, {@code easy} or {@code en}. */
  public String code() {
    return code;
  }

  /** Whether pages add how words are read. */
  public boolean easy() {
    return this == EASY;
  }

  /** What its readers call it. */
  public String name() {
    return this == EASY
        ? JAPANESE.ui("languageEasy")
        : (this == JAPANESE ? ENGLISH : JAPANESE).ui("language");
  }

  /** The others that a page offers. */
  public List<Words> others() {
    return ALL.stream().filter(words -> words != this).toList();
  }

  /** A sentence or word of the screens themselves; it is a fault of ours if it doesn't exist. */
  public String ui(String key) {
    return sections.object("ui").text(key);
  }

  /** A sentence with values in the place of {@code {name}}. */
  public String ui(String key, Map<String, String> values) {
    return PLACE
        .matcher(ui(key))
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }

  /** The word for a code of the wire format; the code itself where there is none. */
  public String word(String section, String code) {
    return sections.object(section).get(code) instanceof Json.Text text ? text.value() : code;
  }

  Json.Obj sections() {
    return sections;
  }

  static Json read(String file) {
    try (InputStream in = Words.class.getResourceAsStream("words/" + file)) {
      return Json.parse(in.readAllBytes(), LIMITS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
