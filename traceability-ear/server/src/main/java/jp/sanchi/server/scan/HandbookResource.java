package jp.sanchi.server.scan;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.server.devices.Sessions;

/** What a phone carries for work without a network: everything in one answer. */
@Path("handbook")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class HandbookResource {
  private final Handbook handbook;
  private final Sessions sessions;

  @Inject
  HandbookResource(Handbook handbook, Sessions sessions) {
    this.handbook = handbook;
    this.sessions = sessions;
  }

  /** 304 where nothing has changed since the phone asked last. */
  @GET
  public Response handbook(
      @HeaderParam(HttpHeaders.IF_NONE_MATCH) String known, @Context HttpServletRequest request) {
    byte[] body = handbook.of(sessions.required(request).organisation()).canonical();
    String tag = '"' + sha256(body) + '"';
    return (tag.equals(known) ? Response.notModified() : Response.ok(body))
        .header(HttpHeaders.ETAG, tag)
        .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
        .build();
  }

  private static String sha256(byte[] bytes) {
    try {
      return Base64Url.encode(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
