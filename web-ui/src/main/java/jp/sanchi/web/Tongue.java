package jp.sanchi.web;

import java.util.regex.Pattern;

/**
 * On an English page names and notes may be in Japanese: marked as such, they are read and broken
 * as Japanese. {@code tongue.ts} does the same in the browser.
 */
final class Tongue {
  private static final String LETTER =
      "\\u3005-\\u3007\\u3040-\\u30ff\\u3400-\\u9fff\\uff66-\\uff9f";
  private static final Pattern JAPANESE =
      Pattern.compile(
          "[%1$s](?:[%1$s\\u3000-\\u303f\\uff00-\\uffef0-9]*[%1$s])?".formatted(LETTER));

  private Tongue() {}

  /** Marks what is Japanese in the body of a page. */
  static String annotate(String html) {
    return Ruby.texts(html, Tongue::ofText);
  }

  static String ofText(String text) {
    return JAPANESE.matcher(text).replaceAll("<span lang=\"ja\">$0</span>");
  }
}
