package jp.sanchi.kernel.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.PropertyResourceBundle;
import java.util.ResourceBundle;

/** What checks, reasons and findings mean, in a few words of the reader's language. */
final class Sentences {
  static final Sentences ENGLISH = new Sentences("en");
  static final Sentences JAPANESE = new Sentences("ja");

  private final ResourceBundle words;

  private Sentences(String language) {
    String file = "sentences_" + language + ".properties";
    try (InputStream in = Sentences.class.getResourceAsStream(file);
        Reader text = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      this.words = new PropertyResourceBundle(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Japanese for who reads it, English for everybody else. */
  static Sentences of(Locale locale) {
    return locale.getLanguage().equals("ja") ? JAPANESE : ENGLISH;
  }

  String check(String name) {
    return words.getString("check." + name);
  }

  String reason(String code) {
    return orItself("reason.", code);
  }

  String finding(String code) {
    return orItself("finding.", code);
  }

  /** A word or sentence of the program itself. */
  String say(String key, Object... values) {
    return MessageFormat.format(words.getString(key).replace("'", "''"), values);
  }

  ResourceBundle words() {
    return words;
  }

  private String orItself(String section, String code) {
    return words.containsKey(section + code) ? words.getString(section + code) : code;
  }
}
