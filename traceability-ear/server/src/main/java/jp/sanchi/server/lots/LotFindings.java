package jp.sanchi.server.lots;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.history.Finding;
import jp.sanchi.kernel.history.Findings;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.proof.ColdChain;
import jp.sanchi.kernel.proof.Required;
import jp.sanchi.kernel.proof.Start;
import jp.sanchi.server.bundles.Histories;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Tenants;

/**
 * What customers' pages will say of lots: their office should know before they do. By the same rule
 * over the projection, without a statement: a hint, no proof.
 */
@Singleton
public class LotFindings {
  private static final int MOST_LOTS = 40;
  private static final int DAYS = 60;
  private static final int MOST_KEPT = 2_000;

  /** Rights, keys and certificates change without the lot. */
  private static final long KEPT_MS = 120_000;

  /** Other lines of the same list tell these. */
  private static final Set<String> TOLD_ELSEWHERE =
      Set.of("recalled", "certificate_revoked", "certificate_suspended");

  private final Histories histories;
  private final Ledger ledger;

  /** By subject; guarded by itself. */
  private final Map<String, Judged> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Judged> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private record Judged(long events, long at, List<Finding> findings) {}

  private record Lot(String subject, String gtin, String lot, long events, Json product) {}

  @Inject
  public LotFindings(Histories histories, Ledger ledger) {
    this.histories = histories;
    this.ledger = ledger;
  }

  /** Red and amber ones of the viewer's own lots that changed of late, the newest first. */
  public List<Json> ofOwn(Tenants.View view) {
    List<Lot> lots =
        view.rows(
            """
            select l.subject, l.gtin, l.lot, l.events, d.body
            from lot_listed r join lot l on l.subject = r.subject collate "default"
            left join product p on p.gtin = l.gtin
            left join document d on d.hash = p.document
            where r.gln = viewer() and l.commissioner = viewer() and r.state <> 'withdrawn'
              and r.changed_at > (extract(epoch from now()) * 1000)::bigint - ? * 86400000::bigint
            order by r.changed_at desc, r.subject limit ?
            """,
            row ->
                new Lot(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getLong(4),
                    OrganisationNames.name(row.getBytes(5))),
            DAYS,
            MOST_LOTS);
    List<Json> found = new ArrayList<>();
    for (Lot lot : lots) {
      for (Finding finding : kept(lot)) {
        if (isGrave(finding) && !TOLD_ELSEWHERE.contains(finding.code())) {
          found.add(
              json(finding)
                  .with("gtin", Json.of(lot.gtin))
                  .with("lot", Json.of(lot.lot))
                  .with("product", lot.product));
        }
      }
    }
    return found;
  }

  /** All that a customer would read of a lot, as {@code {code, event, severity}}. */
  List<Json> of(String gtin, String lot) {
    return judged(gtin, lot).stream()
        .filter(LotFindings::isGrave)
        .map(LotFindings::json)
        .map(Json.class::cast)
        .toList();
  }

  private static boolean isGrave(Finding finding) {
    return finding.audience() == Finding.Audience.SHOPPER
        && finding.severity() != Finding.Severity.NEUTRAL;
  }

  private static Json.Obj json(Finding finding) {
    return Json.object(
        "code",
        finding.code(),
        "event",
        finding.event() == null ? Json.Null.VALUE : Json.of(finding.event()),
        "severity",
        finding.severity().word());
  }

  private List<Finding> kept(Lot lot) {
    long now = System.currentTimeMillis();
    synchronized (kept) {
      Judged before = kept.get(lot.subject);
      if (before != null && before.events == lot.events && now - before.at < KEPT_MS) {
        return before.findings;
      }
    }
    List<Finding> findings = judged(lot.gtin, lot.lot);
    synchronized (kept) {
      kept.put(lot.subject, new Judged(lot.events, now, findings));
    }
    return findings;
  }

  private List<Finding> judged(String gtin, String lot) {
    Start start = Start.of(DigitalLink.lot(gtin, lot), ledger.consortium());
    Map<String, List<Recorded>> known = new HashMap<>();
    for (SortedSet<String> next = Required.next(start, known);
        !next.isEmpty();
        next = Required.next(start, known)) {
      known.putAll(histories.load(next));
    }
    return Findings.of(Required.of(start, known), null, ColdChain.NOT_CHECKED);
  }
}
