package jp.sanchi.web;

import jakarta.servlet.http.HttpServletRequest;

/**
 * What every page has.
 *
 * @param title of the window
 */
public record Page(Words words, String title, Assets assets) {
  static Words wordsFor(HttpServletRequest request) {
    return Words.of(request.getParameter("lang"), request.getHeader("Accept-Language"));
  }

  /** The same page in the other language. */
  public String otherLanguage() {
    return "?lang=" + words.other().language();
  }
}
