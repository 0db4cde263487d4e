package jp.sanchi.kernel.proof;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Standing;

/**
 * What the boxes measured while the units were in them, against the limits that the main lots were
 * commissioned with (wire format, section 8). A pure function of verified readings.
 */
public final class ColdChain {
  /** What is there before, or without, the readings: nothing that could be told. */
  public static final ColdChain NOT_CHECKED = new ColdChain(false, List.of());

  /** So long a reading stands for what is. */
  public static final long HOLDS_MS = 15 * 60_000L;

  private static final long MINUTE = 60_000L;
  private static final long A_CENTURY = 60_000_000L; // in minutes; no way is longer
  private static final String TEMPERATURE = "temperature";

  /** What has limits, in the order in which it is told. */
  public static final List<String> MEASURES = List.of(TEMPERATURE, "humidity");

  private final boolean told;
  private final List<Way> ways;

  private ColdChain(boolean told, List<Way> ways) {
    this.told = told;
    this.ways = List.copyOf(ways);
  }

  /** A window's event with its verified readings. */
  record Measured(TraceEvent window, List<Reading> readings) {}

  /**
   * Readings in order of time, and when the last of them stops to stand: where others are missing,
   * nobody knows what came after the window.
   */
  private record Series(List<Reading> readings, long end) {}

  /**
   * The least and the greatest value that windows without readings state.
   *
   * @param low in hundredths
   * @param high in hundredths
   */
  public record Stated(long low, long high) {
    private Stated and(Stated other) {
      return new Stated(Math.min(low, other.low), Math.max(high, other.high));
    }
  }

  /**
   * The narrowest of the lots' limits on one measure.
   *
   * @param minimum null for none
   * @param maximum null for none
   */
  public record Limit(Json.Num minimum, Json.Num maximum, long allowedMinutes) {
    // Doubles: the nearest of a decimal of at most 15 digits is its own, so nothing is lost
    boolean excludes(long scaled) {
      double value = scaled / 100.0;
      return minimum != null && value < Double.parseDouble(minimum.text())
          || maximum != null && value > Double.parseDouble(maximum.text());
    }

    /** Whether all values of a range are too low, or all too high. */
    boolean excludesAll(Stated range) {
      return minimum != null && range.high() / 100.0 < Double.parseDouble(minimum.text())
          || maximum != null && range.low() / 100.0 > Double.parseDouble(maximum.text());
    }

    private Limit and(Limit other) {
      return new Limit(
          minimum == null || other.minimum != null && other.minimum.compareTo(minimum) > 0
              ? other.minimum
              : minimum,
          maximum == null || other.maximum != null && other.maximum.compareTo(maximum) < 0
              ? other.maximum
              : maximum,
          Math.min(allowedMinutes, other.allowedMinutes));
    }
  }

  /**
   * One value and how long it stands.
   *
   * @param from ms since 1970
   * @param to ms since 1970; it does not belong to it
   * @param value in hundredths
   */
  public record Held(long from, long to, long value) {}

  /**
   * A unit's time in boxes, by itself and inside of others.
   *
   * @param carriedMs how long it was in boxes, until now
   * @param measuredMs how much of it a temperature stands for
   * @param limits by measure ({@code temperature}, {@code humidity})
   * @param outsideMs by measure, how long a value was outside of its limit
   * @param held by measure, then by device, ascending in time, within the carriages; only where
   *     something was measured
   * @param missing how many windows of its boxes have no readings here; then the times above are
   *     the least that they can be
   * @param windows how many its boxes have
   * @param stated by measure, what those of them say that lie within a carriage
   */
  public record Way(
      String unit,
      long carriedMs,
      long measuredMs,
      Map<String, Limit> limits,
      Map<String, Long> outsideMs,
      Map<String, List<List<Held>>> held,
      int missing,
      int windows,
      Map<String, Stated> stated) {
    /** How much of it nobody measured. */
    public long notMeasuredMs() {
      return carriedMs - measuredMs;
    }

    /** Whether a measure was outside of its limit for longer than is allowed. */
    public boolean exceeds(String measure) {
      Limit limit = limits.get(measure);
      return limit != null
          && (outsideMs.get(measure) > Math.min(limit.allowedMinutes(), A_CENTURY) * MINUTE
              || limit.allowedMinutes() == 0 && leaves(measure));
    }

    /** Whether a measure was ever outside of its limit, as far as is known. */
    public boolean leaves(String measure) {
      Limit limit = limits.get(measure);
      Stated said = stated.get(measure);
      return limit != null
          && (outsideMs.get(measure) > 0
              || said != null && (limit.excludes(said.low()) || limit.excludes(said.high())));
    }
  }

  /**
   * Whether there is anything to tell: readings, or nothing that could have any. Otherwise all of
   * them are yet to come.
   */
  public boolean told() {
    return told;
  }

  /** Of each unit that was in a box, ascending by unit; units that others are inside of aside. */
  public List<Way> ways() {
    return ways;
  }

  /**
   * Computes.
   *
   * @param without the windows whose readings are not here
   * @param now the statement's time, ms since 1970
   */
  static ColdChain of(
      Required required, List<Measured> measured, List<TraceEvent> without, long now) {
    Map<String, List<TraceEvent>> missing = new HashMap<>();
    without.forEach(
        window -> missing.computeIfAbsent(box(window), none -> new ArrayList<>()).add(window));
    Map<String, Integer> windows = new HashMap<>();
    without.forEach(window -> windows.merge(box(window), 1, Integer::sum));
    Map<String, Map<String, Series>> boxes = new HashMap<>();
    for (Measured one : measured) {
      String box = box(one.window());
      windows.merge(box, 1, Integer::sum);
      boolean whole = !missing.containsKey(box);
      Map<String, Series> devices = boxes.computeIfAbsent(box, none -> new TreeMap<>());
      for (Reading reading : one.readings()) {
        devices
            .computeIfAbsent(
                whole ? reading.device() : reading.device() + " " + one.window().id(),
                none -> new Series(new ArrayList<>(), whole ? Long.MAX_VALUE : end(one.window())))
            .readings()
            .add(reading);
      }
    }
    boxes
        .values()
        .forEach(devices -> devices.values().forEach(series -> series.readings().sort(BY_TIME)));
    Map<String, Limit> limits =
        limits(required.mainLots().stream().map(required::history).toList());
    List<Way> ways = new ArrayList<>();
    for (String unit : required.innerUnits()) {
      SortedSet<String> around = required.around(unit);
      List<Required.Carriage> carriages =
          required.carriages().stream()
              .filter(carriage -> around.contains(carriage.unit()) && carriage.from() < now)
              .toList();
      if (!carriages.isEmpty()) {
        ways.add(way(unit, carriages, boxes, windows, missing, limits, now));
      }
    }
    return new ColdChain(without.isEmpty() || !measured.isEmpty(), ways);
  }

  /** Of a window: each is of one box. */
  private static String box(TraceEvent window) {
    return window.subjects().stream()
        .filter(subject -> subject.startsWith("box/"))
        .findFirst()
        .orElseThrow()
        .split("/", -1)[1];
  }

  private static long begin(TraceEvent window) {
    return IsoTime.parse(window.text("sanchi:from"));
  }

  private static long end(TraceEvent window) {
    return IsoTime.parse(window.text("sanchi:to"));
  }

  /** What a window states of a measure, or null. */
  private static Stated stated(TraceEvent window, String measure) {
    String type = measure.equals(TEMPERATURE) ? "Temperature" : "RelativeHumidity";
    return window.payload().array("sensorElementList").items().stream()
        .flatMap(element -> ((Json.Obj) element).array("sensorReport").items().stream())
        .map(Json.Obj.class::cast)
        .filter(report -> report.text("type").equals(type))
        .map(
            report ->
                new Stated(
                    hundredths(report.number("minValue")), hundredths(report.number("maxValue"))))
        .reduce(Stated::and)
        .orElse(null);
  }

  private static long hundredths(Json.Num value) {
    return Math.round(Double.parseDouble(value.text()) * 100);
  }

  private static final Comparator<Reading> BY_TIME =
      Comparator.comparingLong(Reading::timeMs).thenComparingLong(Reading::seq);

  /**
   * The narrowest limits that these lots were commissioned with, by measure.
   *
   * @param histories of the lots; only confirmed events count
   */
  public static Map<String, Limit> limits(Collection<List<Standing>> histories) {
    Map<String, Limit> limits = new TreeMap<>();
    for (List<Standing> history : histories) {
      for (Standing entry : history) {
        // What was said first holds: a later word, or a correction, can only make it narrower
        if (entry.commissions()
            && entry.confirmed()
            && entry.event().payload().has("sanchi:limits")) {
          for (Json one : entry.event().payload().array("sanchi:limits").items()) {
            Json.Obj limit = (Json.Obj) one;
            if (MEASURES.contains(limit.text("sanchi:measure"))) {
              limits.merge(
                  limit.text("sanchi:measure"),
                  new Limit(
                      limit.has("sanchi:minimum") ? limit.number("sanchi:minimum") : null,
                      limit.has("sanchi:maximum") ? limit.number("sanchi:maximum") : null,
                      limit.integer("sanchi:allowedMinutes")),
                  Limit::and);
            }
          }
        }
      }
    }
    return limits;
  }

  /** The code of one of the {@link #MEASURES} in {@link Reading#values}. */
  public static int code(String measure) {
    return MEASURES.indexOf(measure) + 1;
  }

  /**
   * How long the values of one measure were outside of the limit.
   *
   * @param devices of one box, each one's readings ascending in time
   * @param from ms since 1970
   * @param to ms since 1970; it does not belong to it
   * @return ms
   */
  public static long outsideMs(
      Collection<List<Reading>> devices, String measure, Limit limit, long from, long to) {
    List<Span> outside = new ArrayList<>();
    for (List<Reading> readings : devices) {
      held(readings, code(measure), new Span(from, to)).stream()
          .filter(one -> limit.excludes(one.value()))
          .forEach(one -> outside.add(new Span(one.from(), one.to())));
    }
    return Span.union(outside);
  }

  private static Way way(
      String unit,
      List<Required.Carriage> carriages,
      Map<String, Map<String, Series>> boxes,
      Map<String, Integer> windows,
      Map<String, List<TraceEvent>> missing,
      Map<String, Limit> limits,
      long now) {
    Set<String> without = new HashSet<>();
    Map<String, Stated> stated = new TreeMap<>();
    List<Span> carried = new ArrayList<>();
    List<Span> measured = new ArrayList<>();
    Map<String, List<Span>> outside = new TreeMap<>();
    limits.keySet().forEach(measure -> outside.put(measure, new ArrayList<>()));
    Map<String, List<List<Held>>> measures = new TreeMap<>();
    for (Required.Carriage carriage : carriages) {
      Span within = new Span(carriage.from(), Math.min(carriage.to(), now));
      carried.add(within);
      for (TraceEvent window : missing.getOrDefault(carriage.box(), List.of())) {
        without.add(window.id());
        boolean whole = begin(window) >= within.from() && end(window) < within.to();
        for (String measure : MEASURES) {
          Stated said = stated(window, measure);
          Limit limit = limits.get(measure);
          if (said != null && whole) {
            stated.merge(measure, said, Stated::and);
          }
          if (said != null && limit != null && limit.excludesAll(said)) {
            outside
                .get(measure)
                .add(
                    new Span(
                        Math.max(begin(window), within.from()),
                        Math.min(end(window), within.to())));
          }
        }
      }
      for (Series series : boxes.getOrDefault(carriage.box(), Map.of()).values()) {
        Span known = new Span(within.from(), Math.min(within.to(), series.end()));
        for (String measure : MEASURES) {
          List<Held> held = held(series.readings(), code(measure), known);
          if (held.isEmpty()) {
            continue;
          }
          measures.computeIfAbsent(measure, none -> new ArrayList<>()).add(held);
          if (measure.equals(TEMPERATURE)) {
            held.forEach(one -> measured.add(new Span(one.from(), one.to())));
          }
          Limit limit = limits.get(measure);
          if (limit != null) {
            held.stream()
                .filter(one -> limit.excludes(one.value()))
                .forEach(one -> outside.get(measure).add(new Span(one.from(), one.to())));
          }
        }
      }
    }
    Map<String, Long> outsideMs = new TreeMap<>();
    outside.forEach((measure, spans) -> outsideMs.put(measure, Span.union(spans)));
    return new Way(
        unit,
        Span.union(carried),
        Span.union(measured),
        limits,
        outsideMs,
        measures,
        without.size(),
        carriages.stream()
            .map(Required.Carriage::box)
            .distinct()
            .mapToInt(box -> windows.getOrDefault(box, 0))
            .sum(),
        stated);
  }

  /** Each value until the device's next one, at most {@link #HOLDS_MS}; cut to the carriage. */
  private static List<Held> held(List<Reading> readings, int code, Span within) {
    List<Reading> having =
        readings.stream().filter(reading -> reading.values().containsKey(code)).toList();
    List<Held> held = new ArrayList<>();
    for (int i = 0; i < having.size(); i++) {
      Reading reading = having.get(i);
      long end = reading.timeMs() + HOLDS_MS;
      if (i + 1 < having.size()) {
        end = Math.min(end, having.get(i + 1).timeMs());
      }
      long from = Math.max(reading.timeMs(), within.from());
      long to = Math.min(end, within.to());
      if (from < to) {
        held.add(new Held(from, to, reading.values().get(code)));
      }
    }
    return held;
  }

  private record Span(long from, long to) {
    /** How long any of them lasts. */
    static long union(List<Span> spans) {
      var ordered = new TreeSet<>(Comparator.comparingLong(Span::from).thenComparing(Span::to));
      ordered.addAll(spans);
      long total = 0;
      long end = Long.MIN_VALUE;
      for (Span span : ordered) {
        long from = Math.max(span.from, end);
        if (span.to > from) {
          total += span.to - from;
        }
        end = Math.max(end, span.to);
      }
      return total;
    }
  }
}
