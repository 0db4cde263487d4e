package jp.sanchi.kernel.history;

import java.util.Comparator;
import jp.sanchi.kernel.event.Json;

/**
 * Something that should not have happened, or that whoever asks should know. Ordered by code,
 * subject and event, none before all.
 *
 * @param code of the wire format, section 7
 * @param event id of the event that it is about, or null
 */
public record Finding(
    Audience audience, String code, String event, Severity severity, String subject)
    implements Comparable<Finding> {
  private static final Comparator<Finding> ORDER =
      Comparator.comparing(Finding::code)
          .thenComparing(Finding::subject)
          .thenComparing(Finding::event, Comparator.nullsFirst(Comparator.naturalOrder()));

  /** Whom it concerns. */
  public enum Audience {
    SHOPPER("shopper"),
    /** The people who handled the goods, not the public. */
    CONCERNED("concerned");

    private final String word;

    Audience(String word) {
      this.word = word;
    }

    /** As verdicts write it. */
    public String word() {
      return word;
    }
  }

  /** How grave it is. */
  public enum Severity {
    RED("red"),
    AMBER("amber"),
    NEUTRAL("neutral");

    private final String word;

    Severity(String word) {
      this.word = word;
    }

    /** As verdicts write it. */
    public String word() {
      return word;
    }
  }

  @Override
  public int compareTo(Finding other) {
    return ORDER.compare(this, other);
  }

  /** As verdicts write it. */
  public Json.Obj json() {
    return Json.object(
        "audience",
        audience.word(),
        "code",
        code,
        "event",
        event == null ? Json.Null.VALUE : Json.of(event),
        "severity",
        severity.word(),
        "subject",
        subject);
  }
}
