package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import jp.sanchi.kernel.event.Reason;

/**
 * Facts of a certificate: {@code certifier} who granted it, its {@code holder} and {@code scheme},
 * and its {@code status}: applied, granted, refused, suspended, revoked or renewed.
 */
final class Certificates implements SubjectRules {
  private static final String PREFIX = "certificate_";

  @Override
  public void check(Attempt attempt) {
    if (!attempt.event.kind().startsWith(PREFIX) || attempt.is("certificate_applied")) {
      return;
    }
    SubjectState certificate = attempt.named("epcList");
    String certifier = certificate.text("certifier");
    boolean changes =
        attempt.is("certificate_suspended", "certificate_revoked", "certificate_renewed");
    require(
        certifier != null || !changes,
        Reason.CERTIFICATE_UNKNOWN,
        "epcList",
        certificate.subject());
    require(
        certifier == null
            || certifier.equals(attempt.event.actor())
            || attempt.actorHas("authority"),
        Reason.NOT_THE_CERTIFIER,
        "epcList",
        certificate.subject());
  }

  @Override
  public void apply(Attempt attempt) {
    if (!attempt.event.kind().startsWith(PREFIX)) {
      return;
    }
    SubjectState certificate = attempt.named("epcList");
    String status = attempt.event.kind().substring(PREFIX.length());
    if (attempt.is("certificate_granted")) {
      if (!certificate.has("certifier")) {
        certificate.set("certifier", attempt.event.actor());
      }
      certificate.set("holder", attempt.event.text("sanchi:holder"));
      certificate.set("scheme", attempt.event.text("sanchi:scheme"));
    } else if (certificate.has("certifier")
        && attempt.is("certificate_applied", "certificate_refused")) {
      return; // asking again, and refusing that, leaves a granted one as it is
    }
    certificate.set("status", status);
  }
}
