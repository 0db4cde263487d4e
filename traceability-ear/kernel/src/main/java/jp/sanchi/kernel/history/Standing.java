package jp.sanchi.kernel.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * How an event stands in one history.
 *
 * @param number its place in the history, from 1
 * @param correctedBy id of the event that declares it an error, or null
 * @param confirmed whether it counts: nothing leads to an unconfirmed event but its own word
 */
public record Standing(
    TraceEvent event, long recordTime, int number, String correctedBy, boolean confirmed) {

  /** Neither declared an error nor itself such a declaration. */
  public boolean live() {
    return correctedBy == null && (event.row() == null || !event.declaresError());
  }

  /** Live and confirmed. */
  public boolean counts() {
    return live() && confirmed;
  }

  /** Whether the kind is known and one of these. */
  public boolean is(String... kinds) {
    if (event.row() != null) {
      for (String kind : kinds) {
        if (kind.equals(event.row().kind())) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a lot of this history comes into being by it. */
  public boolean commissions() {
    return event.row() != null
        && !event.declaresError()
        && (is("lot_commissioned") || event.row().type().equals("TransformationEvent"));
  }

  Standing unconfirmed() {
    return new Standing(event, recordTime, number, correctedBy, false);
  }

  /** A history with its corrections applied, everything confirmed. */
  public static List<Standing> of(List<Recorded> history) {
    Map<String, String> corrections = new HashMap<>();
    for (Recorded entry : history) {
      if (entry.event().row() != null && entry.event().declaresError()) {
        corrections.putIfAbsent(entry.event().corrects(), entry.event().id());
      }
    }
    List<Standing> standings = new ArrayList<>(history.size());
    for (Recorded entry : history) {
      TraceEvent event = entry.event();
      // What a verifier cannot read it does not call corrected either.
      String by = event.row() == null ? null : corrections.get(event.id());
      standings.add(new Standing(event, entry.recordTime(), standings.size() + 1, by, true));
    }
    return standings;
  }

  /** The same history where only these events are confirmed. */
  public static List<Standing> confirming(List<Standing> history, Predicate<Standing> confirmed) {
    return history.stream()
        .map(standing -> confirmed.test(standing) ? standing : standing.unconfirmed())
        .toList();
  }
}
