package jp.sanchi.kernel.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Finding.Audience;
import jp.sanchi.kernel.history.Finding.Severity;
import jp.sanchi.kernel.proof.ColdChain;
import jp.sanchi.kernel.proof.Required;
import jp.sanchi.kernel.proof.Start;

/**
 * What complete histories tell that no rule could refuse (wire format, section 7): a pure function
 * of the closure, integers only.
 */
public final class Findings {
  private static final long MINUTE = 60_000L;
  private static final long TOLERANCE = 10 * MINUTE;
  private static final long DAY = 24 * 60 * MINUTE;
  private static final long LATE = 3 * DAY;
  private static final Set<String> ORIGIN =
      Set.of("lot_commissioned", "transformed", "harvested", "cooled", "graded");
  private static final String[] MOVEMENTS = {
    "packed", "packed_lot", "packed_unit", "loaded", "shipped", "sold"
  };

  private final Required required;
  private final Start start;
  private final SortedSet<Finding> findings = new TreeSet<>();

  private Findings(Required required) {
    this.required = required;
    this.start = required.start();
  }

  /**
   * All findings in their order.
   *
   * @param provenLabel what was printed at the package's number, or null where that is not known
   * @param coldChain what the boxes measured
   */
  public static List<Finding> of(Required required, byte[] provenLabel, ColdChain coldChain) {
    Findings findings = new Findings(required);
    findings.labels(provenLabel);
    for (String lot : required.mainLots()) {
      findings.mainLot(lot);
    }
    for (String lot : required.inputLots()) {
      findings.inputLot(lot);
    }
    for (String unit : required.units()) {
      findings.unit(unit);
    }
    findings.packages();
    findings.carriage();
    findings.measured(coldChain);
    return List.copyOf(findings.findings);
  }

  /** Who confirmed the last step of the way, as far as it is known: a GLN, or null. */
  public static String completeUpTo(Required required) {
    List<Standing> custody = new ArrayList<>();
    for (String subject : movedSubjects(required)) {
      for (Standing entry : required.history(subject)) {
        if (entry.counts() && entry.event().row() != null && entry.event().row().custody()) {
          custody.add(entry);
        }
      }
    }
    if (!custody.isEmpty()) {
      return custody.stream().max(BY_TIME).orElseThrow().event().actor();
    }
    return required.mainLots().isEmpty()
        ? null
        : required.commissioner(required.mainLots().first());
  }

  private static final Comparator<Standing> BY_TIME =
      Comparator.comparingLong((Standing entry) -> entry.event().eventTime())
          .thenComparingLong(Standing::recordTime)
          .thenComparing(entry -> entry.event().id());

  private static List<String> movedSubjects(Required required) {
    List<String> subjects = new ArrayList<>(required.units());
    if (required.start().label() != null) {
      subjects.add(required.start().subject().text());
    }
    return subjects;
  }

  private void labels(byte[] provenLabel) {
    if (start.label() == null) {
      return;
    }
    String subject = start.subject().text();
    boolean printed = required.labelPrinted();
    if (!printed || provenLabel != null && !Arrays.equals(provenLabel, start.label())) {
      add("label_unknown", Severity.RED, Audience.SHOPPER, subject, null);
    }
    if (!printed) {
      return;
    }
    Standing binding = required.binding();
    if (binding == null) {
      add("label_not_activated", Severity.AMBER, Audience.SHOPPER, start.run(), null);
    } else {
      for (String lot : binding.event().lots("quantityList")) {
        if (start.lot() != null && !start.lot().equals(lot)) {
          add("lot_mismatch", Severity.RED, Audience.SHOPPER, lot, null);
        }
      }
    }
    for (Standing entry : live(start.run())) {
      boolean away =
          entry.is("labels_voided")
              || entry.is("packages_relabelled")
                  && start.serial().run().equals(entry.event().text("sanchi:run"));
      if (away && required.covers(entry.event(), "sanchi:first", "sanchi:last")) {
        add("label_voided", Severity.RED, Audience.SHOPPER, start.run(), entry);
      }
    }
    signed(start.run());
  }

  private void mainLot(String lot) {
    commissioned(lot, Severity.RED);
    recalls(lot, "recalled");
    for (Standing entry : live(lot)) {
      if (entry.confirmed()) {
        claims(entry, false);
      }
      if (entry.is("lot_inspected")) {
        inspected(lot, entry);
      }
      if (entry.confirmed() && entry.is("treatment")) {
        treated(lot, entry);
      }
      if (!entry.confirmed()) {
        add("unconfirmed", Severity.NEUTRAL, Audience.CONCERNED, lot, entry);
      }
    }
    signed(lot);
  }

  private void inputLot(String lot) {
    commissioned(lot, Severity.AMBER);
    recalls(lot, "input_recalled");
    for (Standing entry : live(lot)) {
      if (entry.confirmed()) {
        claims(entry, true);
      }
    }
  }

  private void commissioned(String lot, Severity severity) {
    List<Standing> history = required.history(lot);
    if (history.stream().noneMatch(entry -> entry.live() && entry.commissions())) {
      add("never_commissioned", severity, Audience.SHOPPER, lot, null);
    }
    Standing first = required.firstCommissioning(lot);
    if (first != null && first.number() > 1) {
      add("explained_late", Severity.NEUTRAL, Audience.CONCERNED, lot, first);
    }
  }

  private void recalls(String lot, String code) {
    for (Standing recall : live(lot)) {
      if (recall.is("recalled")) {
        Standing end = endOf(lot, recall);
        if (end == null) {
          add(code, Severity.RED, Audience.SHOPPER, lot, recall);
        }
        if (code.equals("recalled")) {
          movedUnder(recall, end);
        }
      } else if (recall.is("recall_ended")) {
        add("recall_ended", Severity.NEUTRAL, Audience.SHOPPER, lot, recall);
      }
    }
  }

  private Standing endOf(String lot, Standing recall) {
    return live(lot).stream()
        .filter(entry -> entry.number() > recall.number() && entry.is("recall_ended"))
        .findFirst()
        .orElse(null);
  }

  private void movedUnder(Standing recall, Standing end) {
    for (String subject : movedSubjects(required)) {
      for (Standing entry : live(subject)) {
        if (entry.confirmed()
            && entry.is(MOVEMENTS)
            && entry.recordTime() >= recall.recordTime()
            && (end == null || entry.recordTime() < end.recordTime())) {
          add("moved_under_recall", Severity.RED, Audience.SHOPPER, subject, entry);
        }
      }
    }
  }

  private void claims(Standing claim, boolean ofInput) {
    for (String subject : claim.event().claimedCertificates()) {
      Certificate certificate = Certificate.of(required.history(subject));
      Standing status = certificate.status();
      if (certificate.grant() == null) {
        claimed("certificate_not_granted", Severity.RED, subject, claim, ofInput);
      } else {
        if (!certificate.valid(localDate(claim.event()))) {
          claimed("certificate_not_valid_then", Severity.RED, subject, claim, ofInput);
        }
        if (!certificate.holder().equals(claim.event().actor())) {
          claimed("certificate_of_another", Severity.RED, subject, claim, ofInput);
        }
      }
      if (status != null && status.is("certificate_revoked")) {
        claimed("certificate_revoked", Severity.RED, subject, status, ofInput);
      } else if (status != null && status.is("certificate_suspended")) {
        claimed("certificate_suspended", Severity.AMBER, subject, status, ofInput);
      }
    }
  }

  private void claimed(
      String code, Severity severity, String certificate, Standing about, boolean ofInput) {
    add(
        ofInput ? "input_certificate" : code,
        ofInput ? Severity.AMBER : severity,
        Audience.SHOPPER,
        certificate,
        about);
  }

  private void inspected(String lot, Standing inspection) {
    boolean replaced =
        live(lot).stream()
            .anyMatch(
                later ->
                    later.number() > inspection.number()
                        && later.is("lot_inspected")
                        && inspection
                            .event()
                            .id()
                            .equals(later.event().text("sanchi:supplements")));
    if (inspection.event().text("disposition").equals("non_conformant") && !replaced) {
      add("inspection_refused", Severity.RED, Audience.SHOPPER, lot, inspection);
    }
    if (inspection.event().organisation().equals(required.commissioner(lot))) {
      add("own_lot_inspected", Severity.AMBER, Audience.SHOPPER, lot, inspection);
    }
  }

  private void treated(String lot, Standing treatment) {
    String end = treatment.event().text("sanchi:withdrawalEnd");
    for (Standing harvest : live(lot)) {
      if (harvest.is("harvested")
          && end.compareTo(localDate(harvest.event())) > 0
          && !Interval.of(harvest).before(Interval.of(treatment))) {
        add("withdrawal_not_kept", Severity.RED, Audience.SHOPPER, lot, harvest);
      }
    }
  }

  private void unit(String unit) {
    Set<String> receivers = new HashSet<>();
    for (Standing entry : live(unit)) {
      if (entry.is("received", "unpacked")) {
        receivers.add(entry.event().actor());
      }
    }
    List<Standing> placed = new ArrayList<>();
    for (Standing entry : live(unit)) {
      if (!entry.confirmed()) {
        boolean shipped = entry.is("shipped", "returned");
        add(
            shipped ? "shipped_by_non_holder" : "unconfirmed",
            shipped ? Severity.AMBER : Severity.NEUTRAL,
            Audience.CONCERNED,
            unit,
            entry);
        continue;
      }
      if (entry.is("shipped")
          && entry.event().parties("destinationList").stream().noneMatch(receivers::contains)) {
        add("record_awaited", Severity.NEUTRAL, Audience.CONCERNED, unit, entry);
      }
      if (entry.event().row().custody()
          && !entry.event().dayPrecision()
          && entry.event().payload().has("readPoint")) {
        placed.add(entry);
      }
    }
    twoPlaces(unit, placed);
    signed(unit);
  }

  private void twoPlaces(String unit, List<Standing> placed) {
    placed.sort(BY_TIME);
    for (int later = 1; later < placed.size(); later++) {
      Standing entry = placed.get(later);
      Interval interval = Interval.of(entry);
      Json place = entry.event().payload().get("readPoint");
      for (int i = 0; i < later; i++) {
        Standing earlier = placed.get(i);
        if (!place.equals(earlier.event().payload().get("readPoint"))
            && interval.meets(Interval.of(earlier))) {
          add("two_places_at_once", Severity.AMBER, Audience.CONCERNED, unit, entry);
          break;
        }
      }
    }
  }

  private void packages() {
    if (start.label() == null) {
      return;
    }
    String subject = start.subject().text();
    boolean sold = false;
    for (Standing entry : live(subject)) {
      if (!entry.confirmed()) {
        add("unconfirmed", Severity.NEUTRAL, Audience.CONCERNED, subject, entry);
      } else if (entry.is("sold")) {
        if (sold) {
          add("sold_twice", Severity.AMBER, Audience.SHOPPER, subject, entry);
        }
        sold = true;
      } else if (entry.is("package_returned")) {
        sold = false;
      }
    }
    signed(subject);
  }

  /** What holds for every event of a history that the answer is about. */
  private void signed(String subject) {
    for (Standing entry : live(subject)) {
      if (suspect(entry)) {
        add("key_suspect", Severity.AMBER, Audience.SHOPPER, subject, entry);
      }
      if (entry.recordTime() - entry.event().eventTime() > LATE) {
        add("late_entry", Severity.NEUTRAL, Audience.CONCERNED, subject, entry);
      }
      if (entry.event().loggedAt() > entry.recordTime() + TOLERANCE) {
        add("clock_difference", Severity.NEUTRAL, Audience.CONCERNED, subject, entry);
      }
    }
    for (Standing entry : required.history(subject)) {
      if (entry.correctedBy() != null) {
        boolean red = correctedAfterShipping(subject, entry);
        add(
            red ? "corrected_after_shipping" : "corrected",
            red ? Severity.RED : Severity.NEUTRAL,
            Audience.SHOPPER,
            subject,
            entry);
      }
    }
  }

  private boolean suspect(Standing entry) {
    if (entry.event().organisation() == null) {
      return false;
    }
    for (Standing revocation : required.history("key/" + entry.event().jws().kid())) {
      String since =
          revocation.is("device_revoked") ? revocation.event().text("sanchi:suspectSince") : null;
      if (since != null && IsoTime.parse(since) <= entry.recordTime()) {
        return true;
      }
    }
    return false;
  }

  private boolean correctedAfterShipping(String subject, Standing corrected) {
    if (!required.mainLots().contains(subject) || !ORIGIN.contains(corrected.event().kind())) {
      return false;
    }
    long shipped = Long.MAX_VALUE;
    for (String unit : required.units()) {
      for (Standing entry : live(unit)) {
        if (entry.is("shipped")) {
          shipped = Math.min(shipped, entry.recordTime());
        }
      }
    }
    long declared = Long.MIN_VALUE;
    for (Standing entry : required.history(subject)) {
      if (entry.event().id().equals(corrected.correctedBy())) {
        declared = entry.recordTime();
      }
    }
    return declared >= shipped;
  }

  private void carriage() {
    if (required.units().isEmpty()) {
      add("carriage_not_known", Severity.NEUTRAL, Audience.SHOPPER, start.subject().text(), null);
    }
    for (String box : required.boxDays()) {
      if (required.history(box).stream()
          .noneMatch(entry -> entry.is("window_recorded", "window_supplemented"))) {
        add("readings_awaited", Severity.NEUTRAL, Audience.SHOPPER, box, null);
      }
    }
  }

  private void measured(ColdChain coldChain) {
    for (ColdChain.Way way : coldChain.ways()) {
      if (way.exceeds("temperature")) {
        add("temperature_exceeded", Severity.RED, Audience.SHOPPER, way.unit(), null);
      }
      if (way.exceeds("humidity")) {
        add("humidity_exceeded", Severity.AMBER, Audience.SHOPPER, way.unit(), null);
      }
      // Where readings are missing, nobody knows that
      if (way.missing() == 0 && way.notMeasuredMs() >= MINUTE) {
        add("not_measured", Severity.NEUTRAL, Audience.SHOPPER, way.unit(), null);
      }
    }
  }

  private List<Standing> live(String subject) {
    return required.history(subject).stream()
        .filter(entry -> entry.live() && entry.event().row() != null)
        .toList();
  }

  private void add(
      String code, Severity severity, Audience audience, String subject, Standing about) {
    String event = about == null ? null : about.event().id();
    findings.add(new Finding(audience, code, event, severity, subject));
  }

  private static String localDate(TraceEvent event) {
    return IsoTime.date(
        Math.min(Math.max(event.eventTime() + event.offsetMinutes() * MINUTE, FIRST), LAST));
  }

  private static final long FIRST = IsoTime.startOfDay("2000-01-01");
  private static final long LAST = IsoTime.startOfDay("2099-12-31");

  /** When an event may have been: never after it was recorded. */
  private record Interval(long from, long to) {
    static Interval of(Standing entry) {
      TraceEvent event = entry.event();
      long from = event.eventTime() - TOLERANCE;
      long to = event.eventTime() + TOLERANCE;
      if (event.dayPrecision()) {
        long offset = event.offsetMinutes() * MINUTE;
        from = Math.floorDiv(event.eventTime() + offset, DAY) * DAY - offset;
        to = from + DAY - 1;
      }
      return new Interval(Math.min(from, entry.recordTime()), Math.min(to, entry.recordTime()));
    }

    boolean before(Interval other) {
      return to < other.from;
    }

    boolean meets(Interval other) {
      return !before(other) && !other.before(this);
    }
  }
}
