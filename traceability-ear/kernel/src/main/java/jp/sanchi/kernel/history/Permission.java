package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.util.List;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.MemberType;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;

/** Whether the actor may do this at all (wire format, section 5, point 3). */
final class Permission {
  private Permission() {}

  static void check(Attempt attempt) {
    requireKnown(attempt);
    TraceEvent event = attempt.event;
    if (event.member() == null) {
      checkActor(attempt);
    }
    require(isOwn(attempt), Reason.NOT_YOUR_ORGANISATION, "sanchi:gln", event.text("sanchi:gln"));
    for (String member : event.row().ranges()) {
      for (DigitalLink key : event.keys(member)) {
        require(
            Organisations.mayUse(attempt.actor(), key), Reason.OUT_OF_RANGE, member, key.value());
      }
    }
  }

  private static void requireKnown(Attempt attempt) {
    TraceEvent event = attempt.event;
    if (event.member() == null) {
      requireKnown(attempt.signer(), "sanchi:organisation");
      requireKnown(attempt.actor(), "sanchi:onBehalfOf");
    }
    for (String member : administered(event)) {
      requireKnown(attempt.named(member), member);
    }
  }

  private static void requireKnown(SubjectState organisation, String member) {
    require(
        organisation.has("member"), Reason.ORGANISATION_UNKNOWN, member, organisation.subject());
  }

  /** The members of an administration object that name an organisation which must be admitted. */
  static List<String> administered(TraceEvent event) {
    Kinds.Row row = event.row();
    if (!row.administration() || event.kind().equals("organisation_admitted")) {
      return List.of();
    }
    return row.members().entrySet().stream()
        .filter(member -> member.getValue().type() == MemberType.GLN)
        .map(member -> member.getKey())
        .toList();
  }

  private static void checkActor(Attempt attempt) {
    TraceEvent event = attempt.event;
    require(
        event.text("sanchi:onBehalfOf") == null
            || attempt.actor().lists("agents", event.organisation()),
        Reason.NOT_AN_AGENT,
        "sanchi:onBehalfOf",
        event.actor());
    List<String> roles = event.row().roles();
    require(
        roles.isEmpty() || roles.stream().anyMatch(attempt::actorHas),
        Reason.NO_ROLE,
        "sanchi:kind",
        event.actor());
    String scheme = event.text("sanchi:scheme");
    require(
        !event.row().scheme() || scheme == null || attempt.signer().lists("accreditations", scheme),
        Reason.NOT_ACCREDITED,
        "sanchi:scheme",
        scheme);
  }

  /** Whether the administered organisation is the signer's own, where it has to be. */
  private static boolean isOwn(Attempt attempt) {
    TraceEvent event = attempt.event;
    boolean devices = attempt.is("device_enrolled", "device_revoked");
    if (event.member() == null) {
      return !devices || event.organisation().equals(event.text("sanchi:gln"));
    }
    boolean roles = attempt.is("role_granted", "role_withdrawn");
    if (devices || (roles && !Approvals.needed(event))) {
      return event.member().equals(attempt.named("sanchi:gln").text("member"));
    }
    return true;
  }
}
