package jp.sanchi.kernel.event;

import java.util.Arrays;

/**
 * A P-256 public key as JSON Web Key (RFC 7517) with exactly its required members. Anything else,
 * and a point off the curve, is {@code event_malformed} with the place as field.
 */
public final class Jwk {
  private Jwk() {}

  /** 65 bytes: 0x04, x, y. */
  public static byte[] point(Json jwk) {
    MemberType.JWK.check(jwk, "");
    return MemberType.point((Json.Obj) jwk);
  }

  /**
   * @param point65 0x04, x, y
   */
  public static Json.Obj of(byte[] point65) {
    return Json.object(
        "crv",
        "P-256",
        "kty",
        "EC",
        "x",
        Base64Url.encode(Arrays.copyOfRange(point65, 1, 33)),
        "y",
        Base64Url.encode(Arrays.copyOfRange(point65, 33, 65)));
  }
}
