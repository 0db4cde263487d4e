package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.util.LinkedHashSet;
import java.util.Set;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * Crowding: others than a subject's {@code parties} may append few events to it; {@code outsiders}
 * counts them. So nobody buries a rival's lot. Parties are who created the subject, which is whom
 * the table asks for its number range, and a run's printer; and whom a party's shipping or
 * returning names as a destination.
 */
final class Parties implements SubjectRules {
  /** How many events of others a subject takes. */
  static final int OUTSIDERS = 32;

  @Override
  public void check(Attempt attempt) {
    for (String subject : counted(attempt)) {
      require(
          attempt.world.subject(subject).integer("outsiders") < OUTSIDERS,
          Reason.NOT_A_PARTY,
          null,
          subject);
    }
  }

  @Override
  public void apply(Attempt attempt) {
    count(attempt);
    TraceEvent event = attempt.event;
    for (String subject : event.subjects()) {
      SubjectState state = attempt.world.subject(subject);
      if (creates(attempt, subject)) {
        state.add("parties", event.actor());
      }
      if (attempt.is("shipped", "returned") && isParty(attempt, state)) {
        event.parties("destinationList").forEach(gln -> state.add("parties", gln));
      }
    }
  }

  @Override
  public void retract(Attempt attempt) {
    // Whom an erroneous shipping has named stays a party: taking it back could bury what it sent.
    count(attempt);
  }

  private static void count(Attempt attempt) {
    for (String subject : counted(attempt)) {
      SubjectState state = attempt.world.subject(subject);
      state.set("outsiders", Json.of(state.integer("outsiders") + 1));
    }
  }

  /** The subjects to which this event comes from an outsider. */
  private static Set<String> counted(Attempt attempt) {
    Set<String> counted = new LinkedHashSet<>();
    TraceEvent event = attempt.event;
    if (event.actor() == null
        || oversees(attempt.signer(), "inspector", "certifier", "authority")) {
      return counted;
    }
    for (String subject : event.subjects()) {
      if (!subject.startsWith("key/")
          && !creates(attempt, subject)
          && !isParty(attempt, attempt.world.subject(subject))) {
        counted.add(subject);
      }
    }
    return counted;
  }

  private static boolean creates(Attempt attempt, String subject) {
    Kinds.Row row = attempt.event.row();
    if (subject.startsWith("run/")) {
      return attempt.is("labels_printed");
    }
    return row.ranges().stream()
        .anyMatch(member -> attempt.event.subjectsOf(member).contains(subject));
  }

  private static boolean isParty(Attempt attempt, SubjectState state) {
    String actor = attempt.event.actor();
    return state.lists("parties", actor) || state.subject().equals("organisation/" + actor);
  }

  /**
   * Whether the organisation has one of these roles; an inspector must be accredited for a scheme.
   */
  static boolean oversees(SubjectState organisation, String... roles) {
    for (String role : roles) {
      if (organisation.lists("roles", role)
          && (!role.equals("inspector") || organisation.has("accreditations"))) {
        return true;
      }
    }
    return false;
  }
}
