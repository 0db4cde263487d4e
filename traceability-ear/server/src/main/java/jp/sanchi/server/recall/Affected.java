package jp.sanchi.server.recall;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Timestamp;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.lots.Edge;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * What a lot went into: other lots, labels, units, and whose hands those came to. It crosses
 * organisations, so only who may recall the lot sees it.
 */
@Singleton
public class Affected {
  /** Rows of the tree; a recall of more is decided by the counts. */
  private static final int MOST = 5000;

  private static final String REACHED =
      """
      with recursive reached (subject) as (
        select ?::text
        union
        select f.target from reached r join flow f on f.source = r.subject
        where f.target not like 'organisation/%')
      """;

  private final Tenants tenants;
  private final CurrentState state;
  private final OrganisationNames names;

  @Inject
  public Affected(Tenants tenants, CurrentState state, OrganisationNames names) {
    this.tenants = tenants;
    this.state = state;
    this.names = names;
  }

  private record Lot(
      String subject, byte[] product, String commissioner, Timestamp recalledSince, long labels) {}

  /**
   * 404 for a lot that was never commissioned; 403 unless the asker commissioned it or is an
   * authority.
   */
  Json.Obj of(String lot, String gln) {
    return tenants.as(
        gln,
        view -> {
          String commissioner =
              view.row(
                      "select commissioner from lot where subject = ?",
                      row -> row.getString(1),
                      lot)
                  .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
          if (!mayRecall(view, commissioner, gln)) {
            throw Problem.refused(403, Reason.NOT_THE_COMMISSIONER);
          }
          return tree(view, lot);
        });
  }

  private boolean mayRecall(Tenants.View view, String commissioner, String gln) {
    return view.row("select 1 from seen_as where gln = ?", row -> 1, commissioner).isPresent()
        || state
            .organisation(gln)
            .filter(rights -> rights.roles().contains("authority"))
            .isPresent();
  }

  private Json.Obj tree(Tenants.View view, String lot) {
    List<Edge> edges =
        view.rows(
            REACHED
                + """
                select distinct f.source, f.target, f.kind from reached r
                join flow f on f.source = r.subject order by 1, 2, 3 limit ?
                """,
            Edge::of,
            lot,
            MOST + 1);
    boolean whole = edges.size() <= MOST;
    Set<String> lots = new TreeSet<>(Set.of(lot));
    Set<String> units = new TreeSet<>();
    Set<String> glns = new LinkedHashSet<>();
    for (Edge edge : edges) {
      for (String subject : List.of(edge.source(), edge.target())) {
        switch (subject.substring(0, subject.indexOf('/'))) {
          case "lot" -> lots.add(subject);
          case "organisation" -> glns.add(subject.substring("organisation/".length()));
          default -> units.add(subject);
        }
      }
    }
    List<Lot> known =
        view.rows(
            """
            select l.subject, d.body, l.commissioner, l.recalled_since,
              (select coalesce(sum(u.last - u.first + 1), 0) from run_use u
                where u.lot = l.subject and u.use = 'bound')
            from lot l
            left join product p on p.gtin = l.gtin
            left join document d on d.hash = p.document
            where l.subject = any(?) order by l.subject
            """,
            row ->
                new Lot(
                    row.getString(1),
                    row.getBytes(2),
                    row.getString(3),
                    row.getTimestamp(4),
                    row.getLong(5)),
            lots);
    Map<String, Long> packages = new TreeMap<>();
    for (Map.Entry<String, Long> one :
        view.rows(
            """
            select unit, sum(last - first + 1) from run_use
            where use = 'packed' and unit = any(?) group by unit
            """,
            row -> Map.entry(row.getString(1), row.getLong(2)),
            units)) {
      packages.put(one.getKey(), one.getValue());
    }
    Set<String> named = new TreeSet<>(glns);
    known.stream().map(Lot::commissioner).filter(Objects::nonNull).forEach(named::add);
    Map<String, Json> called = names.of(named);
    Map<String, Json> reached = names.contacts(glns);
    return Json.object(
        "counts",
        Json.object(
            "labels",
            known.stream().mapToLong(Lot::labels).sum(),
            "lots",
            lots.size(),
            "organisations",
            glns.size(),
            "units",
            units.size()),
        "edges",
        edges.stream().limit(MOST).map(Edge::json).toList(),
        "lots",
        known.stream().map(one -> shown(one, called)).toList(),
        "organisations",
        glns.stream()
            .map(
                gln ->
                    Json.object("contact", reached.get(gln), "gln", gln, "name", called.get(gln)))
            .toList(),
        "start",
        lot,
        "units",
        units.stream()
            .map(unit -> Json.object("packages", packages.getOrDefault(unit, 0L), "subject", unit))
            .toList(),
        "whole",
        whole);
  }

  private static Json shown(Lot lot, Map<String, Json> called) {
    List<String> values = Subject.parse(lot.subject).values();
    return Json.object(
        "commissioner",
        OrganisationNames.shown(lot.commissioner, called),
        "gtin",
        values.get(0),
        "labels",
        lot.labels,
        "lot",
        values.get(1),
        "product",
        OrganisationNames.name(lot.product),
        "recalledSince",
        Answers.time(lot.recalledSince),
        "subject",
        lot.subject);
  }
}
