package jp.sanchi.server.scan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.history.Standing;

/**
 * What is likely done next with a thing, by what was done: suggestions for large buttons, not
 * rules. Kinds for which the organisation has no role never stand among them.
 */
final class NextSteps {
  private static final int MOST = 4;
  private static final Set<String> FIELD_WORK =
      Set.of("sowing", "planting", "fertilising", "weeding", "irrigating", "pest_control");

  private final Collection<String> roles;
  private final List<String> steps = new ArrayList<>();

  private NextSteps(Collection<String> roles) {
    this.roles = roles;
  }

  /**
   * @param history of the lot, whole
   */
  static List<String> ofLot(Collection<String> roles, List<Standing> history) {
    Set<String> done = kinds(history);
    NextSteps next = new NextSteps(roles);
    if (history.stream().noneMatch(event -> event.live() && event.commissions())) {
      next.add("lot_commissioned");
    }
    if (done.contains("recalled")) {
      return next.add("lot_destroyed", "lot_inspected").chosen();
    }
    next.add("lot_inspected");
    boolean harvested = done.contains("harvested");
    String goods = LotFacts.of(history, roles).goods();
    boolean plants = !LotFacts.FISH.equals(goods);
    boolean fish = !LotFacts.PLANTS.equals(goods);
    if (!harvested) {
      if (plants && done.stream().noneMatch(FIELD_WORK::contains)) {
        next.add("sowing");
      }
      if (fish && !done.contains("stocking")) {
        next.add("stocking");
      }
      next.add("harvested");
      if (fish) {
        next.add("feeding");
      }
      if (plants) {
        next.add("fertilising", "weeding", "irrigating", "soil_test");
      }
    }
    if (done.contains("stocking") && !done.contains("slaughtered")) {
      next.add("slaughtered");
    }
    if (harvested && !done.contains("cooled")) {
      next.add("cooled");
    }
    if (harvested && !done.contains("graded")) {
      next.add("graded");
    }
    return next.add("packed_lot", "cooled", "graded").chosen();
  }

  /**
   * @param history of the unit and of those that it stands in: what changed its custody
   * @param organisation who asks
   * @param recalled whether something in it is
   */
  static List<String> ofUnit(
      Collection<String> roles, List<Standing> history, String organisation, boolean recalled) {
    if (recalled) {
      return new NextSteps(roles).add("returned", "unit_destroyed").chosen();
    }
    Standing last = null;
    for (Standing event : history) {
      if (event.live() && event.event().row() != null && event.event().row().custody()) {
        last = event;
      }
    }
    NextSteps next = new NextSteps(roles);
    if (last == null) {
      return next.add("packed_lot", "received", "loaded").chosen();
    }
    return switch (last.event().kind()) {
      case "loaded" -> next.add("unloaded", "received").chosen();
      case "unloaded" -> next.add("received", "shipped", "loaded").chosen();
      case "shipped", "returned" ->
          last.event().parties("destinationList").contains(organisation)
              ? next.add("received", "loaded").chosen()
              : next.add("loaded", "received").chosen();
      case "received" -> next.add("unpacked", "shipped", "loaded", "returned").chosen();
      case "unpacked", "unit_destroyed", "unit_decommissioned" -> next.add("packed_lot").chosen();
      default -> next.add("shipped", "loaded", "packed_unit", "unpacked").chosen();
    };
  }

  /**
   * @param history of the package, whole
   * @param bound whether its label stands for a lot
   * @param packed whether it lies in a crate
   * @param recalled whether its lot is
   */
  static List<String> ofPackage(
      Collection<String> roles,
      List<Standing> history,
      boolean bound,
      boolean packed,
      boolean recalled) {
    NextSteps next = new NextSteps(roles);
    if (!bound) {
      return next.add("labels_bound", "labels_voided").chosen();
    }
    if (recalled || kinds(history).contains("sold")) {
      return next.add("package_returned", "package_destroyed").chosen();
    }
    // Who has just made it puts it into a crate; a shop sells it
    if (!packed && !roles.contains("retailer")) {
      next.add("packed");
    }
    next.add("sold");
    return (packed ? next : next.add("packed")).add("package_destroyed").chosen();
  }

  static List<String> ofBox(Collection<String> roles) {
    return new NextSteps(roles).add("loaded", "unloaded").chosen();
  }

  static List<String> ofPlace(Collection<String> roles) {
    return new NextSteps(roles).add("place_inspected").chosen();
  }

  private NextSteps add(String... kinds) {
    for (String kind : kinds) {
      if (!steps.contains(kind) && Kinds.row(kind).roles().stream().anyMatch(roles::contains)) {
        steps.add(kind);
      }
    }
    return this;
  }

  private List<String> chosen() {
    return steps.stream().limit(MOST).toList();
  }

  private static Set<String> kinds(List<Standing> history) {
    boolean recalled = false;
    for (Standing event : history) {
      recalled = event.is("recalled") || (recalled && !event.is("recall_ended"));
    }
    Stream<String> kinds =
        history.stream()
            .filter(Standing::live)
            .map(event -> event.event().kind())
            .filter(kind -> !kind.equals("recalled"));
    return Stream.concat(kinds, recalled ? Stream.of("recalled") : Stream.empty())
        .collect(Collectors.toSet());
  }
}
