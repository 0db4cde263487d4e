package jp.sanchi.kernel.history;

import java.util.List;

/**
 * Where a certificate stands at the end of its history.
 *
 * @param grant the first {@code certificate_granted}, or null
 * @param status the last of its grants, suspensions, revocations and renewals, or null
 * @param validTo the last day, {@code YYYY-MM-DD}, of the last grant or renewal; null without grant
 */
public record Certificate(Standing grant, Standing status, String validTo) {

  /** Reads a certificate's history. */
  public static Certificate of(List<Standing> history) {
    Standing grant = null;
    Standing status = null;
    String validTo = null;
    for (Standing entry : history) {
      boolean prolongs = entry.is("certificate_granted", "certificate_renewed");
      if (entry.is("certificate_granted") && grant == null) {
        grant = entry;
      }
      if (prolongs && grant != null) {
        validTo = entry.event().text("sanchi:validTo");
      }
      if (prolongs || entry.is("certificate_suspended", "certificate_revoked")) {
        status = entry;
      }
    }
    return new Certificate(grant, status, validTo);
  }

  /** The first valid day, {@code YYYY-MM-DD}, or null without grant. */
  public String validFrom() {
    return grant == null ? null : grant.event().text("sanchi:validFrom");
  }

  /** GLN of the holder, or null without grant. */
  public String holder() {
    return grant == null ? null : grant.event().text("sanchi:holder");
  }

  /** Whether that day is within the granted and renewed time. */
  public boolean valid(String date) {
    return grant != null && validFrom().compareTo(date) <= 0 && date.compareTo(validTo) <= 0;
  }
}
