package jp.sanchi.kernel.proof;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.history.Subject;

/**
 * What somebody scanned, and of which consortium the answer is asked (wire format, section 4).
 *
 * @param subject a package, a lot or a logistic unit
 * @param consortium its id
 * @param gtin 14 digits; null for a unit
 * @param serial null where it is no package, or not of a form that this consortium prints
 * @param lot the lot that the code names, as a subject, or null
 * @param label for a package the 32 bytes that its subject names, else null
 */
public record Start(
    Subject subject, String consortium, String gtin, Serial serial, String lot, byte[] label) {

  /**
   * The start that a code leads to.
   *
   * @throws Malformed {@code subject_unsupported} for a code of anything else
   */
  public static Start of(DigitalLink url, String consortium) {
    if (url.key() == Gs1.Key.SSCC) {
      Subject unit = Subject.of(Subject.Kind.SSCC, url.value());
      return new Start(unit, consortium, null, null, null, null);
    }
    if (url.key() != Gs1.Key.GTIN
        || url.variant() != null
        || url.lot() == null && url.serial() == null) {
      throw new Malformed("subject_unsupported");
    }
    String gtin = url.value();
    Subject lot = url.lot() == null ? null : Subject.of(Subject.Kind.LOT, gtin, url.lot());
    if (url.serial() == null) {
      return new Start(lot, consortium, gtin, null, lot.text(), null);
    }
    byte[] label = label(gtin, url.serial());
    return new Start(
        Subject.of(Subject.Kind.PACKAGE, Base64Url.encode(label)),
        consortium,
        gtin,
        serial(url.serial()),
        lot == null ? null : lot.text(),
        label);
  }

  /** The run that the package's serial names, as a subject, or null. */
  public String run() {
    return serial == null ? null : Subject.of(Subject.Kind.RUN, gtin, serial.run()).text();
  }

  private static Serial serial(String text) {
    try {
      return Serial.parse(text);
    } catch (MalformedEvent e) {
      return null; // somebody else's label, or none: the package's page says so
    }
  }

  private static byte[] label(String gtin, String serial) {
    String uri = new DigitalLink(Gs1.Key.GTIN, gtin, null, null, serial).canonical();
    try {
      return MessageDigest.getInstance("SHA-256").digest(uri.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
