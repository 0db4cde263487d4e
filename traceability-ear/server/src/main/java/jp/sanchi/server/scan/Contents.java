package jp.sanchi.server.scan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.server.bundles.Histories;

/** What lies in a unit, directly and in the units within it, by live records. */
final class Contents {
  /** A pallet holds crates, and a container pallets. */
  private static final int DEPTH = 4;

  private static final int MOST_UNITS = 500;

  /** Of one lot. Labels that stand for several lots of one packing are counted with the first. */
  static final class Held {
    private long packages;
    private BigDecimal kilograms = BigDecimal.ZERO;
    private boolean direct;

    long packages() {
      return packages;
    }

    /** Null where nobody weighed it. */
    Json kilograms() {
      return kilograms.signum() == 0
          ? Json.Null.VALUE
          : new Json.Num(kilograms.stripTrailingZeros().toPlainString());
    }

    /** Whether it lies in the unit itself, in no other one within it. */
    boolean direct() {
      return direct;
    }
  }

  private final Map<String, Held> lots = new LinkedHashMap<>();
  private final Set<String> units = new LinkedHashSet<>();

  private Contents() {}

  /** By lot. */
  Map<String, Held> lots() {
    return lots;
  }

  /** The units within it, at any depth. */
  Set<String> units() {
    return units;
  }

  /**
   * @param own history of the unit, whole
   */
  static Contents of(String unit, List<Standing> own, Histories histories) {
    Contents contents = new Contents();
    Map<String, List<Standing>> level = Map.of(unit, own);
    for (int depth = 0; depth < DEPTH && !level.isEmpty(); depth++) {
      Set<String> next = new LinkedHashSet<>();
      for (Map.Entry<String, List<Standing>> one : level.entrySet()) {
        next.addAll(contents.put(one.getKey(), one.getValue(), depth == 0));
      }
      next.remove(unit);
      next.removeAll(contents.units);
      contents.units.addAll(next);
      if (contents.units.size() > MOST_UNITS) {
        break;
      }
      level = histories.standings(next);
    }
    return contents;
  }

  /** Counts what lies in a unit itself; the units in it, which are not counted yet. */
  private Collection<String> put(String unit, List<Standing> history, boolean direct) {
    Map<String, Held> held = new LinkedHashMap<>();
    Set<String> children = new LinkedHashSet<>();
    for (Standing standing : history) {
      TraceEvent event = standing.event();
      if (!standing.live() || !event.units("parentID").contains(unit)) {
        continue;
      }
      if (standing.is("packed", "packed_lot")) {
        pack(event, held);
      } else if (standing.is("packed_unit")) {
        children.addAll(event.units("childEPCs"));
      } else if (standing.is("unpacked")) {
        List<String> out = event.units("childEPCs");
        children.removeAll(out);
        if (out.isEmpty()) {
          children.clear();
          held.clear();
        }
      }
    }
    held.forEach(
        (lot, one) -> {
          Held sum = lots.computeIfAbsent(lot, key -> new Held());
          sum.packages += one.packages;
          sum.kilograms = sum.kilograms.add(one.kilograms);
          sum.direct |= direct;
        });
    return children;
  }

  private static void pack(TraceEvent event, Map<String, Held> held) {
    List<String> packed = event.lots("childQuantityList");
    for (String lot : packed) {
      held.computeIfAbsent(lot, key -> new Held());
    }
    Held first = held.get(packed.get(0));
    for (TraceEvent.Labels range : event.labels("sanchi:packages")) {
      first.packages += range.last() - range.first() + 1;
    }
    List<Json> elements = event.payload().array("childQuantityList").items();
    for (int i = 0; i < elements.size() && i < packed.size(); i++) {
      if (elements.get(i) instanceof Json.Obj element
          && element.has("uom")
          && element.text("uom").equals("KGM")
          && element.get("quantity") instanceof Json.Num quantity) {
        Held of = held.get(packed.get(i));
        of.kilograms = of.kilograms.add(quantity.decimal());
      }
    }
  }

  /** The unit that it stands in now, or null. */
  static String parent(String unit, List<Standing> history) {
    String parent = null;
    for (Standing standing : history) {
      TraceEvent event = standing.event();
      if (!standing.live()) {
        continue;
      }
      if (standing.is("packed_unit") && event.units("childEPCs").contains(unit)) {
        parent = event.units("parentID").get(0);
      } else if (parent != null
          && standing.is("unpacked")
          && event.units("parentID").contains(parent)
          && (event.units("childEPCs").isEmpty() || event.units("childEPCs").contains(unit))) {
        parent = null;
      }
    }
    return parent;
  }

  /** Every live record of custody over a unit and over those that it stands in, as it happened. */
  static List<Standing> custody(String unit, List<Standing> own, Histories histories) {
    TreeMap<Long, List<Standing>> byTime = new TreeMap<>();
    String at = unit;
    List<Standing> history = own;
    for (int depth = 0; at != null && depth < DEPTH; depth++) {
      for (Standing standing : history) {
        if (standing.live() && standing.event().row() != null && standing.event().row().custody()) {
          byTime.computeIfAbsent(standing.recordTime(), key -> new ArrayList<>()).add(standing);
        }
      }
      at = parent(at, history);
      history = at == null ? List.of() : histories.standings(List.of(at)).get(at);
    }
    return byTime.values().stream().flatMap(List::stream).toList();
  }
}
