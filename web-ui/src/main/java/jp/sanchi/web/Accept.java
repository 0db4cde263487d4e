package jp.sanchi.web;

import java.util.Locale;
import java.util.Set;

/** What a client would rather have (RFC 9110, section 12.5.1): a page, or JSON. */
final class Accept {
  private static final Set<String> PAGES = Set.of("text/html", "application/xhtml+xml");

  private Accept() {}

  /**
   * Whether it names JSON and likes no page as much. Browsers and whoever takes anything get the
   * page.
   *
   * @param header or null
   */
  static boolean prefersJson(String header) {
    return weight(header, Set.of("application/json", Linkset.MEDIA_TYPE)) > weight(header, PAGES);
  }

  private static double weight(String header, Set<String> types) {
    double most = 0;
    for (String range : header == null ? new String[0] : header.split(",", 100)) {
      String[] parts = range.trim().toLowerCase(Locale.ROOT).split("\\s*;\\s*", 20);
      if (types.contains(parts[0])) {
        most = Math.max(most, quality(parts));
      }
    }
    return most;
  }

  private static double quality(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].matches("q=[01](\\.\\d{0,3})?")) {
        return Double.parseDouble(parts[i].substring(2));
      }
    }
    return 1;
  }
}
