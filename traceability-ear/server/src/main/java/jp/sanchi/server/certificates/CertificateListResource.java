package jp.sanchi.server.certificates;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.OrganisationRights;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.ledger.ParsedEvents;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Tenants;

/**
 * The certificates that who asks holds or has applied for, and for a certifier those of the schemes
 * that it is accredited for.
 */
@Path("certificates")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class CertificateListResource {
  private static final int MOST = 1000;

  private final Sessions sessions;
  private final Tenants tenants;
  private final CurrentState state;
  private final OrganisationNames names;
  private final ParsedEvents parsed;

  @Inject
  public CertificateListResource(
      Sessions sessions,
      Tenants tenants,
      CurrentState state,
      OrganisationNames names,
      ParsedEvents parsed) {
    this.sessions = sessions;
    this.tenants = tenants;
    this.state = state;
    this.names = names;
    this.parsed = parsed;
  }

  private record Row(
      String gdti,
      String scheme,
      String holder,
      String status,
      Json validFrom,
      Json validTo,
      List<String> parties) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getString("gdti"),
          row.getString("scheme"),
          row.getString("holder"),
          row.getString("status"),
          Answers.date(row.getDate("valid_from")),
          Answers.date(row.getDate("valid_to")),
          Arrays.asList((String[]) row.getArray("parties").getArray()));
    }

    String subject() {
      return Subject.of(Subject.Kind.CERTIFICATE, gdti).text();
    }
  }

  /** What only the events say: who granted it, null as long as nobody has; and for what. */
  private record Words(String certifier, String scope) {
    static final Words NONE = new Words(null, null);

    Words after(TraceEvent event) {
      boolean granted = event.kind().equals("certificate_granted");
      String own = event.text("sanchi:scope");
      return new Words(
          certifier == null && granted ? event.actor() : certifier, own == null ? scope : own);
    }
  }

  private Map<String, Words> words(Tenants.View view, List<Row> rows) {
    Map<String, Words> words = new HashMap<>();
    for (Map.Entry<String, String> one :
        view.rows(
            """
            select h.subject, e.jws from history h join event e on e.event_id = h.event_id
            where h.subject = any(?) and e.kind in ('certificate_applied', 'certificate_granted')
            order by h.subject, h.n
            """,
            row -> Map.entry(row.getString(1), row.getString(2)),
            rows.stream().map(Row::subject).toList())) {
      TraceEvent event = parsed.read(one.getValue());
      words.merge(one.getKey(), Words.NONE.after(event), (before, own) -> before.after(event));
    }
    return words;
  }

  private record Found(List<Row> rows, Map<String, Words> words) {
    Words of(Row row) {
      return words.getOrDefault(row.subject(), Words.NONE);
    }
  }

  /** By number, at most {@value #MOST}. */
  @GET
  public byte[] certificates(@Context HttpServletRequest request) {
    String gln = sessions.required(request).organisation();
    Found found =
        tenants.as(
            gln,
            schemes(state, gln),
            view -> {
              List<Row> rows =
                  view.rows(
                      """
                      select c.*, array(select p.gln from certificate_party p
                        where p.gdti = c.gdti order by 1) as parties
                      from seen_certificate c order by c.gdti limit ?
                      """,
                      Row::of,
                      MOST);
              return new Found(rows, words(view, rows));
            });
    List<Row> rows = found.rows;
    TreeSet<String> glns = new TreeSet<>();
    rows.forEach(row -> glns.addAll(row.parties));
    Map<String, Json> known = names.of(glns);
    return Json.object(
            "certificates",
            rows.stream()
                .map(
                    row ->
                        Json.object(
                            "certifier",
                            Answers.text(found.of(row).certifier),
                            "gdti",
                            row.gdti,
                            "holder",
                            Answers.text(row.holder),
                            "link",
                            DigitalLink.of(Gs1.Key.GDTI, row.gdti).canonical(),
                            "parties",
                            row.parties.stream()
                                .map(party -> Json.object("gln", party, "name", known.get(party)))
                                .toList(),
                            "scheme",
                            Answers.text(row.scheme),
                            "scope",
                            Answers.text(found.of(row).scope),
                            "status",
                            row.status,
                            "validFrom",
                            row.validFrom,
                            "validTo",
                            row.validTo))
                .toList())
        .canonical();
  }

  /** Those that the organisation may decide certificates of: none unless it is a certifier. */
  public static List<String> schemes(CurrentState state, String gln) {
    return state
        .organisation(gln)
        .filter(rights -> rights.roles().contains("certifier"))
        .map(OrganisationRights::accreditations)
        .orElse(List.of());
  }
}
