package jp.sanchi.kernel.proof;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.history.Rights;
import jp.sanchi.kernel.history.Standing;

/**
 * The closure: which histories an answer about one subject needs, computed from signed bytes alone
 * (wire format, section 7), and what it finds on the way: the lots, units and box days, and which
 * events are confirmed. A pure function of the start and of the histories that are known; one that
 * is not known counts as empty, so a server loads, asks {@link #next}, and repeats until it is
 * empty.
 */
public final class Required {
  /** From this many histories on nothing more is followed. */
  public static final int MOST_SUBJECTS = 2000;

  /** From this many events on nothing more is followed. */
  public static final int MOST_EVENTS = 20_000;

  private static final long DAY = 86_400_000L;
  private static final long CARRIAGE_MS = 3 * DAY;
  private static final int MOST_BOX_DAYS = 31;
  private static final long LAST_DAY = IsoTime.startOfDay("2099-12-31");
  private static final String[] PACKING = {"packed", "packed_lot", "packed_unit"};

  private final Start start;
  private final Map<String, List<Recorded>> known;
  private final Rights rights;
  private final SortedSet<String> subjects = new TreeSet<>();
  private final SortedSet<String> mainLots = new TreeSet<>();
  private final SortedSet<String> inputLots = new TreeSet<>();
  private final SortedSet<String> units = new TreeSet<>();
  private final SortedSet<String> boxDays = new TreeSet<>();
  private final List<Carriage> carriages = new ArrayList<>();
  private final Map<String, Set<String>> holders = new HashMap<>();
  private final Map<String, List<Standing>> plain = new HashMap<>();
  private final Map<String, List<Standing>> standings = new HashMap<>();

  /**
   * Walks as far as the known histories lead.
   *
   * @param known by subject, each whole and in ledger order; others than those of the closure do no
   *     harm
   */
  public static Required of(Start start, Map<String, List<Recorded>> known) {
    return new Required(start, known);
  }

  /**
   * Which further histories are needed, ascending; empty when the closure is complete or its limits
   * are reached. An early round may name a subject that a later one has no use for: what belongs
   * into a bundle is {@link #histories}.
   */
  public static SortedSet<String> next(Start start, Map<String, List<Recorded>> known) {
    Required required = new Required(start, known);
    SortedSet<String> next = new TreeSet<>();
    if (!required.reachesLimits()) {
      int room = MOST_SUBJECTS - required.histories().size();
      required.subjects.stream().filter(s -> !known.containsKey(s)).limit(room).forEach(next::add);
    }
    return next;
  }

  private Required(Start start, Map<String, List<Recorded>> known) {
    this.start = start;
    this.known = known;
    this.rights = new Rights(start.consortium(), known);
    subjects.add("consortium/" + start.consortium());
    subjects.add(start.subject().text());
    fromStart();
    Set<String> packages = start.label() == null ? Set.of() : Set.of(start.subject().text());
    lots();
    unitsAndHolders();
    confirmPackages(packages);
    places(packages);
    carriage(packages);
    signers();
  }

  private void fromStart() {
    String subject = start.subject().text();
    switch (start.subject().kind()) {
      case PACKAGE -> {
        subjects.add("product/" + start.gtin());
        if (start.run() != null) {
          subjects.add(start.run());
          Standing binding = binding();
          if (binding != null) {
            mainLots.addAll(binding.event().lots("quantityList"));
          }
          for (Standing entry : plain(start.run())) {
            if (entry.live() && entry.is("packed") && packsLabel(entry.event())) {
              units.addAll(entry.event().units("parentID"));
            }
          }
        }
      }
      case LOT -> mainLots.add(subject);
      default -> {
        units.add(subject);
        for (Standing entry : plain(subject)) {
          if (entry.live()
              && entry.is("packed", "packed_lot")
              && entry.event().units("parentID").contains(subject)) {
            mainLots.addAll(entry.event().lots("childQuantityList"));
          }
        }
      }
    }
  }

  private boolean packsLabel(TraceEvent packed) {
    for (TraceEvent.Labels labels : packed.labels("sanchi:packages")) {
      if (labels.run().equals(start.run())
          && labels.first() <= start.serial().number()
          && start.serial().number() <= labels.last()) {
        return true;
      }
    }
    return false;
  }

  private void lots() {
    Deque<String> open = new ArrayDeque<>(mainLots);
    while (!open.isEmpty()) {
      String lot = open.remove();
      if (standings.containsKey(lot)) {
        continue;
      }
      subjects.add(lot);
      subjects.add("product/" + lot.split("/", -1)[1]);
      Standing first = firstCommissioning(lot);
      holders.put(lot, first == null ? Set.of() : Set.of(first.event().actor()));
      confirm(lot, every -> true);
      for (Standing entry : history(lot)) {
        if (!entry.counts() || entry.event().row() == null) {
          continue;
        }
        TraceEvent event = entry.event();
        subjects.addAll(event.claimedCertificates());
        Set<String> inputs = new LinkedHashSet<>(event.lots("sanchi:inputs"));
        if (event.lots("outputQuantityList").contains(lot)) {
          inputs.addAll(event.lots("inputQuantityList"));
        }
        for (String input : inputs) {
          if (!mainLots.contains(input) && inputLots.add(input)) {
            open.add(input);
          }
        }
        if (mainLots.contains(lot) && entry.is("packed_lot")) {
          units.addAll(event.units("parentID"));
        }
      }
    }
  }

  // Who holds a unit decides which packings of it into a parent count, and the parent's holders are
  // the unit's holders too: both grow together until neither does.
  private void unitsAndHolders() {
    boolean grows = true;
    while (grows) {
      grows = false;
      for (String unit : List.copyOf(units)) {
        Set<String> held = holders.computeIfAbsent(unit, none -> new HashSet<>());
        for (Standing entry : plain(unit)) {
          TraceEvent event = entry.event();
          if (!entry.live() || event.row() == null) {
            continue;
          }
          boolean parent = event.units("parentID").contains(unit);
          if (parent && entry.is(PACKING)) {
            grows |= held.add(event.actor());
          }
          if (entry.is("shipped", "returned") && held.contains(event.actor())) {
            grows |= held.addAll(event.parties("destinationList"));
          }
          if (!parent && entry.is("packed_unit") && confirmed(held, entry)) {
            for (String pallet : event.units("parentID")) {
              grows |= units.add(pallet);
              if (held.contains(event.actor())) {
                grows |= held.addAll(holders.getOrDefault(pallet, Set.of()));
              }
            }
          }
        }
      }
    }
    subjects.addAll(units);
    for (String unit : units) {
      confirm(unit, entry -> entry.event().row().custody());
    }
  }

  private void confirmPackages(Set<String> packages) {
    Set<String> held = new HashSet<>();
    if (start.run() != null && printing() != null) {
      held.add(printing().event().actor());
    }
    units.forEach(unit -> held.addAll(holders.get(unit)));
    for (String subject : packages) {
      holders.put(subject, held);
      confirm(subject, entry -> entry.event().row().custody());
    }
  }

  private void confirm(String subject, Predicate<Standing> judged) {
    standings.put(
        subject,
        Standing.confirming(
            plain(subject),
            entry ->
                entry.event().row() == null
                    || !judged.test(entry)
                    || confirmed(holders.get(subject), entry)));
  }

  private boolean confirmed(Set<String> held, Standing entry) {
    return held.contains(entry.event().actor())
        || rights.oversees(entry.event().organisation(), entry.recordTime());
  }

  // A way that is drawn with a place left out would be a lie
  private void places(Set<String> packages) {
    for (Set<String> subjectsOnTheWay : List.of(mainLots, inputLots, units, packages)) {
      for (String subject : subjectsOnTheWay) {
        for (Standing entry : history(subject)) {
          if (entry.counts() && entry.event().row() != null) {
            subjects.addAll(entry.event().subjectsOf("readPoint"));
          }
        }
      }
    }
  }

  private void carriage(Set<String> packages) {
    for (String unit : units) {
      List<Standing> counting =
          history(unit).stream()
              .filter(entry -> entry.counts() && entry.event().row() != null)
              .toList();
      for (Standing loading : counting) {
        if (loading.is("loaded")) {
          boxDays(unit, loading, carriageEnd(loading, counting, packages));
        }
      }
    }
    subjects.addAll(boxDays);
  }

  private long carriageEnd(Standing loading, List<Standing> counting, Set<String> packages) {
    long begin = loading.event().eventTime();
    String box = loading.event().box("parentID");
    long latest = begin;
    long end = Long.MAX_VALUE;
    for (Standing entry : counting) {
      long time = entry.event().eventTime();
      latest = Math.max(latest, time);
      boolean ends =
          entry.is("unpacked", "received", "loaded")
              || entry.is(PACKING)
              || entry.is("unloaded") && box.equals(entry.event().box("parentID"));
      if (ends && entry != loading && time >= begin) {
        end = Math.min(end, time);
      }
    }
    for (String subject : packages) {
      for (Standing entry : history(subject)) {
        if (entry.counts() && entry.is("sold") && entry.event().eventTime() >= begin) {
          end = Math.min(end, entry.event().eventTime());
        }
      }
    }
    return end == Long.MAX_VALUE ? latest + CARRIAGE_MS : end;
  }

  private void boxDays(String unit, Standing loading, long end) {
    String box = loading.event().box("parentID");
    long from = loading.event().eventTime();
    long day = from / DAY * DAY;
    for (int i = 0; i < MOST_BOX_DAYS && day <= end && day <= LAST_DAY; i++) {
      boxDays.add("box/" + box + "/" + IsoTime.date(day));
      day += DAY;
    }
    carriages.add(new Carriage(unit, box, from, Math.min(end, day)));
  }

  private void signers() {
    Deque<String> open = new ArrayDeque<>(subjects);
    while (!open.isEmpty()) {
      String subject = open.remove();
      Set<String> needed = new LinkedHashSet<>();
      for (Recorded entry : known.getOrDefault(subject, List.of())) {
        TraceEvent event = entry.event();
        if (event.organisation() != null) {
          needed.add("key/" + event.jws().kid());
          needed.add("organisation/" + event.organisation());
          if (event.jws().typ().equals(Jws.TRACE)) {
            needed.add("organisation/" + event.actor());
          }
        }
        if (event.row() != null && event.kind().equals("device_enrolled")) {
          needed.add("organisation/" + event.text("sanchi:gln"));
        }
      }
      for (String one : needed) {
        if (subjects.add(one)) {
          open.add(one);
        }
      }
    }
  }

  /** What was asked. */
  public Start start() {
    return start;
  }

  /** What the organisations were allowed to do, and when. */
  public Rights rights() {
    return rights;
  }

  /** Every subject of the closure, known or not. */
  public SortedSet<String> subjects() {
    return Collections.unmodifiableSortedSet(subjects);
  }

  /** The known histories of the closure: exactly those that belong into the bundle. */
  public SortedMap<String, List<Recorded>> histories() {
    SortedMap<String, List<Recorded>> histories = new TreeMap<>();
    for (String subject : subjects) {
      if (known.containsKey(subject)) {
        histories.put(subject, known.get(subject));
      }
    }
    return histories;
  }

  /** Whether so much is known that nothing more is followed. */
  public boolean reachesLimits() {
    SortedMap<String, List<Recorded>> histories = histories();
    return histories.size() >= MOST_SUBJECTS
        || histories.values().stream()
                .flatMap(List::stream)
                .map(e -> e.event().id())
                .distinct()
                .count()
            >= MOST_EVENTS;
  }

  /** The lots that are inside what was asked about. */
  public SortedSet<String> mainLots() {
    return Collections.unmodifiableSortedSet(mainLots);
  }

  /** What the main lots were made from, however far back. */
  public SortedSet<String> inputLots() {
    return Collections.unmodifiableSortedSet(inputLots);
  }

  /** The logistic units that carried it, and their parents. */
  public SortedSet<String> units() {
    return Collections.unmodifiableSortedSet(units);
  }

  /** The box days of its carriage. */
  public SortedSet<String> boxDays() {
    return Collections.unmodifiableSortedSet(boxDays);
  }

  /**
   * A unit in a box.
   *
   * @param box the key, percent-encoded
   * @param from ms since 1970
   * @param to ms since 1970; it does not belong to it
   */
  public record Carriage(String unit, String box, long from, long to) {}

  /** Of all units of the set. */
  public List<Carriage> carriages() {
    return Collections.unmodifiableList(carriages);
  }

  /**
   * What a unit was packed in, by confirmed events, with the unit itself and whatever that was
   * packed in.
   */
  public SortedSet<String> around(String unit) {
    SortedSet<String> around = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(unit));
    while (!open.isEmpty()) {
      String one = open.remove();
      if (around.add(one)) {
        open.addAll(parents(one));
      }
    }
    return around;
  }

  /** Units of the set that none of its units was packed into. */
  public SortedSet<String> innerUnits() {
    SortedSet<String> inner = new TreeSet<>(units);
    units.forEach(unit -> inner.removeAll(parents(unit)));
    return inner;
  }

  private Set<String> parents(String unit) {
    Set<String> parents = new TreeSet<>();
    for (Standing entry : history(unit)) {
      if (entry.counts() && entry.is("packed_unit")) {
        parents.addAll(entry.event().units("parentID"));
      }
    }
    parents.remove(unit);
    parents.retainAll(units);
    return parents;
  }

  /** A history with corrections and confirmations applied; empty where none is known. */
  public List<Standing> history(String subject) {
    List<Standing> judged = standings.get(subject);
    return judged == null ? plain(subject) : judged;
  }

  /** The first commissioning of a lot, corrected or not, or null. */
  public Standing firstCommissioning(String lot) {
    return plain(lot).stream().filter(Standing::commissions).findFirst().orElse(null);
  }

  /** Who commissioned a lot, or null. */
  public String commissioner(String lot) {
    Standing first = firstCommissioning(lot);
    return first == null ? null : first.event().actor();
  }

  /** The printing of the package's run, or null where the start has no run or nobody printed it. */
  public Standing printing() {
    return start.run() == null
        ? null
        : plain(start.run()).stream().filter(e -> e.is("labels_printed")).findFirst().orElse(null);
  }

  /**
   * Whether the package's number was printed, so that the bundle must show what was printed there.
   */
  public boolean labelPrinted() {
    Standing printing = printing();
    return printing != null && start.serial().number() < printing.event().integer("sanchi:count");
  }

  /** The event by which the package's number belongs to a lot, or null. */
  public Standing binding() {
    if (start.run() == null) {
      return null;
    }
    for (Standing entry : plain(start.run())) {
      if (entry.live()
          && (entry.is("labels_bound") && covers(entry.event(), "sanchi:first", "sanchi:last")
              || entry.is("packages_relabelled")
                  && start.serial().run().equals(entry.event().text("sanchi:newRun"))
                  && covers(entry.event(), "sanchi:newFirst", "sanchi:newLast"))) {
        return entry;
      }
    }
    return null;
  }

  /** Whether an event names the package's number between these two members. */
  public boolean covers(TraceEvent event, String first, String last) {
    int number = start.serial().number();
    return event.integer(first) <= number && number <= event.integer(last);
  }

  private List<Standing> plain(String subject) {
    return plain.computeIfAbsent(subject, name -> Standing.of(known.getOrDefault(name, List.of())));
  }
}
