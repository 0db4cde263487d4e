package jp.sanchi.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Only scripts of our own, from our own origin; and no address with a serial in it leaves. */
@WebFilter("/*")
public class SecurityHeaders extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.setHeader("Content-Security-Policy", POLICY);
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
}
