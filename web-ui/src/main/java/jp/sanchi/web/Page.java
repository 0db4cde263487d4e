package jp.sanchi.web;

import jakarta.servlet.http.HttpServletRequest;

/**
 * What every page has.
 *
 * @param title of the window
 * @param preview what chats show of a link to it, or null
 */
public record Page(Words words, String title, Assets assets, Preview preview) {

  /**
   * A preview of a link.
   *
   * @param address of the page
   * @param image its address
   */
  public record Preview(String text, String address, String image) {}

  static Words wordsFor(HttpServletRequest request) {
    return Words.of(request.getParameter("lang"), request.getHeader("Accept-Language"));
  }

  /** Which words its reader has, as in {@code ?lang=}: {@code ja}, {@code easy} or {@code en}. */
  public String reader() {
    return words.easy() ? "easy" : words.language();
  }

  /** Behind a link to another page of ours: who asked for easy words keeps them. */
  public String query() {
    return words.easy() ? "?lang=easy" : "";
  }
}
