package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.util.Collections;
import java.util.Set;
import jp.sanchi.kernel.event.Reason;

/** Supplements: what cannot be declared an error is followed by a second result or window. */
final class Inspections implements SubjectRules {
  private static final String SUPPLEMENTS = "sanchi:supplements";
  private static final Set<String> WINDOWS = Set.of("window_recorded", "window_supplemented");

  /** Refuses a supplement to what is not there: the ledger tests this before the rules by kind. */
  static void requireSupplemented(Attempt attempt) {
    String id = attempt.event.text(SUPPLEMENTS);
    if (id == null) {
      return;
    }
    EventState first = attempt.world.event(id);
    String kind = attempt.event.kind();
    require(
        first != null
            && (first.kind().equals(kind)
                || (WINDOWS.contains(kind) && WINDOWS.contains(first.kind())))
            && !Collections.disjoint(first.subjects(), attempt.event.subjects()),
        Reason.EVENT_UNKNOWN,
        SUPPLEMENTS,
        id);
  }

  @Override
  public void check(Attempt attempt) {
    String id = attempt.event.text(SUPPLEMENTS);
    if (id != null && !WINDOWS.contains(attempt.event.kind())) {
      require(
          !attempt.world.event(id).kid().equals(attempt.event.jws().kid()),
          Reason.SAME_INSPECTOR,
          SUPPLEMENTS,
          id);
    }
  }

  @Override
  public void apply(Attempt attempt) {
    // Findings read supplements from the histories; no rule needs them again.
  }
}
