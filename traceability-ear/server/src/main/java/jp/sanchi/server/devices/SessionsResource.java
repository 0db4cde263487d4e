package jp.sanchi.server.devices;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;

/** A login by the key that a device holds anyway: no passwords. */
@Path("sessions")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class SessionsResource {
  private static final int MOST_BYTES = 8 * 1024;

  private final Sessions sessions;
  private final Origins origins;

  @Inject
  SessionsResource(Sessions sessions, Origins origins) {
    this.sessions = sessions;
    this.origins = origins;
  }

  @POST
  @Path("challenge")
  public byte[] challenge() {
    return Json.object("challenge", Base64Url.encode(sessions.challenge())).canonical();
  }

  /** 201 with the cookie. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response begin(InputStream body, @Context HttpServletRequest request) throws IOException {
    String origin = origins.required(request);
    String jws = Fields.read(body, MOST_BYTES, "jws").text("jws", MOST_BYTES);
    Sessions.Begun begun = sessions.begin(SignedChallenge.parse(jws), origin);
    return Response.status(201)
        .header(HttpHeaders.SET_COOKIE, begun.cookie())
        .entity(described(begun.session()))
        .build();
  }

  @GET
  public byte[] session(@Context HttpServletRequest request) {
    return described(sessions.required(request));
  }

  @DELETE
  public Response end(@Context HttpServletRequest request) {
    return Response.noContent().header(HttpHeaders.SET_COOKIE, sessions.end(request)).build();
  }

  private static byte[] described(Session session) {
    return Json.object(
            "administrator",
            session.administrator(),
            "expires",
            session.expires(),
            "kid",
            session.kid(),
            "organisation",
            session.organisation())
        .canonical();
  }
}
