package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.util.LinkedHashSet;
import java.util.Set;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * What more than half of the members must sign. The fact {@code approvals} of an organisation or of
 * the consortium holds, by the hash of the payload without {@code sanchi:member}, the MSP ids that
 * have signed it ({@code by}) and whether it has taken effect ({@code done}), which it does once.
 */
final class Consent implements SubjectRules {
  /** One member alone must not bury a history under what nobody else approves. */
  static final int OPEN_PROPOSALS = 32;

  @Override
  public void check(Attempt attempt) {
    TraceEvent event = attempt.event;
    if (!Approvals.needed(event)) {
      return;
    }
    Json.Obj approvals = subject(attempt).object("approvals");
    String payload = payload(event);
    Set<String> by = by(approvals, payload);
    require(!by.contains(event.member()), Reason.ALREADY_APPROVED, "sanchi:member", event.member());
    require(
        !by.isEmpty() || open(approvals, event.member()) < OPEN_PROPOSALS,
        Reason.NOT_A_PARTY,
        "sanchi:member",
        event.member());
    boolean done = approvals.has(payload) && approvals.object(payload).has("done");
    attempt.inForce = !done && isMajority(attempt, by);
  }

  @Override
  public void apply(Attempt attempt) {
    TraceEvent event = attempt.event;
    if (!Approvals.needed(event)) {
      return;
    }
    SubjectState subject = subject(attempt);
    Json.Obj approvals = subject.object("approvals");
    String payload = payload(event);
    Json.Obj approval = approvals.has(payload) ? approvals.object(payload) : Json.object();
    Set<String> by = by(approvals, payload);
    by.add(event.member());
    approval = approval.with("by", Json.array(by.toArray()));
    if (attempt.inForce) {
      approval = approval.with("done", Json.of(true));
    }
    subject.set("approvals", approvals.with(payload, approval));
  }

  private static SubjectState subject(Attempt attempt) {
    return attempt.world.subject(attempt.event.subjects().get(0));
  }

  private static String payload(TraceEvent event) {
    return EventState.sha256(event.payload().without("sanchi:member"));
  }

  private static boolean isMajority(Attempt attempt, Set<String> by) {
    Set<String> members = Consortium.mspIds(attempt.consortium());
    Set<String> counted = new LinkedHashSet<>(by);
    counted.add(attempt.event.member());
    counted.retainAll(members);
    return 2 * counted.size() > members.size();
  }

  private static Set<String> by(Json.Obj approvals, String payload) {
    Set<String> by = new LinkedHashSet<>();
    if (approvals.has(payload)) {
      for (Json item : approvals.object(payload).array("by").items()) {
        by.add(((Json.Text) item).value());
      }
    }
    return by;
  }

  private static int open(Json.Obj approvals, String proposer) {
    int open = 0;
    for (Json item : approvals.members().values()) {
      Json.Obj approval = (Json.Obj) item;
      if (!approval.has("done") && approval.array("by").get(0).equals(Json.of(proposer))) {
        open++;
      }
    }
    return open;
  }
}
