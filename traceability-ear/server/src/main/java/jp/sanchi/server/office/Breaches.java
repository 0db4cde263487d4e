package jp.sanchi.server.office;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.kernel.proof.ColdChain;
import jp.sanchi.kernel.proof.Reading;
import jp.sanchi.server.bundles.Histories;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Tenants;

/**
 * Units that are in a cold box now and have been outside of what their lots were registered with.
 * Readings count as soon as they are here, signed or not yet: somebody can still do something. No
 * verdict rests on it.
 */
@Singleton
class Breaches {
  private static final long UNDER_WAY_MS = 72 * 3_600_000L;
  private static final long MINUTE = 60_000L;
  private static final int MOST_UNITS = 200;
  private static final int MOST_READINGS = 50_000;
  private static final Set<String> ENDS =
      Set.of("unloaded", "unpacked", "received", "loaded", "packed", "packed_lot", "packed_unit");

  // Of two that are said to have happened at once, the later one in the history
  private static final Comparator<Standing> BY_TIME =
      Comparator.<Standing>comparingLong(entry -> entry.event().eventTime())
          .thenComparingInt(Standing::number);

  private final Histories histories;
  private final Clock clock;

  @Inject
  Breaches(Histories histories) {
    this(histories, Clock.systemUTC());
  }

  Breaches(Histories histories, Clock clock) {
    this.histories = histories;
    this.clock = clock;
  }

  private record Carriage(String unit, String box, long from) {}

  private record Inside(String unit, String lot, Json product) {}

  /** The longest outside first. */
  List<Json> of(Tenants.View view) {
    long now = clock.millis();
    List<Carriage> open = open(view, now);
    if (open.isEmpty()) {
      return List.of();
    }
    Map<String, List<Inside>> contents =
        contents(view, open.stream().map(Carriage::unit).toList()).stream()
            .collect(Collectors.groupingBy(Inside::unit));
    Set<String> lots = new TreeSet<>();
    contents.values().forEach(all -> all.forEach(inside -> lots.add(inside.lot)));
    Map<String, List<Standing>> known = histories.standings(lots);
    Map<String, Map<String, List<Reading>>> boxes = new TreeMap<>();
    record Breach(long outsideMs, Json json) {}
    List<Breach> breaches = new ArrayList<>();
    for (Carriage carriage : open) {
      List<Inside> inside = contents.getOrDefault(carriage.unit, List.of());
      Map<String, ColdChain.Limit> limits =
          ColdChain.limits(inside.stream().map(one -> known.get(one.lot)).toList());
      if (limits.isEmpty()) {
        continue;
      }
      Collection<List<Reading>> readings =
          boxes
              .computeIfAbsent(carriage.box, box -> readings(view, box, earliest(open, box)))
              .values();
      limits.forEach(
          (measure, limit) -> {
            long outside = ColdChain.outsideMs(readings, measure, limit, carriage.from, now);
            if (outside > 0) {
              breaches.add(
                  new Breach(outside, json(carriage, inside, measure, limit, outside, readings)));
            }
          });
    }
    breaches.sort(Comparator.comparingLong(Breach::outsideMs).reversed());
    return breaches.stream().map(Breach::json).toList();
  }

  private static long earliest(List<Carriage> open, String box) {
    return open.stream()
        .filter(carriage -> carriage.box.equals(box))
        .mapToLong(Carriage::from)
        .min()
        .orElseThrow();
  }

  private List<Carriage> open(Tenants.View view, long now) {
    List<String> units =
        view.rows(
            """
            select distinct l.unit from loading l
            where l.record_time > ? and l.unit in (select subject from seen_subject) limit ?
            """,
            row -> row.getString(1),
            now - UNDER_WAY_MS,
            MOST_UNITS);
    List<Carriage> open = new ArrayList<>();
    histories
        .standings(units)
        .forEach(
            (unit, history) ->
                history.stream()
                    .filter(entry -> entry.live() && ENDS.contains(entry.event().kind()))
                    .max(BY_TIME)
                    .filter(last -> last.is("loaded"))
                    .ifPresent(
                        last ->
                            open.add(
                                new Carriage(
                                    unit,
                                    last.event().text("parentID"),
                                    last.event().eventTime()))));
    return open;
  }

  private static List<Inside> contents(Tenants.View view, List<String> units) {
    return view.rows(
        """
        with within (unit, inner_unit) as (
          select u, u from unnest(?::text[]) u
          union select f.target, f.source from flow f
          where f.target = any(?::text[]) and f.kind = 'packed_unit')
        select distinct w.unit, f.source, d.body
        from within w
        join flow f on f.target = w.inner_unit and f.kind in ('packed', 'packed_lot')
        join lot l on l.subject = f.source
        left join product p on p.gtin = l.gtin
        left join document d on d.hash = p.document
        """,
        row ->
            new Inside(row.getString(1), row.getString(2), OrganisationNames.name(row.getBytes(3))),
        units,
        units);
  }

  private static Map<String, List<Reading>> readings(Tenants.View view, String box, long from) {
    Map<String, List<Reading>> devices = new TreeMap<>();
    for (Reading reading :
        view.rows(
            """
            select r.leaf from reading r join sensor s on s.id = r.device
            where s.box = ? and r.day >= ?::date order by r.day desc, r.seq desc limit ?
            """,
            row -> Reading.read(row.getBytes(1)),
            box,
            Instant.ofEpochMilli(from - ColdChain.HOLDS_MS)
                .atOffset(ZoneOffset.UTC)
                .toLocalDate()
                .toString(),
            MOST_READINGS)) {
      devices.computeIfAbsent(reading.device(), none -> new ArrayList<>()).add(reading);
    }
    devices
        .values()
        .forEach(
            list ->
                list.sort(
                    Comparator.comparingLong(Reading::timeMs).thenComparingLong(Reading::seq)));
    return devices;
  }

  private static Json json(
      Carriage carriage,
      List<Inside> inside,
      String measure,
      ColdChain.Limit limit,
      long outsideMs,
      Collection<List<Reading>> devices) {
    Reading last =
        devices.stream()
            .flatMap(List::stream)
            .filter(reading -> reading.values().containsKey(ColdChain.code(measure)))
            .max(Comparator.comparingLong(Reading::timeMs))
            .orElseThrow();
    return Json.object(
        "allowedMinutes",
        limit.allowedMinutes(),
        "box",
        carriage.box,
        "exceeded",
        outsideMs > limit.allowedMinutes() * MINUTE,
        "lastTime",
        last.timeMs(),
        "lastValue",
        last.values().get(ColdChain.code(measure)),
        "lots",
        inside.stream().map(Breaches::lot).toList(),
        "maximum",
        limit.maximum() == null ? Json.Null.VALUE : limit.maximum(),
        "measure",
        measure,
        "minimum",
        limit.minimum() == null ? Json.Null.VALUE : limit.minimum(),
        "minutes",
        (outsideMs + MINUTE / 2) / MINUTE,
        "since",
        carriage.from,
        "unit",
        Answers.text(Subject.parse(carriage.unit).values().get(0)));
  }

  private static Json lot(Inside inside) {
    List<String> values = Subject.parse(inside.lot).values();
    return Json.object("gtin", values.get(0), "lot", values.get(1), "product", inside.product);
  }
}
