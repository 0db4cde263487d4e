package jp.sanchi.server.office;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.capture.EventsResource;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.ledger.CommittedTransaction;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.ledger.ParsedEvents;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * Single events as they lie on the ledger, for those whom they concern; what concerns everybody
 * (organisations, their keys, the consortium) for everybody who is logged in.
 */
@Path("ledger")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class ExplorerResource {
  private static final int PAGE = 100;
  private static final int MOST_KNOWN = 1_000;
  private static final int MOST_KNOWN_BYTES = 256 * 1024;

  /** Certificates whose events the list without a subject holds. */
  private static final int MOST_CERTIFICATES = 1_000;

  /** Histories that every bundle may carry to any shopper. */
  private static final Set<String> OPEN =
      Set.of("organisation", "key", "consortium", "certificate", "product");

  private static final String SEEN =
      """
      select 1 where split_part(?, '/', 1) = any(?)
        or exists (select from seen_subject where subject = ?)
        or exists (select from seen_lot where subject = ?)
      """;

  private final Sessions sessions;
  private final Tenants tenants;
  private final Ledger ledger;
  private final ParsedEvents parsed;
  private final OrganisationNames names;

  @Inject
  public ExplorerResource(
      Sessions sessions,
      Tenants tenants,
      Ledger ledger,
      ParsedEvents parsed,
      OrganisationNames names) {
    this.sessions = sessions;
    this.tenants = tenants;
    this.ledger = ledger;
    this.parsed = parsed;
    this.names = names;
  }

  private record Row(String jws, long block, long recordTime) {}

  /**
   * The newest events of a subject, at most {@value #PAGE}; without one, of everything that is the
   * organisation's own doing, and of itself, its keys and its certificates. 404 for a subject that
   * does not concern who asks.
   */
  @GET
  @Path("events")
  public byte[] events(@QueryParam("subject") String subject, @Context HttpServletRequest request) {
    String gln = sessions.required(request).organisation();
    long since = System.currentTimeMillis() - 30L * 86_400_000;
    List<Row> rows =
        tenants.as(
            gln,
            view -> {
              if (subject == null) {
                return view.rows(
                    """
                    select e.jws, e.block, e.record_time from event e
                    where e.event_id in (
                      (select h.event_id from concern c
                        join history h on h.subject = c.subject
                        where c.gln = viewer() and h.record_time > ?
                        order by h.record_time desc limit 1000)
                      union
                      (select h.event_id from unnest(?::text[]) s
                        join history h on h.subject = s
                        where h.record_time > ?
                        order by h.record_time desc limit 1000))
                    order by e.block desc, e.event_id limit ?
                    """,
                    ExplorerResource::row,
                    since,
                    itself(view, gln),
                    since,
                    PAGE);
              }
              readable(view, Set.of(canonical(subject)));
              return view.rows(
                  """
                  select e.jws, e.block, e.record_time from history h
                  join event e on e.event_id = h.event_id
                  where h.subject = ? order by h.n desc limit ?
                  """,
                  ExplorerResource::row,
                  subject,
                  PAGE);
            });
    Set<String> named = new TreeSet<>();
    for (Row row : rows) {
      TraceEvent event = parsed.read(row.jws);
      Stream.of(event.actor(), about(event)).filter(Objects::nonNull).forEach(named::add);
    }
    Map<String, Json> known = names.of(named);
    return Json.object("events", rows.stream().map(row -> summary(row, known)).toList())
        .canonical();
  }

  /**
   * Which of these subjects have a history that who asks may read.
   *
   * @param body {@code {"subjects":[…]}}, canonical, at most {@value #MOST_KNOWN}
   */
  @POST
  @Path("known")
  @Consumes(MediaType.APPLICATION_JSON)
  public byte[] known(InputStream body, @Context HttpServletRequest request) throws IOException {
    String gln = sessions.required(request).organisation();
    List<String> subjects = new ArrayList<>();
    if (Body.json(body, MOST_KNOWN_BYTES, 4) instanceof Json.Obj asked
        && asked.get("subjects") instanceof Json.Arr all
        && all.size() <= MOST_KNOWN) {
      for (Json one : all.items()) {
        if (!(one instanceof Json.Text text)) {
          throw Problem.of(Fault.REQUEST_MALFORMED, "subjects");
        }
        subjects.add(canonical(text.value()));
      }
    } else {
      throw Problem.of(Fault.REQUEST_MALFORMED, "subjects");
    }
    List<Json> known =
        tenants.as(
            gln,
            view ->
                view.rows(
                    """
                    select s from unnest(?::text[]) s
                    where exists (select from history h where h.subject = s)
                      and (split_part(s, '/', 1) = any(?)
                        or exists (select from seen_subject c where c.subject = s)
                        or exists (select from seen_lot l where l.subject = s))
                    """,
                    row -> Json.of(row.getString(1)),
                    subjects,
                    OPEN));
    return Json.object("known", known).canonical();
  }

  /** 404 for one that is not on the ledger yet, or does not concern who asks. */
  @GET
  @Path("events/{id}")
  public byte[] event(@PathParam("id") String id, @Context HttpServletRequest request) {
    String gln = sessions.required(request).organisation();
    byte[] eventId = EventsResource.eventId(id);
    record Found(Row row, Json subjects, String deviceName) {}
    Found found =
        tenants.as(
            gln,
            view -> {
              Row row =
                  view.row(
                          "select jws, block, record_time from event where event_id = ?",
                          ExplorerResource::row,
                          eventId)
                      .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
              TraceEvent event = parsed.read(row.jws);
              List<String> subjects = event.row() == null ? List.of() : event.subjects();
              boolean own =
                  view.row(
                          "select 1 from seen_as where gln = any(?)",
                          one -> 1,
                          Stream.of(event.organisation(), event.actor())
                              .filter(Objects::nonNull)
                              .toList())
                      .isPresent();
              if (!own) {
                readable(view, subjects);
              }
              List<Json> places =
                  view.rows(
                      """
                      select h.subject, h.n, h.head from unnest(?::text[]) s
                      join history h on h.subject = s and h.event_id = ?
                      order by 1
                      """,
                      one ->
                          Json.object(
                              "head",
                              Base64Url.encode(one.getBytes(3)),
                              "n",
                              one.getLong(2),
                              "subject",
                              one.getString(1)),
                      subjects,
                      eventId);
              String name =
                  view.row(
                          "select i.name from invitation i where i.kid = ?"
                              + " and i.organisation = viewer()",
                          one -> one.getString(1),
                          event.jws().kid())
                      .orElse(null);
              return new Found(row, Json.array(places.toArray()), name);
            });
    TraceEvent event = parsed.read(found.row.jws);
    Set<String> named = new TreeSet<>();
    Stream.of(event.actor(), event.organisation(), about(event))
        .filter(Objects::nonNull)
        .forEach(named::add);
    Map<String, Json> known = names.of(named);
    byte[] block = ledger.block(found.row.block);
    CommittedTransaction transaction =
        block == null ? null : CommittedTransaction.of(block, found.row.jws);
    return ((Json.Obj) summary(found.row, known))
        .with("device", Answers.text(found.deviceName))
        .with("jws", Json.of(found.row.jws))
        .with("kid", Json.of(event.jws().kid()))
        .with("seq", Json.of(event.jws().seq()))
        .with("shortCode", Json.of(ShortCode.ofKey(Base64Url.decode(event.jws().kid()))))
        .with("subjects", found.subjects)
        .with("transaction", transaction == null ? Json.Null.VALUE : json(transaction))
        .canonical();
  }

  /** The organisation's own history, those of its keys and those of its certificates. */
  private static List<String> itself(Tenants.View view, String gln) {
    List<String> subjects = new ArrayList<>();
    subjects.add("organisation/" + gln);
    subjects.addAll(view.rows("select 'key/' || kid from seen_device", row -> row.getString(1)));
    view.rows(
            "select gdti from certificate_party where gln = viewer() limit ?",
            row -> row.getString(1),
            MOST_CERTIFICATES)
        .forEach(gdti -> subjects.add(Subject.of(Subject.Kind.CERTIFICATE, gdti).text()));
    return subjects;
  }

  /** The organisation that an administrative event is about, where that is said; or null. */
  private static String about(TraceEvent event) {
    String gln = event.text("sanchi:gln");
    return gln != null ? gln : event.text("sanchi:agent");
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(row.getString(1), row.getLong(2), row.getLong(3));
  }

  /** One of the subjects must concern who asks; 404 else. */
  private static void readable(Tenants.View view, Iterable<String> subjects) {
    for (String subject : subjects) {
      if (view.row(SEEN, row -> 1, subject, OPEN, subject, subject).isPresent()) {
        return;
      }
    }
    throw Problem.of(Fault.NOT_FOUND);
  }

  private Json summary(Row row, Map<String, Json> known) {
    TraceEvent event = parsed.read(row.jws);
    return Json.object(
        "about",
        OrganisationNames.shown(about(event), known),
        "actor",
        OrganisationNames.shown(event.actor(), known),
        "block",
        row.block,
        "corrects",
        Answers.text(event.row() != null && event.declaresError() ? event.corrects() : null),
        "eventTime",
        event.eventTime(),
        "id",
        event.id(),
        "kind",
        event.kind(),
        "member",
        Answers.text(event.member()),
        "payload",
        event.payload(),
        "recordTime",
        row.recordTime);
  }

  private static Json json(CommittedTransaction transaction) {
    HexFormat hex = HexFormat.of();
    return Json.object(
        "channel",
        transaction.channel(),
        "creator",
        transaction.creator(),
        "dataHash",
        hex.formatHex(transaction.dataHash()),
        "endorsers",
        transaction.endorsers().stream()
            .map(one -> Json.object("certificate", one.certificate(), "mspId", one.mspId()))
            .toList(),
        "hash",
        hex.formatHex(transaction.hash()),
        "header",
        hex.formatHex(transaction.header()),
        "id",
        transaction.id(),
        "ordererSignatures",
        transaction.ordererSignatures(),
        "previousHash",
        hex.formatHex(transaction.previousHash()));
  }

  private static String canonical(String subject) {
    try {
      return Subject.parse(subject).text();
    } catch (MalformedEvent e) {
      throw Problem.ofParameter(e, "subject");
    }
  }
}
