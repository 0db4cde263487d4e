package jp.sanchi.kernel.history;

import java.util.Objects;
import jp.sanchi.kernel.event.Reason;

/**
 * The event changed nothing.
 *
 * @param eventId 43 characters of base64url, or null where the JWS could not be read
 * @param field JSON Pointer to what is at fault, or null; it helps people, no rule depends on it
 * @param detail for whoever mends it: what was found, such as the subject or organisation; or null
 */
public record Refused(String eventId, Reason reason, String field, String detail)
    implements Outcome {
  public Refused {
    Objects.requireNonNull(reason);
  }
}
