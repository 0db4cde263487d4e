package jp.sanchi.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Only scripts of our own, from our own origin; and no address with a serial in it leaves. The
 * verifier page alone asks other servers, when its user tells it to.
 */
@WebFilter("/*")
public class SecurityHeaders extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'%s;"
          + " img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  /** As its own {@code meta} says, which counts where somebody else serves the folder. */
  private static final String OTHER_SERVERS = " https: http://localhost:*";

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.setHeader("Content-Security-Policy", policyFor(request.getServletPath()));
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    if (request.getServletPath().matches("/(verify/)?assets/.*")) {
      // Their names are hashes of their content
      response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
      response.setHeader("Vary", "Accept-Encoding");
    }
    chain.doFilter(request, response);
  }

  /**
   * The policy of a page.
   *
   * @param path decoded, as the container maps it to what it serves
   */
  static String policyFor(String path) {
    boolean verifier = path.equals("/verify/") || path.equals("/verify/index.html");
    return POLICY.formatted(verifier ? OTHER_SERVERS : "");
  }
}
