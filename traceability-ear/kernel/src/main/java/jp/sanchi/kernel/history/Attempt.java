package jp.sanchi.kernel.history;

import java.util.List;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;

/** One event on its way into the ledger, with the state that it meets. */
final class Attempt {
  final TraceEvent event;
  final World world;
  final long recordTime;

  /**
   * Whether it takes effect now: false while approvals are missing, or after they were complete.
   */
  boolean inForce = true;

  Attempt(TraceEvent event, World world, long recordTime) {
    this.event = event;
    this.world = world;
    this.recordTime = recordTime;
  }

  boolean is(String... kinds) {
    for (String kind : kinds) {
      if (kind.equals(event.kind())) {
        return true;
      }
    }
    return false;
  }

  /** The first subject that a member names; the table makes sure that there is one. */
  SubjectState named(String member) {
    return world.subject(event.subjectsOf(member).get(0));
  }

  List<SubjectState> all(String member) {
    return event.subjectsOf(member).stream().map(world::subject).toList();
  }

  SubjectState consortium() {
    return world.subject("consortium/" + event.consortium());
  }

  /** The organisation whose key signs. */
  SubjectState signer() {
    return world.organisation(event.organisation());
  }

  /** The organisation whose act it is. */
  SubjectState actor() {
    return world.organisation(event.actor());
  }

  boolean actorHas(String role) {
    return actor().lists("roles", role);
  }

  static void require(boolean holds, Reason reason, String member, String detail) {
    if (!holds) {
      throw new Refusal(reason, member == null ? null : "/" + member, detail);
    }
  }
}
