package jp.sanchi.server.sensors;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.ColdChain;
import jp.sanchi.kernel.proof.Reading;
import jp.sanchi.server.devices.Fields;
import jp.sanchi.server.devices.Session;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Settings;

/** The devices in an organisation's cold boxes. */
@Path("sensors")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class SensorsResource {
  private static final int MOST_BYTES = 8 * 1024;
  private static final int LONGEST_NAME = 60;
  private static final int LONGEST_BOX = 200;
  private static final List<String> MEASURES = List.of("temperature", "humidity");

  private final Sessions sessions;
  private final Sensors sensors;

  @Inject
  SensorsResource(Sessions sessions, Sensors sensors) {
    this.sessions = sessions;
    this.sensors = sensors;
  }

  /** For administrators. The password is in this answer and nowhere else. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response make(InputStream body, @Context HttpServletRequest request) throws IOException {
    Session session = sessions.administrator(request);
    Fields fields = Fields.read(body, MOST_BYTES, "name", "box", "measures");
    List<String> measures = fields.texts("measures", MEASURES);
    String organisation = session.organisation();
    // Known only once the broker listens, which is after this application
    String broker = Settings.text("sanchi.broker.address");
    Sensors.Made made =
        sensors.make(
            organisation, fields.text("name", LONGEST_NAME), box(fields), measures, session.kid());
    return Response.status(201)
        .entity(
            Json.object(
                    "broker",
                    broker == null ? Json.Null.VALUE : Json.of(broker),
                    "id",
                    made.id(),
                    "password",
                    made.password(),
                    "topic",
                    "sanchi/" + organisation + "/" + made.id() + "/readings")
                .canonical())
        .build();
  }

  private static String box(Fields fields) {
    try {
      DigitalLink box = DigitalLink.parse(fields.text("box", LONGEST_BOX));
      if (box.key() == Gs1.Key.GRAI || box.key() == Gs1.Key.GIAI) {
        return box.canonical();
      }
    } catch (MalformedEvent e) {
      // Below, like a link to something else
    }
    throw Fields.malformed("box");
  }

  private static Json last(Reading reading) {
    if (reading == null) {
      return Json.Null.VALUE;
    }
    Json.Obj values = Json.object();
    for (String measure : MEASURES) {
      Long value = reading.values().get(ColdChain.code(measure));
      if (value != null) {
        values = values.with(measure, Json.of(value));
      }
    }
    return Json.object("time", reading.timeMs(), "values", values);
  }

  /** For every device of the organisation, the bridge above all; values in hundredths. */
  @GET
  public byte[] all(@Context HttpServletRequest request) {
    Session session = sessions.required(request);
    List<Json> all = new ArrayList<>();
    for (Sensors.Sensor sensor : sensors.ofOrganisation(session.organisation())) {
      all.add(
          Json.object(
              "box",
              sensor.box(),
              "id",
              sensor.id(),
              "last",
              last(sensor.last()),
              "madeAt",
              sensor.madeAt(),
              "measures",
              sensor.measures(),
              "name",
              sensor.name(),
              "revokedAt",
              sensor.revokedAt() == null ? Json.Null.VALUE : Json.of(sensor.revokedAt())));
    }
    return Json.object("sensors", all).canonical();
  }

  /** For administrators: the device can't send any more; what it sent stays. */
  @DELETE
  @Path("{id}")
  public void revoke(@PathParam("id") String id, @Context HttpServletRequest request) {
    if (!sensors.revoke(sessions.administrator(request).organisation(), id)) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }
}
