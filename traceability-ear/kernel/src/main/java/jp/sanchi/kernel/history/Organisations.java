package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.util.List;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * Facts of an organisation: the {@code member} that admitted it, its {@code roles}, {@code
 * accreditations}, {@code ranges} of GS1 numbers, {@code loans} of such ([prefix, lender] each),
 * and the {@code agents} that may record for it.
 */
final class Organisations implements SubjectRules {
  @Override
  public void check(Attempt attempt) {
    TraceEvent event = attempt.event;
    if (attempt.is("organisation_admitted")) {
      SubjectState organisation = attempt.named("sanchi:gln");
      require(
          !organisation.has("member"),
          Reason.ORGANISATION_EXISTS,
          "sanchi:gln",
          organisation.subject());
    } else if (attempt.is("range_lent")) {
      String prefix = event.text("sanchi:prefix");
      require(holds(attempt.signer(), prefix), Reason.RANGE_NOT_YOURS, "sanchi:prefix", prefix);
    } else if (attempt.is("range_returned")) {
      String prefix = event.text("sanchi:prefix");
      require(
          !ended(attempt.named("sanchi:gln"), event).isEmpty(),
          Reason.RANGE_NOT_YOURS,
          "sanchi:prefix",
          prefix);
    }
  }

  @Override
  public void apply(Attempt attempt) {
    TraceEvent event = attempt.event;
    if (!attempt.inForce) {
      return;
    }
    switch (event.kind()) {
      case "organisation_admitted" -> attempt.named("sanchi:gln").set("member", event.member());
      case "role_granted" -> attempt.named("sanchi:gln").add("roles", event.text("sanchi:role"));
      case "role_withdrawn" ->
          attempt.named("sanchi:gln").remove("roles", event.text("sanchi:role"));
      case "accreditation_granted" ->
          attempt.named("sanchi:gln").add("accreditations", event.text("sanchi:scheme"));
      case "accreditation_withdrawn" ->
          attempt.named("sanchi:gln").remove("accreditations", event.text("sanchi:scheme"));
      case "range_granted" ->
          attempt.named("sanchi:gln").add("ranges", event.text("sanchi:prefix"));
      case "range_withdrawn" ->
          attempt.named("sanchi:gln").remove("ranges", event.text("sanchi:prefix"));
      case "range_lent" ->
          attempt
              .named("sanchi:gln")
              .add("loans", Json.array(event.text("sanchi:prefix"), event.organisation()));
      case "range_returned" -> {
        SubjectState borrower = attempt.named("sanchi:gln");
        ended(borrower, event).forEach(loan -> borrower.remove("loans", loan));
      }
      case "agent_appointed" -> attempt.signer().add("agents", event.text("sanchi:agent"));
      case "agent_dismissed" -> attempt.signer().remove("agents", event.text("sanchi:agent"));
      default -> {
        // descriptions and inspections stand for themselves
      }
    }
  }

  /** Whether a key's number lies in the organisation's own or lent ranges. */
  static boolean mayUse(SubjectState organisation, DigitalLink key) {
    for (Json range : organisation.array("ranges").items()) {
      if (Gs1.inRange(((Json.Text) range).value(), key.key(), key.value())) {
        return true;
      }
    }
    for (Json loan : organisation.array("loans").items()) {
      if (Gs1.inRange(prefix(loan), key.key(), key.value())) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(SubjectState organisation, String prefix) {
    return organisation.array("ranges").items().stream()
        .anyMatch(range -> prefix.startsWith(((Json.Text) range).value()));
  }

  /** The loans that end: all of the prefix if the borrower gives it back, else the lender's own. */
  private static List<Json> ended(SubjectState borrower, TraceEvent event) {
    boolean givesBack = event.organisation().equals(event.text("sanchi:gln"));
    Json lender = Json.of(event.organisation());
    return borrower.array("loans").items().stream()
        .filter(loan -> prefix(loan).equals(event.text("sanchi:prefix")))
        .filter(loan -> givesBack || ((Json.Arr) loan).get(1).equals(lender))
        .toList();
  }

  private static String prefix(Json loan) {
    return ((Json.Text) ((Json.Arr) loan).get(0)).value();
  }
}
