package jp.sanchi.server.office;

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
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import java.util.Optional;
import jp.sanchi.server.devices.Session;
import jp.sanchi.server.devices.Sessions;

/** Says when something has changed that concerns the organisation; what, its lists tell. */
@Path("live")
@Singleton
public class LiveResource {
  private final Sessions sessions;
  private final OpenStreams streams;

  @Inject
  LiveResource(Sessions sessions, OpenStreams streams) {
    this.sessions = sessions;
    this.streams = streams;
  }

  /**
   * A stream of server-sent events. {@code changed} when there is something new, also right at the
   * beginning if it happened since {@code Last-Event-ID}; {@code open} at the beginning else, and
   * when nothing was said for a while. It ends with the session.
   */
  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public void live(
      @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String last,
      @Context HttpServletRequest request,
      @Context SseEventSink sink,
      @Context Sse sse) {
    Session session = sessions.required(request);
    streams.open(session, sessions.lasting(request), sink, sse, number(last));
  }

  private static Optional<Long> number(String text) {
    return text != null && text.matches("[0-9]{1,18}")
        ? Optional.of(Long.valueOf(text))
        : Optional.empty();
  }
}
