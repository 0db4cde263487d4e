package jp.sanchi.kernel.proof;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;

/**
 * A P-256 key that is made from its name, so that vectors come out the same whenever they are made.
 * Anybody can make it: it is good for tests alone.
 */
public final class SeededKey {
  private static final BigInteger P =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
  private static final BigInteger N =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
  private static final BigInteger GX =
      new BigInteger("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", 16);
  private static final BigInteger GY =
      new BigInteger("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", 16);
  private static final BigInteger THREE = BigInteger.valueOf(3);

  /**
   * Whether the same message gets the same signature. Where that does not matter, the fastest
   * provider signs a hundred times as fast.
   */
  static boolean repeatable = true;

  private final byte[] point;
  private final PrivateKey key;
  private final PrivateKey fastKey;
  private final byte[] seed;

  public SeededKey(String name) {
    this.seed = sha256(name.getBytes(StandardCharsets.UTF_8));
    BigInteger secret = new BigInteger(1, seed).mod(N.subtract(BigInteger.ONE)).add(BigInteger.ONE);
    BigInteger[] at = multiply(secret);
    this.point = ByteBuffer.allocate(65).put((byte) 4).put(fixed(at[0])).put(fixed(at[1])).array();
    try {
      AlgorithmParameters curve = AlgorithmParameters.getInstance("EC", "SunEC");
      curve.init(new ECGenParameterSpec("secp256r1"));
      var numbers = new ECPrivateKeySpec(secret, curve.getParameterSpec(ECParameterSpec.class));
      this.key = KeyFactory.getInstance("EC", "SunEC").generatePrivate(numbers);
      this.fastKey = KeyFactory.getInstance("EC").generatePrivate(numbers);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public byte[] point() {
    return point.clone();
  }

  public String kid() {
    return Base64Url.encode(P256.thumbprint(point));
  }

  public Json.Obj jwk() {
    return Json.object(
        "crv",
        "P-256",
        "kty",
        "EC",
        "x",
        Base64Url.encode(java.util.Arrays.copyOfRange(point, 1, 33)),
        "y",
        Base64Url.encode(java.util.Arrays.copyOfRange(point, 33, 65)));
  }

  /** r and s, as a JWS carries them. */
  public byte[] sign(byte[] message) {
    try {
      if (!repeatable) {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(fastKey);
        signature.update(message);
        return P256.rawOf(signature.sign());
      }
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format", "SunEC");
      signature.initSign(key, new Seeded(sha256(seed, message)));
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** DER with the smaller s, as a peer makes it. */
  public byte[] signDer(byte[] message) {
    byte[] raw = sign(message);
    return Der.signature(P256.lowS(raw) ? raw : otherS(raw));
  }

  /** The same signature with n - s for s. */
  static byte[] otherS(byte[] raw) {
    BigInteger s = N.subtract(new BigInteger(1, raw, 32, 32));
    return ByteBuffer.allocate(64).put(raw, 0, 32).put(fixed(s)).array();
  }

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] fixed(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[32];
    int length = Math.min(32, bytes.length);
    System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
    return fixed;
  }

  private static BigInteger[] multiply(BigInteger scalar) {
    BigInteger[] sum = null;
    for (int i = scalar.bitLength() - 1; i >= 0; i--) {
      sum = sum == null ? null : add(sum, sum);
      if (scalar.testBit(i)) {
        sum = sum == null ? new BigInteger[] {GX, GY} : add(sum, new BigInteger[] {GX, GY});
      }
    }
    return sum;
  }

  // Never called with a point and its negative: the scalars are below n.
  private static BigInteger[] add(BigInteger[] a, BigInteger[] b) {
    BigInteger slope =
        a[0].equals(b[0])
            ? a[0].pow(2).multiply(THREE).subtract(THREE).multiply(a[1].shiftLeft(1).modInverse(P))
            : b[1].subtract(a[1]).multiply(b[0].subtract(a[0]).modInverse(P));
    BigInteger x = slope.pow(2).subtract(a[0]).subtract(b[0]).mod(P);
    return new BigInteger[] {x, slope.multiply(a[0].subtract(x)).subtract(a[1]).mod(P)};
  }

  /** Gives the same bytes to everybody. */
  private static final class Seeded extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] seed;
    private int calls;

    Seeded(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      for (int at = 0; at < bytes.length; at += 32) {
        byte[] block = sha256(seed, ByteBuffer.allocate(4).putInt(calls++).array());
        System.arraycopy(block, 0, bytes, at, Math.min(32, bytes.length - at));
      }
    }
  }
}
