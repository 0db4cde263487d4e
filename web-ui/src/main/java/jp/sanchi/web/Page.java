package jp.sanchi.web;

import jakarta.servlet.http.HttpServletRequest;

/**
 * What every page has.
 *
 * @param asked the words that the reader has asked for, as in {@code ?lang=}, or null
 * @param title of the window
 * @param preview what chats show of a link to it, or null
 */
public record Page(Words words, String asked, String title, Assets assets, Preview preview) {

  /**
   * A preview of a link.
   *
   * @param address of the page
   * @param image its address: the thing's own picture, if there is one
   * @param drawn whether the picture is ours, whose size is known
   */
  public record Preview(String text, String address, String image, boolean drawn) {}

  static Words wordsFor(HttpServletRequest request) {
    return Words.of(request.getParameter("lang"), request.getHeader("Accept-Language"));
  }

  /** Which words its reader has, as in {@code ?lang=}: {@code ja}, {@code easy} or {@code en}. */
  public String reader() {
    return words.easy() ? "easy" : words.language();
  }

  /** Behind a link to another page of ours: who asked for a language keeps it. */
  public String query() {
    return asked == null ? "" : "?lang=" + asked;
  }

  static String askedIn(HttpServletRequest request) {
    String asked = request.getParameter("lang");
    return asked != null && Words.of(asked, null).code().equals(asked) ? asked : null;
  }
}
