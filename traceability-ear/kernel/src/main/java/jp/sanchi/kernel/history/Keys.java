package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * Facts of a key: its coordinates {@code x} and {@code y}, its {@code organisation}, whether it is
 * an {@code administrator}'s, and since when it is {@code revoked} (record time).
 */
final class Keys implements SubjectRules {
  private static final int HASH = 32;

  @Override
  public void check(Attempt attempt) {
    TraceEvent event = attempt.event;
    if (attempt.is("device_enrolled")) {
      SubjectState key = attempt.named("sanchi:jwk");
      require(!key.has("x"), Reason.KEY_EXISTS, "sanchi:jwk", key.subject());
      require(provesPossession(event), Reason.BAD_PROOF, "sanchi:proof", null);
    } else if (attempt.is("device_revoked")) {
      SubjectState key = attempt.named("sanchi:kid");
      require(
          key.has("x") && key.text("organisation").equals(event.text("sanchi:gln")),
          Reason.KEY_UNKNOWN,
          "sanchi:kid",
          key.subject());
    }
  }

  @Override
  public void apply(Attempt attempt) {
    TraceEvent event = attempt.event;
    if (attempt.is("device_enrolled")) {
      SubjectState key = attempt.named("sanchi:jwk");
      Json.Obj jwk = event.payload().object("sanchi:jwk");
      key.set("x", jwk.text("x"));
      key.set("y", jwk.text("y"));
      key.set("organisation", event.text("sanchi:gln"));
      key.set("administrator", event.payload().bool("sanchi:administrator"));
    } else if (attempt.is("device_revoked")) {
      SubjectState key = attempt.named("sanchi:kid");
      if (!key.has("revoked")) {
        key.set("revoked", Json.of(attempt.recordTime));
      }
    }
  }

  /** The point of an enrolled key. */
  static byte[] point(SubjectState key) {
    byte[] point = new byte[1 + 2 * HASH];
    point[0] = 4;
    System.arraycopy(Base64Url.decode(key.text("x")), 0, point, 1, HASH);
    System.arraycopy(Base64Url.decode(key.text("y")), 0, point, 1 + HASH, HASH);
    return point;
  }

  /**
   * What a new key signs to be enrolled (wire format, section 5).
   *
   * @param gln of the organisation that it is enrolled for
   */
  static byte[] enrolment(String consortium, String gln) {
    var message = new ByteArrayOutputStream();
    message.writeBytes("sanchi/enrolment/1".getBytes(StandardCharsets.US_ASCII));
    message.write(0);
    message.writeBytes(consortium.getBytes(StandardCharsets.US_ASCII));
    message.write(0);
    message.writeBytes(gln.getBytes(StandardCharsets.US_ASCII));
    return message.toByteArray();
  }

  private static boolean provesPossession(TraceEvent event) {
    return EnrolledKey.proven(
        event.point("sanchi:jwk"),
        event.consortium(),
        event.text("sanchi:gln"),
        event.text("sanchi:proof"));
  }
}
