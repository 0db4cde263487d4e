package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.util.List;
import jp.sanchi.kernel.event.Reason;

/**
 * Facts of a lot: {@code commissioner}, who first brought it into being; {@code commissioned},
 * unless that was declared an error; {@code recalled}, while a recall is in force.
 */
final class Lots implements SubjectRules {
  @Override
  public void check(Attempt attempt) {
    String member = commissioned(attempt);
    if (member != null) {
      for (SubjectState lot : attempt.all(member)) {
        boolean free = !lot.is("commissioned") && isCommissioner(attempt, lot, true);
        require(free, Reason.ALREADY_COMMISSIONED, member, lot.subject());
      }
    }
    if (attempt.is("recalled", "recall_ended")) {
      for (SubjectState lot : attempt.all("quantityList")) {
        require(lot.has("commissioner"), Reason.LOT_UNKNOWN, "quantityList", lot.subject());
        require(
            !attempt.is("recalled")
                || isCommissioner(attempt, lot, false)
                || attempt.actorHas("authority"),
            Reason.NOT_THE_COMMISSIONER,
            "quantityList",
            lot.subject());
      }
    }
    if (attempt.is("recall_ended")) {
      require(
          Parties.oversees(attempt.signer(), "inspector", "authority"),
          Reason.NEEDS_INSPECTOR_OR_AUTHORITY,
          "sanchi:organisation",
          null);
    }
  }

  @Override
  public void apply(Attempt attempt) {
    String member = commissioned(attempt);
    if (member != null) {
      for (SubjectState lot : attempt.all(member)) {
        lot.set("commissioner", attempt.event.actor());
        lot.set("commissioned", true);
      }
    }
    if (attempt.is("recalled", "recall_ended")) {
      for (SubjectState lot : attempt.all("quantityList")) {
        lot.set("recalled", attempt.is("recalled"));
      }
    }
  }

  @Override
  public void retract(Attempt attempt) {
    String member = commissioned(attempt);
    if (member != null) {
      for (SubjectState lot : attempt.all(member)) {
        // Only its commissioner may bring it into being again: histories name the first one.
        lot.set("commissioned", false);
      }
    }
  }

  /** The member that names the lots which an event brings into being, or null. */
  private static String commissioned(Attempt attempt) {
    if (attempt.is("lot_commissioned")) {
      return "quantityList";
    }
    List<String> appends = attempt.event.row().appends();
    return appends.contains("outputQuantityList") ? "outputQuantityList" : null;
  }

  private static boolean isCommissioner(Attempt attempt, SubjectState lot, boolean orNobody) {
    String commissioner = lot.text("commissioner");
    return commissioner == null ? orNobody : commissioner.equals(attempt.event.actor());
  }
}
