package jp.sanchi.server.platform;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import java.util.Date;

/** Rate limits on the way in, security headers on the way out. */
@Provider
@PreMatching
public class EveryRequest implements ContainerRequestFilter, ContainerResponseFilter {
  @Context private HttpServletRequest servlet;
  @Inject private RateLimits limits;

  @Override
  public void filter(ContainerRequestContext request) {
    limits.request(servlet.getRemoteAddr(), request.getHeaderString("X-Forwarded-For"));
    String encoding = request.getHeaderString(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw Problem.of(Fault.MEDIA_TYPE_UNSUPPORTED);
    }
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    var headers = response.getHeaders();
    // Phones compare their clocks with it
    headers.putSingle(HttpHeaders.DATE, new Date());
    headers.putSingle("X-Content-Type-Options", "nosniff");
    headers.putSingle("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.putSingle("Referrer-Policy", "no-referrer");
    if (!headers.containsKey(HttpHeaders.CACHE_CONTROL)) {
      headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
    }
  }
}
