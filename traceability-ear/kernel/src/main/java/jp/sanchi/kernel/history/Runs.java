package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.util.HashMap;
import java.util.Map;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * Facts of a run of labels: {@code printer}, {@code count}, and the numbers that are {@code bound}
 * to a lot, {@code voided}, {@code packed}. Only its printer binds, voids, replaces and packs them:
 * a rival who packed them first would shut out the honest one.
 */
final class Runs implements SubjectRules {
  private static final String RUN = "sanchi:run";

  @Override
  public void check(Attempt attempt) {
    switch (attempt.event.kind()) {
      case "labels_printed" -> {
        SubjectState run = attempt.named(RUN);
        long count = attempt.event.integer("sanchi:count");
        require(!run.has("printer"), Reason.RUN_EXISTS, RUN, run.subject());
        require(
            count >= 1 && count <= Serial.RUN_LABELS,
            Reason.LABEL_OUT_OF_RUN,
            "sanchi:count",
            null);
      }
      case "labels_bound" -> {
        requireFree(attempt, RUN, "sanchi:first", "sanchi:last");
        requireOwnLot(attempt);
      }
      case "labels_voided" -> requireFree(attempt, RUN, "sanchi:first", "sanchi:last");
      case "packages_relabelled" -> {
        checkRelabelled(attempt);
        requireOwnLot(attempt);
      }
      case "packed" -> checkPacked(attempt);
      default -> {
        // no labels
      }
    }
  }

  @Override
  public void apply(Attempt attempt) {
    TraceEvent event = attempt.event;
    switch (event.kind()) {
      case "labels_printed" -> {
        SubjectState run = attempt.named(RUN);
        run.set("printer", event.actor());
        run.set("count", event.payload().get("sanchi:count"));
      }
      case "labels_bound" -> take(attempt, RUN, "bound", "sanchi:first", "sanchi:last");
      case "labels_voided" -> take(attempt, RUN, "voided", "sanchi:first", "sanchi:last");
      case "packages_relabelled" -> {
        take(attempt, RUN, "voided", "sanchi:first", "sanchi:last");
        take(attempt, "sanchi:newRun", "bound", "sanchi:newFirst", "sanchi:newLast");
      }
      case "packed" -> {
        for (TraceEvent.Labels labels : event.labels("sanchi:packages")) {
          SubjectState run = attempt.world.subject(labels.run());
          run.set("packed", run.numbers("packed").with(labels.first(), labels.last()).toJson());
        }
      }
      default -> {
        // no labels
      }
    }
  }

  @Override
  public void retract(Attempt attempt) {
    TraceEvent event = attempt.event;
    if (attempt.is("labels_bound")) {
      SubjectState run = attempt.named(RUN);
      NumberRanges bound = run.numbers("bound");
      int first = (int) event.integer("sanchi:first");
      run.set("bound", bound.without(first, (int) event.integer("sanchi:last")).toJson());
    } else if (attempt.is("packed")) {
      for (TraceEvent.Labels labels : event.labels("sanchi:packages")) {
        SubjectState run = attempt.world.subject(labels.run());
        run.set("packed", run.numbers("packed").without(labels.first(), labels.last()).toJson());
      }
    }
  }

  private static void take(Attempt attempt, String member, String fact, String first, String last) {
    SubjectState run = attempt.named(member);
    int from = (int) attempt.event.integer(first);
    int to = (int) attempt.event.integer(last);
    run.set(fact, run.numbers(fact).with(from, to).toJson());
  }

  private static void requireFree(Attempt attempt, String member, String first, String last) {
    SubjectState run = requireOwnRun(attempt, attempt.named(member), member);
    requireWithin(attempt, run, first, last);
    int from = (int) attempt.event.integer(first);
    int to = (int) attempt.event.integer(last);
    require(
        !run.numbers("bound").meets(from, to) && !run.numbers("voided").meets(from, to),
        Reason.LABEL_OVERLAP,
        first,
        run.subject());
  }

  private static void checkRelabelled(Attempt attempt) {
    TraceEvent event = attempt.event;
    SubjectState run = requireOwnRun(attempt, attempt.named(RUN), RUN);
    requireWithin(attempt, run, "sanchi:first", "sanchi:last");
    SubjectState newRun = requireOwnRun(attempt, attempt.named("sanchi:newRun"), "sanchi:newRun");
    requireWithin(attempt, newRun, "sanchi:newFirst", "sanchi:newLast");
    int first = (int) event.integer("sanchi:first");
    int last = (int) event.integer("sanchi:last");
    int newFirst = (int) event.integer("sanchi:newFirst");
    int newLast = (int) event.integer("sanchi:newLast");
    // One new label for each old one: a relabelling makes no packages.
    require(last - first == newLast - newFirst, Reason.LABEL_OUT_OF_RUN, "sanchi:newLast", null);
    require(
        !run.numbers("voided").meets(first, last),
        Reason.LABEL_OVERLAP,
        "sanchi:first",
        run.subject());
    requireFree(attempt, "sanchi:newRun", "sanchi:newFirst", "sanchi:newLast");
    boolean apart = run != newRun || newLast < first || last < newFirst;
    require(apart, Reason.LABEL_OVERLAP, "sanchi:newFirst", newRun.subject());
  }

  private static void checkPacked(Attempt attempt) {
    Map<String, NumberRanges> packed = new HashMap<>();
    int index = 0;
    for (TraceEvent.Labels labels : attempt.event.labels("sanchi:packages")) {
      String member = "sanchi:packages/" + index++;
      SubjectState run = requireOwnRun(attempt, attempt.world.subject(labels.run()), member);
      require(labels.last() < run.integer("count"), Reason.LABEL_OUT_OF_RUN, member, run.subject());
      int first = labels.first();
      int last = labels.last();
      NumberRanges before = packed.computeIfAbsent(run.subject(), none -> run.numbers("packed"));
      require(
          run.numbers("bound").covers(first, last)
              && !run.numbers("voided").meets(first, last)
              && !before.meets(first, last),
          Reason.LABEL_OVERLAP,
          member,
          run.subject());
      packed.put(run.subject(), before.with(first, last));
    }
  }

  private static SubjectState requireOwnRun(Attempt attempt, SubjectState run, String member) {
    require(run.has("printer"), Reason.RUN_UNKNOWN, member, run.subject());
    require(
        run.text("printer").equals(attempt.event.actor()),
        Reason.NOT_YOUR_RUN,
        member,
        run.subject());
    return run;
  }

  private static void requireWithin(Attempt attempt, SubjectState run, String first, String last) {
    long from = attempt.event.integer(first);
    long to = attempt.event.integer(last);
    require(from <= to, Reason.LABEL_OUT_OF_RUN, first, run.subject());
    require(to < run.integer("count"), Reason.LABEL_OUT_OF_RUN, last, run.subject());
  }

  private static void requireOwnLot(Attempt attempt) {
    SubjectState lot = attempt.named("quantityList");
    String commissioner = lot.text("commissioner");
    require(
        commissioner == null || commissioner.equals(attempt.event.actor()),
        Reason.NOT_YOUR_LOT,
        "quantityList",
        lot.subject());
  }
}
