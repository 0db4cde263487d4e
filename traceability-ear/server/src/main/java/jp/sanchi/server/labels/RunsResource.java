package jp.sanchi.server.labels;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Tenants;

/** Runs of labels that who asks has printed, and what became of their numbers. */
@Path("runs")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class RunsResource {
  private static final int MOST = 200;

  private final Sessions sessions;
  private final Tenants tenants;

  @Inject
  public RunsResource(Sessions sessions, Tenants tenants) {
    this.sessions = sessions;
    this.tenants = tenants;
  }

  private record Run(
      String subject, String gtin, String run, int labels, long printedAt, Json product) {}

  /** Newest first, at most {@value #MOST}. */
  @GET
  public byte[] runs(@Context HttpServletRequest request) {
    return tenants.as(
        sessions.required(request).organisation(),
        view -> {
          List<Run> runs =
              view.rows(
                  """
                  select r.subject, r.gtin, r.run, r.labels, h.record_time, d.body from seen_run r
                  join history h on h.subject = r.subject and h.n = 1
                  left join product p on p.gtin = r.gtin
                  left join document d on d.hash = p.document
                  order by h.record_time desc, r.subject limit ?
                  """,
                  row ->
                      new Run(
                          row.getString(1),
                          row.getString(2),
                          row.getString(3),
                          row.getInt(4),
                          row.getLong(5),
                          OrganisationNames.name(row.getBytes(6))),
                  MOST);
          Map<String, List<Json>> uses = uses(view, runs);
          return Json.object(
                  "runs",
                  runs.stream()
                      .map(
                          run ->
                              Json.object(
                                  "firstCode",
                                  ShortCode.ofLabel(run.gtin, run.run, 0).text(),
                                  "gtin",
                                  run.gtin,
                                  "labels",
                                  run.labels,
                                  "lastCode",
                                  ShortCode.ofLabel(run.gtin, run.run, run.labels - 1).text(),
                                  "printedAt",
                                  run.printedAt,
                                  "product",
                                  run.product,
                                  "run",
                                  run.run,
                                  "uses",
                                  uses.getOrDefault(run.subject, List.of())))
                      .toList())
              .canonical();
        });
  }

  private static Map<String, List<Json>> uses(Tenants.View view, List<Run> runs) {
    Map<String, List<Json>> uses = new TreeMap<>();
    view.rows(
        "select run, use, first, last, lot, unit from run_use where run = any(?) order by first",
        row ->
            uses.computeIfAbsent(row.getString(1), none -> new ArrayList<>())
                .add(
                    Json.object(
                        "first",
                        row.getInt(3),
                        "last",
                        row.getInt(4),
                        "lot",
                        Answers.text(lot(row.getString(5))),
                        "unit",
                        Answers.text(row.getString(6)),
                        "use",
                        row.getString(2))),
        runs.stream().map(Run::subject).toList());
    return uses;
  }

  private static String lot(String subject) {
    if (subject == null) {
      return null;
    }
    List<String> values = Subject.parse(subject).values();
    return DigitalLink.lot(values.get(0), values.get(1)).canonical();
  }
}
