package jp.sanchi.server.platform;

import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;

/** The sentences for people that go with reasons, in the reader's language. */
public final class Words {
  private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.JAPANESE);

  private final Locale locale;
  private final ResourceBundle sentences;

  private Words(Locale locale) {
    this.locale = locale;
    this.sentences =
        ResourceBundle.getBundle(
            "jp.sanchi.server.platform.reasons",
            locale,
            Words.class.getClassLoader(),
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
  }

  /**
   * The best of our languages for an {@code Accept-Language} header; English where it is absent,
   * unreadable or names none of ours.
   */
  public static Words in(String acceptLanguage) {
    Locale found = null;
    if (acceptLanguage != null && acceptLanguage.length() <= 1000) {
      try {
        found = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES);
      } catch (IllegalArgumentException | IndexOutOfBoundsException unreadable) {
        // Not worth refusing a request for; the JDK stumbles over a lone hyphen
      }
    }
    return new Words(found == null ? Locale.ENGLISH : found);
  }

  /** The sentence for a reason; for a word that has none, the word itself. */
  public String sentence(String reason) {
    try {
      return sentences.getString(reason);
    } catch (MissingResourceException e) {
      return reason;
    }
  }

  /** The sentence, followed in brackets by what was found; {@code detail} may be null. */
  public String sentence(String reason, String detail) {
    return detail == null ? sentence(reason) : sentence(reason) + " (" + detail + ")";
  }

  public Locale locale() {
    return locale;
  }
}
