package jp.sanchi.kernel.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * Who might do what, and when, as organisations' histories say (wire format, section 7). Times are
 * record times; a right that is withdrawn still holds at the moment of its withdrawal, since a
 * batch has one record time. Histories that are not there grant nothing.
 */
public final class Rights {
  private static final String ADMITTED = "admitted";

  private final Map<String, List<Recorded>> histories;
  private final List<Members> members = new ArrayList<>();
  private final Map<String, Map<String, List<Span>>> organisations = new HashMap<>();

  private record Members(long since, Set<String> mspIds) {}

  private record Span(long from, long to) {}

  /**
   * @param consortium its id
   * @param histories by subject, each in ledger order
   */
  public Rights(String consortium, Map<String, List<Recorded>> histories) {
    this.histories = histories;
    Set<String> now = new HashSet<>();
    Approvals approvals = new Approvals();
    for (Recorded entry : history("consortium/" + consortium)) {
      TraceEvent event = entry.event();
      switch (event.kind()) {
        case "consortium_founded" -> {
          if (!members.isEmpty()) {
            continue;
          }
          now.addAll(mspIds(event));
        }
        case "member_changed" -> {
          if (!approvals.completedBy(event, now)) {
            continue;
          }
          now.addAll(mspIds(event));
        }
        case "member_removed" -> {
          if (!approvals.completedBy(event, now)) {
            continue;
          }
          now.remove(event.text("sanchi:mspId"));
        }
        default -> {
          continue;
        }
      }
      members.add(new Members(entry.recordTime(), Set.copyOf(now)));
    }
  }

  /** Whether a member has admitted the organisation. */
  public boolean admitted(String gln, long at) {
    return has(gln, ADMITTED, at);
  }

  public boolean hasRole(String gln, String role, long at) {
    return has(gln, "role " + role, at);
  }

  /** Whether the organisation is an inspector, a certifier or an authority. */
  public boolean oversees(String gln, long at) {
    return hasRole(gln, "inspector", at)
        || hasRole(gln, "certifier", at)
        || hasRole(gln, "authority", at);
  }

  public boolean accredited(String gln, String scheme, long at) {
    return has(gln, "scheme " + scheme, at);
  }

  /** Whether {@code agent} may record for the organisation. */
  public boolean actsFor(String agent, String gln, long at) {
    return has(gln, "agent " + agent, at);
  }

  private boolean has(String gln, String right, long at) {
    for (Span span :
        organisations.computeIfAbsent(gln, this::read).getOrDefault(right, List.of())) {
      if (span.from() <= at && at <= span.to()) {
        return true;
      }
    }
    return false;
  }

  private Map<String, List<Span>> read(String gln) {
    Map<String, List<Span>> rights = new HashMap<>();
    Approvals approvals = new Approvals();
    for (Recorded entry : history("organisation/" + gln)) {
      TraceEvent event = entry.event();
      String right =
          switch (event.kind()) {
            case "organisation_admitted" -> ADMITTED;
            case "role_granted", "role_withdrawn" -> "role " + event.text("sanchi:role");
            case "accreditation_granted", "accreditation_withdrawn" ->
                "scheme " + event.text("sanchi:scheme");
            case "agent_appointed", "agent_dismissed" -> "agent " + event.text("sanchi:agent");
            default -> null;
          };
      if (right == null
          || Approvals.needed(event)
              && !approvals.completedBy(event, membersAt(entry.recordTime()))) {
        continue;
      }
      List<Span> spans = rights.computeIfAbsent(right, none -> new ArrayList<>());
      boolean grants = !event.kind().endsWith("withdrawn") && !event.kind().endsWith("dismissed");
      Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
      boolean open = last != null && last.to() == Long.MAX_VALUE;
      if (grants && !open) {
        spans.add(new Span(entry.recordTime(), Long.MAX_VALUE));
      } else if (!grants && open) {
        spans.set(spans.size() - 1, new Span(last.from(), entry.recordTime()));
      }
    }
    return rights;
  }

  private Set<String> membersAt(long time) {
    Set<String> at = Set.of();
    for (Members change : members) {
      if (change.since() <= time) {
        at = change.mspIds();
      }
    }
    return at;
  }

  private List<Recorded> history(String subject) {
    return histories.getOrDefault(subject, List.of()).stream()
        .filter(entry -> entry.event().row() != null)
        .toList();
  }

  private static Set<String> mspIds(TraceEvent event) {
    Set<String> ids = new HashSet<>();
    for (Json member : event.payload().array("sanchi:members").items()) {
      ids.add(((Json.Obj) member).text("mspId"));
    }
    return ids;
  }
}
