package jp.sanchi.web;

import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.microprofile.config.ConfigProvider;

/** The address that people know this server by. */
final class Origin {
  private static final String CONFIGURED =
      ConfigProvider.getConfig().getOptionalValue("sanchi.origin", String.class).orElse(null);

  private Origin() {}

  /**
   * {@code sanchi.origin}, which a server behind a proxy has; else the host that the request came
   * to. Without a slash at the end.
   */
  static String of(HttpServletRequest request) {
    if (CONFIGURED != null) {
      return CONFIGURED.replaceFirst("/$", "");
    }
    String scheme = request.isSecure() ? "https" : "http";
    String host = request.getServerName();
    int port = request.getServerPort();
    return scheme + "://" + host + (port == (request.isSecure() ? 443 : 80) ? "" : ":" + port);
  }
}
