package jp.sanchi.kernel.history;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * Counts the approvals in one history (wire format, section 5): administrators of several members
 * sign one payload, each naming only the own member. Of force once, with the one that makes more
 * than half.
 */
public final class Approvals {
  private static final Set<String> ROLES = Set.of("inspector", "certifier", "authority");

  private final Map<String, Set<String>> approvers = new HashMap<>();
  private final Set<String> complete = new HashSet<>();

  /** Counts from none. */
  public Approvals() {}

  /** Whether an event has force only when more than half of the members have signed it. */
  public static boolean needed(TraceEvent event) {
    return event.row().signer() == Kinds.Signer.APPROVED
        || event.kind().equals("role_granted") && ROLES.contains(event.text("sanchi:role"));
  }

  /**
   * Counts one more approval.
   *
   * @param members the MSP ids of those who are members now; others don't count
   * @return whether this event is the one that gives the payload force
   */
  public boolean completedBy(TraceEvent event, Set<String> members) {
    String payload = event.payload().without("sanchi:member").canonicalText();
    Set<String> by = approvers.computeIfAbsent(payload, none -> new HashSet<>());
    by.add(event.member());
    long counted = by.stream().filter(members::contains).count();
    return 2 * counted > members.size() && complete.add(payload);
  }
}
