package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import jp.sanchi.kernel.event.Reason;

/** Facts of an SSCC: {@code packer}, who first packed it; nobody else ever packs it. */
final class Units implements SubjectRules {
  @Override
  public void check(Attempt attempt) {
    if (packs(attempt)) {
      SubjectState unit = attempt.named("parentID");
      String packer = unit.text("packer");
      require(
          packer == null || packer.equals(attempt.event.actor()),
          Reason.UNIT_EXISTS,
          "parentID",
          unit.subject());
    }
  }

  @Override
  public void apply(Attempt attempt) {
    if (packs(attempt)) {
      attempt.named("parentID").set("packer", attempt.event.actor());
    }
  }

  private static boolean packs(Attempt attempt) {
    // A crate goes round: on one day two who may use its number can pack it.
    return attempt.is("packed", "packed_lot", "packed_unit")
        && attempt.event.subjectsOf("parentID").get(0).startsWith("sscc/");
  }
}
