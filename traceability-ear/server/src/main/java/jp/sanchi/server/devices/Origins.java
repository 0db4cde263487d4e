package jp.sanchi.server.devices;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Locale;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Settings;

/**
 * Which pages may act for who is logged in: those of the address that the request came to. Behind a
 * proxy that changes {@code Host}, {@code sanchi.origin} says the address, such as {@code
 * https://sanchi.example}.
 */
@Singleton
public class Origins {
  private final String ours;

  @Inject
  Origins() {
    this(Settings.text("sanchi.origin"));
  }

  /**
   * @param ours the one origin, or null for whatever host a request came to
   */
  public Origins(String ours) {
    this.ours = ours;
  }

  /** The request's {@code Origin}; 403 if there is none or it is another site's. */
  public String required(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    boolean right =
        origin != null
            && (ours == null ? sameHost(origin, request.getHeader("Host")) : origin.equals(ours));
    if (!right) {
      throw Problem.of(Fault.FORBIDDEN, "Origin");
    }
    return origin;
  }

  static boolean isSecure(String origin) {
    return origin.startsWith("https://");
  }

  private static boolean sameHost(String origin, String host) {
    try {
      URI uri = URI.create(origin);
      return host != null
          && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
          && uri.getRawAuthority() != null
          && uri.getRawAuthority().toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
