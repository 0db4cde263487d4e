package jp.sanchi.kernel.history;

import java.util.Optional;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.P256;

/**
 * What the ledger's state says of a device's key.
 *
 * @param organisation GLN
 * @param point 65 bytes, 0x04, x, y
 * @param administrator whether it may administer its organisation
 * @param revoked whether it may sign nothing any more
 */
public record EnrolledKey(
    String organisation, byte[] point, boolean administrator, boolean revoked) {

  /** The key of the world state under which {@link #read} finds it. */
  public static String stateKey(String kid) {
    return World.key("key/" + kid);
  }

  /**
   * @param state the value under {@link #stateKey}, or null
   * @return empty for a key that was never enrolled
   */
  public static Optional<EnrolledKey> read(String kid, byte[] state) {
    SubjectState key = SubjectState.read("key/" + kid, state);
    return key.has("x")
        ? Optional.of(
            new EnrolledKey(
                key.text("organisation"),
                Keys.point(key),
                key.is("administrator"),
                key.has("revoked")))
        : Optional.empty();
  }

  /**
   * Whether the holder of a new key has signed that it is to be enrolled for the organisation (wire
   * format, section 5).
   *
   * @param point65 a point on the curve
   * @param proof b64u; false whatever is wrong with it
   */
  public static boolean proven(byte[] point65, String consortium, String gln, String proof) {
    try {
      return P256.verifyRaw(point65, Keys.enrolment(consortium, gln), Base64Url.decode(proof));
    } catch (MalformedEvent e) {
      return false;
    }
  }
}
