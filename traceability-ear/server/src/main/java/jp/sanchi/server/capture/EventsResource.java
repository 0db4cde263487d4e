package jp.sanchi.server.capture;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Refused;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Words;

/** Takes events in and tells what became of them (wire format, section 13). */
@Path("events")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class EventsResource {
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_EVENTS = 1000;

  private final CaptureEvents capture;
  private final EventStatus status;

  @Inject
  EventsResource(CaptureEvents capture, EventStatus status) {
    this.capture = capture;
    this.status = status;
  }

  /** 202 whatever became of the single events, as long as the request itself can be read. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response post(
      InputStream body, @HeaderParam(HttpHeaders.ACCEPT_LANGUAGE) String acceptLanguage)
      throws IOException {
    Captured captured = capture.capture(events(Body.json(body, MOST_BYTES, 2)));
    Words words = Words.in(acceptLanguage);
    List<Json> refused = new ArrayList<>();
    for (Captured.At at : captured.refused()) {
      Refused reason = at.refused();
      refused.add(
          Json.object(
              "detail",
              words.sentence(reason.reason().code(), reason.detail()),
              "field",
              orNull(reason.field()),
              "index",
              at.index(),
              "reason",
              reason.reason().code()));
    }
    byte[] answer =
        Json.object(
                "accepted",
                captured.accepted(),
                "receipt",
                orNull(captured.receipt()),
                "refused",
                refused)
            .canonical();
    return Response.accepted(answer)
        .header(HttpHeaders.CONTENT_LANGUAGE, words.locale().getLanguage())
        .build();
  }

  @GET
  @Path("{id}")
  public byte[] event(@PathParam("id") String id) {
    EventStatus.Status found = status.of(eventId(id));
    return Json.object(
            "id",
            id,
            "reason",
            orNull(found.reason()),
            "recordTime",
            found.recordTime() == null ? Json.Null.VALUE : Json.of(found.recordTime()),
            "status",
            found.word())
        .canonical();
  }

  /**
   * What was refused after its receipt, for a device that was away meanwhile.
   *
   * @param after the {@code next} of the answer before, 0 at first
   */
  @GET
  public byte[] refusedLate(@QueryParam("kid") String kid, @QueryParam("after") String after) {
    if (kid == null) {
      throw Problem.of(Fault.PARAMETER_MISSING, "kid");
    }
    hash(kid, "kid");
    long from = after == null ? 0 : number(after);
    List<Json> refused = new ArrayList<>();
    long next = from;
    for (EventStatus.Late late : status.refusedLate(kid, from)) {
      next = late.number();
      refused.add(
          Json.object(
              "field",
              orNull(late.field()),
              "id",
              Base64Url.encode(late.eventId()),
              "reason",
              late.reason(),
              "refusedAt",
              late.refusedAt()));
    }
    return Json.object("next", next, "refused", refused).canonical();
  }

  private static List<String> events(Json body) {
    if (!(body instanceof Json.Arr array) || array.size() == 0) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "");
    }
    if (array.size() > MOST_EVENTS) {
      throw Problem.of(Fault.TOO_MANY_EVENTS);
    }
    List<String> events = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      if (!(array.get(i) instanceof Json.Text event)) {
        throw Problem.of(Fault.REQUEST_MALFORMED, "/" + i);
      }
      events.add(event.value());
    }
    return events;
  }

  /** An event's id out of a path, 32 bytes; 404 for what can be none. */
  public static byte[] eventId(String id) {
    try {
      byte[] bytes = Base64Url.decode(id);
      if (bytes.length == 32) {
        return bytes;
      }
    } catch (MalformedEvent e) {
      // As unknown as any other
    }
    throw Problem.of(Fault.NOT_FOUND);
  }

  private static void hash(String text, String parameter) {
    try {
      if (Base64Url.decode(text).length == 32) {
        return;
      }
    } catch (MalformedEvent e) {
      // Below
    }
    throw Problem.of(Fault.PARAMETER_MALFORMED, parameter);
  }

  private static long number(String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw Problem.of(Fault.PARAMETER_MALFORMED, "after");
    }
    return Long.parseLong(text);
  }

  private static Json orNull(String text) {
    return text == null ? Json.Null.VALUE : Json.of(text);
  }
}
