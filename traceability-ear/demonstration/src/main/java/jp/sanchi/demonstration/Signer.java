package jp.sanchi.demonstration;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.util.Arrays;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.proof.P256;

/** One P-256 key and what is signed with it. */
final class Signer {
  private final PrivateKey key;
  private final byte[] point;

  Signer(PrivateKey key, ECPublicKey publicKey) {
    this.key = key;
    this.point = point(publicKey);
  }

  static Signer fresh() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new Signer(pair.getPrivate(), (ECPublicKey) pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has P-256", e);
    }
  }

  /** b64u of the RFC 7638 thumbprint. */
  String kid() {
    return Base64Url.encode(P256.thumbprint(point));
  }

  Json.Obj jwk() {
    return Json.object(
        "crv",
        "P-256",
        "kty",
        "EC",
        "x",
        Base64Url.encode(Arrays.copyOfRange(point, 1, 33)),
        "y",
        Base64Url.encode(Arrays.copyOfRange(point, 33, 65)));
  }

  String jws(String typ, long seq, byte[] certificate, Json.Obj payload) {
    String input = Jws.signingInput(typ, kid(), seq, certificate, payload);
    byte[] signature = raw(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + Base64Url.encode(signature);
  }

  /** r and s of 32 bytes each, as JWS has them (RFC 7518 section 3.4). */
  byte[] raw(byte[] message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format", "SunEC");
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("could not sign", e);
    }
  }

  private static byte[] point(ECPublicKey publicKey) {
    ECPoint w = publicKey.getW();
    byte[] point = new byte[65];
    point[0] = 4;
    put(w.getAffineX().toByteArray(), point, 1);
    put(w.getAffineY().toByteArray(), point, 33);
    return point;
  }

  private static void put(byte[] number, byte[] into, int at) {
    int length = Math.min(number.length, 32);
    System.arraycopy(number, number.length - length, into, at + 32 - length, length);
  }
}
