package jp.sanchi.server.lots;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.bundles.Histories;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/** The lots that concern who asks. */
@Path("lots")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class LotListResource {
  private static final int PAGE = 50;
  private static final int LONGEST_SEARCH = 60;
  private static final List<String> STAGES =
      List.of("registered", "growing", "harvested", "packed", "gone");

  private final Sessions sessions;
  private final Tenants tenants;
  private final Histories histories;
  private final OrganisationNames names;

  @Inject
  public LotListResource(
      Sessions sessions, Tenants tenants, Histories histories, OrganisationNames names) {
    this.sessions = sessions;
    this.tenants = tenants;
    this.histories = histories;
    this.names = names;
  }

  /**
   * Newest commissioning first, {@value #PAGE} at once.
   *
   * @param state one of the stages, {@code recalled}, or absent for all
   * @param q part of the lot's or the product's name
   * @param after the {@code next} of the answer before
   */
  @GET
  public byte[] lots(
      @QueryParam("state") String state,
      @QueryParam("gtin") String gtin,
      @QueryParam("q") String q,
      @QueryParam("after") String after,
      @Context HttpServletRequest request) {
    String gln = sessions.required(request).organisation();
    if (state != null && !state.equals("recalled") && !STAGES.contains(state)) {
      throw Problem.of(Fault.PARAMETER_MALFORMED, "state");
    }
    if (q != null && q.length() > LONGEST_SEARCH) {
      throw Problem.of(Fault.PARAMETER_MALFORMED, "q");
    }
    Cursor from = Cursor.parse(after);
    List<Row> rows =
        tenants.as(
            gln,
            view ->
                view.rows(
                    """
                    select l.*, d.body
                    from seen_lot l
                    left join product p on p.gtin = l.gtin
                    left join document d on d.hash = p.document
                    where l.commissioned_at is not null
                      and (?::timestamptz is null
                        or (l.commissioned_at, l.subject) < (?::timestamptz, ?::text))
                      and (?::text is null or l.gtin = ?)
                      and (?::integer is null or (l.stage = ? and l.recalled_since is null))
                      and (not ? or l.recalled_since is not null)
                      and (?::text is null or l.lot ilike ? or l.gtin like ?
                        or (convert_from(d.body, 'UTF8')::jsonb -> 'name')::text ilike ?)
                    order by l.commissioned_at desc, l.subject desc limit ?
                    """,
                    Row::of,
                    from.time(),
                    from.time(),
                    from.subject(),
                    gtin,
                    gtin,
                    stage(state),
                    stage(state),
                    "recalled".equals(state),
                    blank(q),
                    like(q),
                    like(q),
                    like(q),
                    PAGE + 1));
    boolean more = rows.size() > PAGE;
    List<Row> shown = more ? rows.subList(0, PAGE) : rows;
    TreeSet<String> commissioners = new TreeSet<>();
    shown.forEach(row -> commissioners.add(row.commissioner));
    Map<String, Json> known = names.of(commissioners);
    return Json.object(
            "lots",
            shown.stream().map(row -> row.json(known, gln)).toList(),
            "next",
            more ? Json.of(Cursor.of(shown.get(PAGE - 1))) : Json.Null.VALUE)
        .canonical();
  }

  /** The history of a lot, as people read it: without proof. 404 if it is none of the asker's. */
  @GET
  @Path("{gtin}/{lot}/history")
  public byte[] history(
      @PathParam("gtin") String gtin,
      @PathParam("lot") String lot,
      @Context HttpServletRequest request) {
    String gln = sessions.required(request).organisation();
    String subject = subject(gtin, lot);
    Row row =
        tenants
            .as(
                gln,
                view ->
                    view.row(
                        """
                        select l.*, d.body from seen_lot l
                        left join product p on p.gtin = l.gtin
                        left join document d on d.hash = p.document
                        where l.subject = ?
                        """,
                        Row::of,
                        subject))
            .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
    List<Standing> history = Standing.of(histories.load(List.of(subject)).get(subject));
    TreeSet<String> actors = new TreeSet<>();
    if (row.commissioner != null) {
      actors.add(row.commissioner);
    }
    history.stream()
        .map(event -> event.event().actor())
        .filter(Objects::nonNull)
        .forEach(actors::add);
    Map<String, Json> known = names.of(actors);
    List<Json> events = new ArrayList<>();
    for (Standing event : history) {
      events.add(event(event, known));
    }
    return Json.object("events", events, "lot", row.json(known, gln)).canonical();
  }

  private static Json event(Standing event, Map<String, Json> known) {
    String actor = event.event().actor();
    return Json.object(
        "actor",
        Json.object("gln", Answers.text(actor), "name", known.getOrDefault(actor, Json.Null.VALUE)),
        "correctedBy",
        Answers.text(event.correctedBy()),
        "eventTime",
        event.event().eventTime(),
        "id",
        event.event().id(),
        "kind",
        event.event().kind(),
        "payload",
        event.event().payload(),
        "recordTime",
        event.recordTime());
  }

  private record Row(
      String subject,
      String gtin,
      String lot,
      String commissioner,
      Timestamp commissionedAt,
      Timestamp recalledSince,
      long events,
      int stage,
      String lastKind,
      Json lastTime,
      Json product) {

    static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getString("subject"),
          row.getString("gtin"),
          row.getString("lot"),
          row.getString("commissioner"),
          row.getTimestamp("commissioned_at"),
          row.getTimestamp("recalled_since"),
          row.getLong("events"),
          row.getInt("stage"),
          row.getString("last_kind"),
          Answers.number(row, "last_time"),
          OrganisationNames.name(row.getBytes("body")));
    }

    Json json(Map<String, Json> known, String asker) {
      return Json.object(
          "commissionedAt",
          Answers.time(commissionedAt),
          "commissioner",
          Json.object(
              "gln",
              Answers.text(commissioner),
              "name",
              commissioner == null
                  ? Json.Null.VALUE
                  : known.getOrDefault(commissioner, Json.Null.VALUE)),
          "events",
          events,
          "gtin",
          gtin,
          "lastKind",
          Answers.text(lastKind),
          "lastTime",
          lastTime,
          "link",
          DigitalLink.lot(gtin, lot).canonical(),
          "lot",
          lot,
          "own",
          asker.equals(commissioner),
          "product",
          product,
          "recalledSince",
          Answers.time(recalledSince),
          "state",
          recalledSince != null ? "recalled" : STAGES.get(stage));
    }
  }

  /** Where a page ends: not a secret, and nothing that is not read through the same view again. */
  private record Cursor(Timestamp time, String subject) {
    static Cursor parse(String text) {
      if (text == null) {
        return new Cursor(null, null);
      }
      try {
        String[] parts = new String(Base64Url.decode(text), StandardCharsets.UTF_8).split(" ", 2);
        return new Cursor(new Timestamp(Long.parseLong(parts[0])), parts[1]);
      } catch (MalformedEvent | NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw Problem.of(Fault.PARAMETER_MALFORMED, "after");
      }
    }

    static String of(Row row) {
      return Base64Url.encode(
          (row.commissionedAt.getTime() + " " + row.subject).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Integer stage(String state) {
    return state == null || state.equals("recalled") ? null : STAGES.indexOf(state);
  }

  private static String blank(String q) {
    return q == null || q.isBlank() ? null : q;
  }

  private static String like(String q) {
    return q == null
        ? null
        : "%" + q.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
  }

  private static String subject(String gtin, String lot) {
    try {
      return Subject.of(Subject.Kind.LOT, gtin, lot).text();
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }
}
