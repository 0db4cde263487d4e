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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
  private static final List<String> STAGES =
      List.of("registered", "growing", "harvested", "packed", "shipped", "gone");

  private final Sessions sessions;
  private final Tenants tenants;
  private final Histories histories;
  private final Suspects suspects;
  private final OrganisationNames names;
  private final LotFindings findings;

  @Inject
  public LotListResource(
      Sessions sessions,
      Tenants tenants,
      Histories histories,
      OrganisationNames names,
      LotFindings findings) {
    this.sessions = sessions;
    this.tenants = tenants;
    this.histories = histories;
    this.suspects = new Suspects(histories);
    this.names = names;
    this.findings = findings;
  }

  /**
   * A page of the list, {@value LotQuery#PAGE} lots.
   *
   * @param state one of the stages, {@code recalled}, {@code withdrawn}, or absent for all but
   *     those that were declared errors
   * @param place GLN of the commissioning
   * @param q part of the lot's, the product's or the place's name; of a lot's number the beginning
   *     where it has fewer than three characters
   * @param from commissioned at this time or later, ms since 1970
   * @param to commissioned before it
   * @param sort {@code newest} (default), {@code oldest}, {@code changed} or {@code number}
   * @param after the {@code next} of another answer
   * @param before its {@code previous}, or {@code end} for the last page
   */
  @GET
  public byte[] lots(
      @QueryParam("state") String state,
      @QueryParam("gtin") String gtin,
      @QueryParam("place") String place,
      @QueryParam("q") String q,
      @QueryParam("from") Long from,
      @QueryParam("to") Long to,
      @QueryParam("sort") String sort,
      @QueryParam("after") String after,
      @QueryParam("before") String before,
      @Context HttpServletRequest request) {
    String gln = sessions.required(request).organisation();
    LotQuery query = new LotQuery(state, gtin, place, q, from, to, sort, after, before);
    record Page(LotQuery.Found<Row> found, Long count) {}
    Page page =
        tenants.as(
            gln,
            view ->
                new Page(query.page(view, Row::of), query.fromEnd() ? query.count(view) : null));
    List<Row> shown = page.found.rows();
    TreeSet<String> commissioners = new TreeSet<>();
    shown.forEach(row -> commissioners.add(row.commissioner));
    Map<String, Json> known = names.of(commissioners);
    // Going forwards there is something before each page but the first, and the other way round
    boolean next = query.backwards() ? !query.fromEnd() : page.found.more();
    boolean previous = query.backwards() ? page.found.more() : !query.fromEnd();
    return Json.object(
            "count",
            page.count == null ? Json.Null.VALUE : Json.of(page.count),
            "lots",
            shown.stream().map(row -> row.json(known, gln)).toList(),
            "next",
            next && !shown.isEmpty()
                ? Json.of(shown.get(shown.size() - 1).cursor(query))
                : Json.Null.VALUE,
            "previous",
            previous && !shown.isEmpty() ? Json.of(shown.get(0).cursor(query)) : Json.Null.VALUE)
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
                        select l.*, d.body, w.body as place_body from seen_lot l
                        left join product p on p.gtin = l.gtin
                        left join document d on d.hash = p.document
                        left join place o on o.gln = l.place
                        left join document w on w.hash = o.document
                        where l.subject = ?
                        """,
                        Row::of,
                        subject))
            .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
    List<Standing> history = histories.standings(List.of(subject)).get(subject);
    TreeSet<String> actors = new TreeSet<>();
    if (row.commissioner != null) {
      actors.add(row.commissioner);
    }
    history.stream()
        .map(event -> event.event().actor())
        .filter(Objects::nonNull)
        .forEach(actors::add);
    Map<String, Json> known = names.of(actors);
    Map<String, String> devices = names.devices(gln, kids(history));
    Set<String> doubted = suspects.among(history);
    return Json.object(
            "events",
            history.stream().map(event -> event(event, known, devices, doubted)).toList(),
            "findings",
            row.withdrawn ? List.of() : findings.of(row.gtin, row.lot),
            "lot",
            row.json(known, gln))
        .canonical();
  }

  static Set<String> kids(List<Standing> history) {
    return history.stream().map(LotListResource::kid).collect(Collectors.toSet());
  }

  private static String kid(Standing standing) {
    return standing.event().jws().kid();
  }

  /**
   * @param known the names of organisations, by GLN
   * @param devices the names of one's own devices, by kid
   * @param doubted ids of events that a lost device may have signed
   */
  static Json event(
      Standing event, Map<String, Json> known, Map<String, String> devices, Set<String> doubted) {
    return Json.object(
        "actor",
        OrganisationNames.shown(event.event().actor(), known),
        "correctedBy",
        Answers.text(event.correctedBy()),
        "device",
        Answers.text(devices.get(kid(event))),
        "eventTime",
        event.event().eventTime(),
        "id",
        event.event().id(),
        "kind",
        event.event().kind(),
        "payload",
        event.event().payload(),
        "recordTime",
        event.recordTime(),
        "suspect",
        doubted.contains(event.event().id()));
  }

  private record Row(
      String subject,
      String gtin,
      String lot,
      String commissioner,
      Timestamp commissionedAt,
      Timestamp recalledSince,
      boolean withdrawn,
      long events,
      int stage,
      String lastKind,
      Json lastTime,
      Json product,
      Json place) {

    static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getString("subject"),
          row.getString("gtin"),
          row.getString("lot"),
          row.getString("commissioner"),
          row.getTimestamp("commissioned_at"),
          row.getTimestamp("recalled_since"),
          row.getBoolean("withdrawn"),
          row.getLong("events"),
          row.getInt("stage"),
          row.getString("last_kind"),
          Answers.number(row, "last_time"),
          OrganisationNames.name(row.getBytes("body")),
          OrganisationNames.name(row.getBytes("place_body")));
    }

    String cursor(LotQuery query) {
      return query.cursor(
          commissionedAt,
          lastTime instanceof Json.Num time ? time.longValue() : commissionedAt.getTime(),
          lot,
          subject);
    }

    Json json(Map<String, Json> known, String asker) {
      return Json.object(
          "commissionedAt",
          Answers.time(commissionedAt),
          "commissioner",
          OrganisationNames.shown(commissioner, known),
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
          "place",
          place,
          "product",
          product,
          "recalledSince",
          Answers.time(recalledSince),
          "state",
          recalledSince != null ? "recalled" : withdrawn ? LotQuery.WITHDRAWN : STAGES.get(stage));
    }
  }

  private static String subject(String gtin, String lot) {
    try {
      return Subject.of(Subject.Kind.LOT, gtin, lot).text();
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }
}
