package jp.sanchi.server.recall;

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
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.devices.Fields;
import jp.sanchi.server.devices.Session;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/** Recalls in the making: what they would reach, and who has agreed. */
@Path("recalls")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class RecallsResource {
  private static final int MOST_BYTES = 16 * 1024;
  private static final int MOST_LOTS = 20;
  private static final int LONGEST_LINK = 200;
  private static final int LONGEST_TEXT = 500;
  private static final int LONGEST_NAME = 60;

  private final Sessions sessions;
  private final RecallPlans plans;
  private final Affected affected;
  private final Rehearsals rehearsals;

  @Inject
  public RecallsResource(
      Sessions sessions, RecallPlans plans, Affected affected, Rehearsals rehearsals) {
    this.sessions = sessions;
    this.plans = plans;
    this.affected = affected;
    this.rehearsals = rehearsals;
  }

  @GET
  public byte[] open(@Context HttpServletRequest request) {
    return Json.object("plans", plans.open(sessions.administrator(request).organisation()))
        .canonical();
  }

  /** What a lot went into, and where that went; 403 unless the asker may recall it. */
  @GET
  @Path("affected")
  public byte[] affected(
      @QueryParam("gtin") String gtin,
      @QueryParam("lot") String lot,
      @Context HttpServletRequest request) {
    String gln = sessions.required(request).organisation();
    return affected.of(subject(gtin, lot), gln).canonical();
  }

  /** Recalls that were tried out, newest first. */
  @GET
  @Path("rehearsals")
  public byte[] rehearsals(@Context HttpServletRequest request) {
    return Json.object("rehearsals", rehearsals.all(sessions.administrator(request).organisation()))
        .canonical();
  }

  @GET
  @Path("rehearsals/{id}")
  public byte[] rehearsal(@PathParam("id") String id, @Context HttpServletRequest request) {
    return ((Json.Obj) rehearsals.one(sessions.administrator(request).organisation(), id))
        .canonical();
  }

  /** Starts one; nothing of it is ever on the ledger. */
  @POST
  @Path("rehearsals")
  @Consumes(MediaType.APPLICATION_JSON)
  public byte[] rehearse(InputStream body, @Context HttpServletRequest request) throws IOException {
    Session session = sessions.administrator(request);
    Fields fields = Fields.read(body, MOST_BYTES, "gtin", "lot");
    String lot = subject(fields.text("gtin", 14), fields.text("lot", 80));
    return Json.object("id", rehearsals.begin(session.organisation(), session.kid(), lot))
        .canonical();
  }

  /** Ends it and keeps its result. */
  @POST
  @Path("rehearsals/{id}/end")
  public void endRehearsal(@PathParam("id") String id, @Context HttpServletRequest request) {
    rehearsals.end(sessions.administrator(request).organisation(), id);
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public byte[] make(InputStream body, @Context HttpServletRequest request) throws IOException {
    Session session = sessions.administrator(request);
    Fields fields = Fields.read(body, MOST_BYTES, "lots", "reason", "advice", "hazard", "by");
    List<String> lots = fields.texts("lots", MOST_LOTS, LONGEST_LINK);
    for (int i = 0; i < lots.size(); i++) {
      if (!isLot(lots.get(i))) {
        throw Fields.malformed("lots/" + i);
      }
    }
    Json.Obj plan =
        Json.object(
            "advice",
            fields.text("advice", LONGEST_TEXT),
            "lots",
            lots,
            "reason",
            fields.text("reason", LONGEST_TEXT));
    if (fields.has("hazard")) {
      plan = plan.with("hazard", Json.of(fields.text("hazard", 40)));
    }
    // For the colleague who confirms it; no event says it
    if (fields.has("by")) {
      plan = plan.with("by", Json.of(fields.text("by", LONGEST_NAME)));
    }
    String id = UUID.randomUUID().toString();
    plans.make(session.organisation(), session.kid(), id, plan);
    return Json.object("id", id).canonical();
  }

  /** 409 where somebody else must confirm, or two minutes have not gone by. */
  @POST
  @Path("{id}/confirmations")
  public void confirm(@PathParam("id") String id, @Context HttpServletRequest request) {
    Session session = sessions.administrator(request);
    plans.confirm(session.organisation(), session.kid(), id);
  }

  /** Signed, or given up. */
  @DELETE
  @Path("{id}")
  public void end(@PathParam("id") String id, @Context HttpServletRequest request) {
    plans.end(sessions.administrator(request).organisation(), id);
  }

  private static boolean isLot(String link) {
    try {
      DigitalLink lot = DigitalLink.parseCanonical(link);
      return lot.key() == Gs1.Key.GTIN && lot.lot() != null && lot.serial() == null;
    } catch (MalformedEvent e) {
      return false;
    }
  }

  private static String subject(String gtin, String lot) {
    if (gtin == null || lot == null) {
      throw Problem.of(Fault.PARAMETER_MISSING, gtin == null ? "gtin" : "lot");
    }
    try {
      return Subject.of(Subject.Kind.LOT, gtin, lot).text();
    } catch (MalformedEvent e) {
      throw Problem.ofParameter(e, "lot");
    }
  }
}
