package jp.sanchi.server.office;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.proof.Reading;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.certificates.CertificateListResource;
import jp.sanchi.server.devices.Session;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.lots.LotFindings;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;
import jp.sanchi.server.platform.Words;
import jp.sanchi.server.recall.RecallPlans;

/** What waits for somebody of the organisation now. Each list is short: the pages have the rest. */
@Path("work")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class WorkResource {
  private static final int MOST = 50;
  private static final int WARNED_DAYS = 60;
  private static final int IDLE_DAYS = 30;

  /** A device that was registered should have spoken by then. */
  private static final int FIRST_WORD_MINUTES = 60;

  /** One that has spoken rests with its box, overnight as a rule. */
  private static final long SILENT_MS = 24 * 3_600_000L;

  private final Sessions sessions;
  private final Tenants tenants;
  private final CurrentState state;
  private final RecallPlans plans;
  private final Breaches breaches;
  private final LotFindings findings;

  @Inject
  public WorkResource(
      Sessions sessions,
      Tenants tenants,
      CurrentState state,
      RecallPlans plans,
      Breaches breaches,
      LotFindings findings) {
    this.sessions = sessions;
    this.tenants = tenants;
    this.state = state;
    this.plans = plans;
    this.breaches = breaches;
    this.findings = findings;
  }

  @GET
  public byte[] work(
      @HeaderParam(HttpHeaders.ACCEPT_LANGUAGE) String acceptLanguage,
      @Context HttpServletRequest request) {
    Session session = sessions.required(request);
    String gln = session.organisation();
    Words words = Words.in(acceptLanguage);
    List<String> schemes = CertificateListResource.schemes(state, gln);
    boolean endings = mayEndRecalls(gln);
    // Who may not confirm a recall should know all the same that one is waiting
    List<Json> waiting = plans.open(gln);
    Json.Obj work =
        tenants.as(
            gln,
            schemes,
            view ->
                Json.object(
                    "applications",
                    certificates(
                        view, "c.status = 'applied' and c.scheme = any (viewer_schemes())"),
                    "breaches",
                    breaches.of(view),
                    "certificates",
                    certificates(
                        view,
                        "c.status = 'granted' and c.holder in (select gln from seen_as)"
                            + " and c.valid_to < current_date + "
                            + WARNED_DAYS),
                    "endings",
                    endings ? endings(view) : List.of(),
                    "findings",
                    findings.ofOwn(view),
                    "idleLabels",
                    idleLabels(view),
                    "offers",
                    session.administrator() ? offers(view, gln) : List.of(),
                    "lostCertificates",
                    certificates(
                        view,
                        "c.status in ('revoked', 'suspended') and c.holder in (select gln from"
                            + " seen_as) and coalesce((select max(h.record_time) from history h"
                            + " where h.subject = 'certificate/' || c.gdti), 0)"
                            + " > (extract(epoch from now()) * 1000)::bigint - "
                            + WARNED_DAYS
                            + " * 86400000::bigint"),
                    "recalls",
                    recalls(view),
                    "refused",
                    refused(view, words),
                    "silent",
                    silent(view),
                    "unsent",
                    unsent(view)));
    return work.with("plans", Json.array(waiting.toArray())).canonical();
  }

  /** Somebody has seen to a refused event: it is not shown again. 404 if it is none of theirs. */
  @POST
  @Path("refused/{id}/seen")
  public void seen(@PathParam("id") String id, @Context HttpServletRequest request) {
    byte[] event;
    try {
      event = Base64Url.decode(id);
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
    int changed =
        tenants.as(
            sessions.required(request).organisation(),
            view ->
                view.change(
                    """
                    update refused_event set seen_at = now()
                    where event_id = ? and kid in (select kid from seen_device)
                    """,
                    event));
    if (changed == 0) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }

  private static List<Json> offers(Tenants.View view, String gln) {
    return view.rows(
        """
        select i.token_hash, i.name, i.device, i.kid, i.offered_at from invitation i
        where i.organisation = ? and i.kid is not null and i.refused_at is null
          and i.expires_at > now() and not exists (select from device d where d.kid = i.kid)
        order by i.offered_at limit ?
        """,
        row ->
            Json.object(
                "device",
                row.getString(3),
                "id",
                Base64Url.encode(row.getBytes(1)),
                "name",
                row.getString(2),
                "offeredAt",
                row.getTimestamp(5).getTime(),
                "shortCode",
                ShortCode.ofKey(Base64Url.decode(row.getString(4)))),
        gln,
        MOST);
  }

  private static List<Json> refused(Tenants.View view, Words words) {
    return view.rows(
        """
        select r.event_id, r.kid, r.reason, r.field, r.refused_at, r.jws, i.name
        from refused_event r
        join seen_device d on d.kid = r.kid
        left join invitation i on i.kid = r.kid and i.organisation = viewer()
        where r.refused_at > now() - interval '14 days' and r.seen_at is null
        order by r.number desc limit ?
        """,
        row ->
            Json.object(
                "field",
                Answers.text(row.getString(4)),
                "id",
                Base64Url.encode(row.getBytes(1)),
                "kind",
                Answers.text(kind(row.getString(6))),
                "name",
                Answers.text(row.getString(7)),
                "reason",
                row.getString(3),
                "payload",
                payload(row.getString(6)),
                "refusedAt",
                row.getTimestamp(5).getTime(),
                "sentence",
                words.sentence(row.getString(3)),
                "shortCode",
                ShortCode.ofKey(Base64Url.decode(row.getString(2)))),
        MOST);
  }

  private static String kind(String jws) {
    try {
      return TraceEvent.readAny(Jws.parse(jws)).kind();
    } catch (MalformedEvent e) {
      return null;
    }
  }

  /**
   * What somebody wanted to record, so that the office need not ask; null where nobody can read it.
   */
  private static Json payload(String jws) {
    try {
      return TraceEvent.readAny(Jws.parse(jws)).payload();
    } catch (MalformedEvent e) {
      return Json.Null.VALUE;
    }
  }

  private static List<Json> certificates(Tenants.View view, String which) {
    return view.rows(
        "select c.gdti, c.scheme, c.valid_to from seen_certificate c where "
            + which
            + " order by c.valid_to nulls first, c.gdti limit ?",
        row ->
            Json.object(
                "gdti",
                row.getString(1),
                "scheme",
                Answers.text(row.getString(2)),
                "validTo",
                Answers.date(row.getDate(3))),
        MOST);
  }

  private static List<Json> recalls(Tenants.View view) {
    return view.rows(
        """
        select distinct l.gtin, l.lot, l.recalled_since, d.body, l.commissioner = viewer()
        from seen_as s join lot_listed r on r.gln = s.gln and r.state = 'recalled'
        join lot l on l.subject = r.subject collate "default"
        left join product p on p.gtin = l.gtin
        left join document d on d.hash = p.document
        where l.recalled_since is not null order by l.recalled_since desc limit ?
        """,
        row -> recalled(row).with("own", Json.of(row.getBoolean(5))),
        MOST);
  }

  private static Json.Obj recalled(ResultSet row) throws SQLException {
    return Json.object(
        "gtin",
        row.getString(1),
        "link",
        DigitalLink.lot(row.getString(1), row.getString(2)).canonical(),
        "lot",
        row.getString(2),
        "product",
        OrganisationNames.name(row.getBytes(4)),
        "since",
        row.getTimestamp(3).getTime());
  }

  /** Whether the ledger takes the end of a recall from it: wire format, section 5. */
  private boolean mayEndRecalls(String gln) {
    return state
        .organisation(gln)
        .filter(
            rights ->
                rights.roles().contains("authority")
                    || (rights.roles().contains("inspector") && !rights.accreditations().isEmpty()))
        .isPresent();
  }

  /** Every recall in force: whoever may end one needs to find it. */
  private static List<Json> endings(Tenants.View view) {
    return view.rows(
        """
        select l.gtin, l.lot, l.recalled_since, d.body, l.commissioner from lot l
        left join product p on p.gtin = l.gtin
        left join document d on d.hash = p.document
        where l.recalled_since is not null order by l.recalled_since desc limit ?
        """,
        row -> recalled(row).with("commissioner", Answers.text(row.getString(5))),
        MOST);
  }

  /** Runs that were printed long ago and of which no label stands for a lot. */
  private static List<Json> idleLabels(Tenants.View view) {
    return view.rows(
        """
        select r.gtin, r.run, r.labels, h.record_time, d.body from seen_run r
        join history h on h.subject = r.subject and h.n = 1
        left join product p on p.gtin = r.gtin
        left join document d on d.hash = p.document
        where h.record_time < (extract(epoch from now()) * 1000)::bigint - ? * 86400000::bigint
          and not exists (
            select from run_use u where u.run = r.subject and u.use in ('bound', 'replaced'))
          and r.labels > (
            select coalesce(sum(u.last - u.first + 1), 0) from run_use u
            where u.run = r.subject and u.use = 'voided')
        order by h.record_time limit ?
        """,
        row ->
            Json.object(
                "gtin",
                row.getString(1),
                "labels",
                row.getLong(3),
                "printedAt",
                row.getLong(4),
                "product",
                OrganisationNames.name(row.getBytes(5)),
                "run",
                row.getString(2)),
        IDLE_DAYS,
        MOST);
  }

  /**
   * Devices in cold boxes of which nothing has come for a day, or nothing ever. Those that have
   * been still for {@value #IDLE_DAYS} days are out of use.
   */
  private static List<Json> silent(Tenants.View view) {
    return view
        .rows(
            """
        select s.id, s.name, s.box, r.leaf from sensor s
        left join lateral (
          select r.leaf, r.day from reading r where r.device = s.id
          order by r.day desc, r.seq desc limit 1) r on true
        where s.organisation = viewer() and s.revoked_at is null
          and s.made_at < now() - ? * interval '1 minute'
          and coalesce(r.day, s.made_at::date) > current_date - ?
        order by s.name, s.id
        """,
            Silent::of,
            FIRST_WORD_MINUTES,
            IDLE_DAYS)
        .stream()
        .filter(one -> one.last == null || one.last < System.currentTimeMillis() - SILENT_MS)
        .limit(MOST)
        .map(Silent::json)
        .toList();
  }

  private record Silent(String id, String name, String box, Long last) {
    static Silent of(ResultSet row) throws SQLException {
      byte[] leaf = row.getBytes(4);
      return new Silent(
          row.getString(1),
          row.getString(2),
          row.getString(3),
          leaf == null ? null : Reading.read(leaf).timeMs());
    }

    Json json() {
      return Json.object(
          "box",
          box,
          "id",
          id,
          "lastTime",
          last == null ? Json.Null.VALUE : Json.of(last),
          "name",
          name);
    }
  }

  /**
   * Keys of whose numbered events some are missing: they lie on the device still, or were refused
   * there.
   */
  private static List<Json> unsent(Tenants.View view) {
    return view.rows(
        """
        select d.kid, d.last_time, i.name,
          d.last_seq + 1 - d.events - (select count(*) from refused_event r
            where r.kid = d.kid and (r.seq is null or r.seq <= d.last_seq))
        from seen_device d
        left join invitation i on i.kid = d.kid and i.organisation = viewer()
        where d.revoked_at is null and not d.administrator and d.events is not null
          and d.last_seq + 1 - d.events
            > (select count(*) from refused_event r
              where r.kid = d.kid and (r.seq is null or r.seq <= d.last_seq))
        order by d.last_time limit ?
        """,
        row ->
            Json.object(
                "kid",
                row.getString(1),
                "lastTime",
                row.getLong(2),
                "missing",
                row.getLong(4),
                "name",
                Answers.text(row.getString(3)),
                "shortCode",
                ShortCode.ofKey(Base64Url.decode(row.getString(1)))),
        MOST);
  }
}
