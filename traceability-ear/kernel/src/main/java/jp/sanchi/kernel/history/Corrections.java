package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import jp.sanchi.kernel.event.Reason;

/** Error declarations (wire format, section 6). */
final class Corrections {
  private static final String CORRECTS = "sanchi:corrects";

  private Corrections() {}

  static void check(Attempt attempt) {
    String id = attempt.event.corrects();
    if (id == null) {
      return;
    }
    EventState corrected = attempt.world.event(id);
    require(corrected != null, Reason.EVENT_UNKNOWN, CORRECTS, id);
    require(attempt.event.actor().equals(corrected.actor()), Reason.NOT_YOUR_EVENT, CORRECTS, id);
    require(corrected.body() != null, Reason.CANNOT_BE_CORRECTED, CORRECTS, id);
    require(!corrected.corrected(), Reason.ALREADY_CORRECTED, CORRECTS, id);
    require(
        corrected.body().equals(EventState.body(attempt.event)),
        Reason.CORRECTION_DIFFERS,
        CORRECTS,
        id);
  }

  static void apply(Attempt attempt) {
    String id = attempt.event.corrects();
    if (id != null) {
      attempt.world.set(attempt.world.event(id).whenCorrected());
    }
  }
}
