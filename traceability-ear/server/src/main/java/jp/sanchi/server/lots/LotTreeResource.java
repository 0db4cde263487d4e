package jp.sanchi.server.lots;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.bundles.Histories;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * What a lot was made of, what was made of it and where that went, as far as it concerns who asks.
 * Inputs are shown whole: every page of a package shows them. What became of the lot in other hands
 * is theirs; a recall's plan shows it to who may recall.
 */
@Path("lots")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class LotTreeResource {
  /** Edges each way; counts are of what is shown. */
  private static final int MOST_EDGES = 500;

  /** Units and runs of labels whose events are told along with the lot's. */
  private static final int MOST_TOLD = 40;

  /** Packages with records of their own that are counted. */
  private static final int MOST_PACKAGES = 2_000;

  private static final Map<String, String> LAST =
      Map.of("package_destroyed", "destroyed", "package_returned", "returned", "sold", "sold");

  private static final String BACK =
      """
      with recursive reached (subject, depth) as (
        select ?::text, 0
        union
        select f.source, r.depth + 1 from reached r join flow f on f.target = r.subject
        where f.source like 'lot/%' and r.depth < 8)
      select distinct f.source, f.target, f.kind
      from reached r join flow f on f.target = r.subject and f.source like 'lot/%'
      order by 1, 2, 3 limit ?
      """;

  private static final String FORTH =
      """
      with recursive reached (subject, depth) as (
        select ?::text, 0
        union
        select f.target, r.depth + 1 from reached r join flow f on f.source = r.subject
        where r.depth < 8 and f.target not like 'organisation/%' and (SEEN))
      select distinct f.source, f.target, f.kind
      from reached r join flow f on f.source = r.subject
        and (f.target like 'organisation/%' or (SEEN))
      order by 1, 2, 3 limit ?
      """
          // What concerns the viewer itself, or lies in a unit that does: a box on its pallet
          .replace(
              "SEEN",
              """
              exists (select from seen_subject u where u.subject = f.target)
              or exists (select from flow w join seen_subject u on u.subject = w.target
                where w.source = f.target and w.kind = 'packed_unit')""");

  private final Sessions sessions;
  private final Tenants tenants;
  private final Histories histories;
  private final Suspects suspects;
  private final OrganisationNames names;

  @Inject
  public LotTreeResource(
      Sessions sessions, Tenants tenants, Histories histories, OrganisationNames names) {
    this.sessions = sessions;
    this.tenants = tenants;
    this.histories = histories;
    this.suspects = new Suspects(histories);
    this.names = names;
  }

  private record Lot(String subject, Json product, String commissioner, boolean seen) {}

  private record Labels(String run, int first, int last) {}

  private record Unit(String subject, long packages) {}

  private record Tree(
      List<Edge> back,
      List<Edge> forth,
      List<Lot> lots,
      List<Unit> units,
      List<Labels> labels,
      List<String> packages) {}

  /** 404 if the lot is none of the asker's. */
  @GET
  @Path("{gtin}/{lot}/tree")
  public byte[] tree(
      @PathParam("gtin") String gtin,
      @PathParam("lot") String lot,
      @Context HttpServletRequest request) {
    String gln = sessions.required(request).organisation();
    String subject = subject(gtin, lot);
    Tree tree = tenants.as(gln, view -> tree(view, subject));
    Set<String> glns = new TreeSet<>();
    for (Edge edge : tree.forth) {
      if (edge.target().startsWith("organisation/")) {
        glns.add(edge.target().substring("organisation/".length()));
      }
    }
    Set<String> named = new TreeSet<>(glns);
    tree.lots.forEach(
        one -> {
          if (one.commissioner != null) {
            named.add(one.commissioner);
          }
        });
    List<Standing> journey = journey(subject, tree);
    journey.forEach(
        event -> {
          if (event.event().actor() != null) {
            named.add(event.event().actor());
          }
        });
    Map<String, Json> known = names.of(named);
    Map<String, String> devices = names.devices(gln, LotListResource.kids(journey));
    Set<String> doubted = suspects.among(journey);
    return Json.object(
            "back",
            tree.back.stream().map(Edge::json).toList(),
            "counts",
            Json.object(
                "labels",
                tree.labels.stream().mapToLong(one -> one.last - one.first + 1L).sum(),
                "organisations",
                glns.size(),
                "packages",
                packages(tree.packages, gln),
                "units",
                tree.units.size()),
            "forth",
            tree.forth.stream().map(Edge::json).toList(),
            "journey",
            journey.stream()
                .map(event -> LotListResource.event(event, known, devices, doubted))
                .toList(),
            "labels",
            tree.labels.stream()
                .map(one -> Json.object("first", one.first, "last", one.last, "run", run(one.run)))
                .toList(),
            "lots",
            tree.lots.stream().map(one -> lot(one, known)).toList(),
            "organisations",
            glns.stream().map(one -> Json.object("gln", one, "name", known.get(one))).toList(),
            "units",
            tree.units.stream()
                .map(one -> Json.object("packages", one.packages, "subject", one.subject))
                .toList(),
            "whole",
            tree.back.size() < MOST_EDGES && tree.forth.size() < MOST_EDGES)
        .canonical();
  }

  private static Tree tree(Tenants.View view, String subject) {
    if (view.row("select 1 from seen_lot where subject = ?", row -> 1, subject).isEmpty()) {
      throw Problem.of(Fault.NOT_FOUND);
    }
    List<Edge> back = edges(view, BACK, subject);
    List<Edge> forth = edges(view, FORTH, subject);
    Set<String> lots = new TreeSet<>();
    Set<String> units = new TreeSet<>();
    for (List<Edge> edges : List.of(back, forth)) {
      for (Edge edge : edges) {
        for (String one : List.of(edge.source(), edge.target())) {
          if (one.startsWith("lot/")) {
            lots.add(one);
          } else if (!one.startsWith("organisation/")) {
            units.add(one);
          }
        }
      }
    }
    lots.remove(subject);
    List<Lot> known =
        view.rows(
            """
            select l.subject, d.body, l.commissioner,
              exists (select from seen_lot s where s.subject = l.subject)
            from lot l left join product p on p.gtin = l.gtin
            left join document d on d.hash = p.document
            where l.subject = any(?) order by l.subject
            """,
            row ->
                new Lot(
                    row.getString(1),
                    OrganisationNames.name(row.getBytes(2)),
                    row.getString(3),
                    row.getBoolean(4)),
            lots);
    List<Unit> packed =
        view.rows(
            """
            select u, coalesce(
              (select sum(p.last - p.first + 1) from run_use p
                where p.use = 'packed' and (p.unit = u or p.unit in (
                  select f.source from flow f where f.target = u and f.kind = 'packed_unit'))), 0)
            from unnest(?::text[]) u order by u
            """,
            row -> new Unit(row.getString(1), row.getLong(2)),
            units);
    List<Labels> labels =
        view.rows(
            """
            select u.run, u.first, u.last from run_use u
            where u.lot = ? and u.use = 'bound' and u.run in (select subject from seen_run)
            order by u.run, u.first limit ?
            """,
            row -> new Labels(row.getString(1), row.getInt(2), row.getInt(3)),
            subject,
            MOST_EDGES);
    List<String> packages =
        view.rows(
            """
            select distinct h.subject from run_use u
            join seen_run r on r.subject = u.run
            join label_run l on l.root = r.root
            cross join generate_series(u.first, u.last) label
            join history h on h.subject = 'package/' || rtrim(translate(
              encode(substring(l.hashes from label * 32 + 1 for 32), 'base64'), '+/', '-_'), '=')
            where u.lot = ? and u.use = 'bound' limit ?
            """,
            row -> row.getString(1),
            subject,
            MOST_PACKAGES);
    return new Tree(back, forth, known, packed, labels, packages);
  }

  /** How the asker's own records left the lot's packages: what others did with theirs is theirs. */
  private Json packages(List<String> subjects, String gln) {
    Map<String, Long> left = new TreeMap<>();
    LAST.values().forEach(name -> left.put(name, 0L));
    for (List<Standing> history : histories.standings(new TreeSet<>(subjects)).values()) {
      history.stream()
          .filter(entry -> entry.live() && entry.event().row() != null)
          .filter(entry -> gln.equals(entry.event().actor()))
          .map(entry -> entry.event().kind())
          .filter(LAST::containsKey)
          .reduce((before, last) -> last)
          .ifPresent(last -> left.merge(LAST.get(last), 1L, Long::sum));
    }
    return Json.object(
        "destroyed",
        left.get("destroyed"),
        "returned",
        left.get("returned"),
        "sold",
        left.get("sold"));
  }

  private static List<Edge> edges(Tenants.View view, String sql, String subject) {
    return view.rows(sql, Edge::of, subject, MOST_EDGES);
  }

  /** What happened to the labels and units of the lot, each event once, by declared time. */
  private List<Standing> journey(String subject, Tree tree) {
    Set<String> told = new TreeSet<>();
    tree.units.stream().limit(MOST_TOLD).forEach(unit -> told.add(unit.subject));
    tree.labels.stream().limit(MOST_TOLD).forEach(labels -> told.add(labels.run));
    Map<String, Standing> events = new TreeMap<>();
    for (Map.Entry<String, List<Standing>> one : histories.standings(told).entrySet()) {
      for (Standing entry : one.getValue()) {
        if (entry.event().row() != null
            && (!one.getKey().startsWith("run/")
                || entry.event().subjectsOf("quantityList").contains(subject))) {
          events.put(entry.event().id(), entry);
        }
      }
    }
    List<Standing> ordered = new ArrayList<>(events.values());
    ordered.sort(
        Comparator.<Standing>comparingLong(entry -> entry.event().eventTime())
            .thenComparingLong(Standing::recordTime));
    return ordered;
  }

  private static Json lot(Lot lot, Map<String, Json> known) {
    List<String> values = Subject.parse(lot.subject).values();
    return Json.object(
        "commissioner",
        OrganisationNames.shown(lot.commissioner, known),
        "gtin",
        values.get(0),
        "lot",
        values.get(1),
        "product",
        lot.product,
        "seen",
        lot.seen,
        "subject",
        lot.subject);
  }

  private static String run(String subject) {
    return Subject.parse(subject).values().get(1);
  }

  private static String subject(String gtin, String lot) {
    try {
      return Subject.of(Subject.Kind.LOT, gtin, lot).text();
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }
}
