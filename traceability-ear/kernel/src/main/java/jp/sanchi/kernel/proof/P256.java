package jp.sanchi.kernel.proof;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * ECDSA over P-256 with SHA-256, by whatever JCA provider the host has registered. A public key is
 * its 65-byte uncompressed point, 0x04 ‖ x ‖ y. Encodings, ranges and the curve equation are
 * checked here, not left to the provider: providers differ in what they let pass.
 */
public final class P256 {
  private static final BigInteger P =
      new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
  private static final BigInteger B =
      new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
  private static final BigInteger THREE = BigInteger.valueOf(3);
  private static final byte[] ORDER =
      HexFormat.of().parseHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  private static final byte[] HALF_ORDER =
      HexFormat.of().parseHex("7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8");
  private static final byte[] ZERO = new byte[32];
  // SubjectPublicKeyInfo of id-ecPublicKey on prime256v1, up to the point.
  private static final byte[] KEY_HEADER =
      HexFormat.of().parseHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

  private static final int CACHED_KEYS = 4096;
  // Making a key costs half a verification or more, and the same few keys sign nearly everything.
  private static final Map<ByteBuffer, PublicKey> KEYS =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, PublicKey> eldest) {
          return size() > CACHED_KEYS;
        }
      };

  private P256() {}

  /**
   * Checks a DER signature, as endorsers make them: strict DER, r and s in 1..n-1, and s at most
   * n/2 (otherwise anyone could turn a signature into a second one). False whatever is wrong with
   * the signature.
   *
   * @throws Malformed {@code bad_key} if the point is not one
   */
  public static boolean verifyDer(byte[] point65, byte[] message, byte[] derSignature) {
    PublicKey key = publicKey(point65);
    try {
      return lowS(rawOf(derSignature)) && verify(key, message, derSignature);
    } catch (Malformed e) {
      return false;
    }
  }

  /**
   * Checks a signature in a certificate. It differs from {@link #verifyDer} in that s may be large,
   * since certificate authorities don't normalise it.
   */
  static boolean verifyCertificate(byte[] point65, byte[] message, byte[] derSignature) {
    PublicKey key = publicKey(point65);
    try {
      rawOf(derSignature);
      return verify(key, message, derSignature);
    } catch (Malformed e) {
      return false;
    }
  }

  /**
   * Checks a signature of 64 bytes r ‖ s, as a JWS carries it (RFC 7518, 3.4). r and s are in
   * 1..n-1; s may be large, because WebCrypto makes such signatures. So a signature never serves as
   * an identifier. False whatever is wrong with the signature.
   *
   * @throws Malformed {@code bad_key} if the point is not one
   */
  public static boolean verifyRaw(byte[] point65, byte[] message, byte[] rs64) {
    PublicKey key = publicKey(point65);
    return inRange(rs64) && verify(key, message, derOf(rs64));
  }

  /** The 32 bytes of the key's thumbprint (RFC 7638): SHA-256 over its JWK's required members. */
  public static byte[] thumbprint(byte[] point65) {
    requirePoint(point65);
    Base64.Encoder base64url = Base64.getUrlEncoder().withoutPadding();
    String jwk =
        "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\""
            + base64url.encodeToString(Arrays.copyOfRange(point65, 1, 33))
            + "\",\"y\":\""
            + base64url.encodeToString(Arrays.copyOfRange(point65, 33, 65))
            + "\"}";
    try {
      return MessageDigest.getInstance("SHA-256").digest(jwk.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The point as a JCA key. The most recently used keys are kept.
   *
   * @throws Malformed {@code bad_key} unless it is an uncompressed point on the curve
   */
  public static PublicKey publicKey(byte[] point65) {
    ByteBuffer name = ByteBuffer.wrap(point65);
    synchronized (KEYS) {
      PublicKey known = KEYS.get(name);
      if (known != null) {
        return known;
      }
    }
    byte[] point = point65.clone();
    requirePoint(point);
    PublicKey key = make(point);
    synchronized (KEYS) {
      KEYS.put(ByteBuffer.wrap(point), key);
    }
    return key;
  }

  private static PublicKey make(byte[] point) {
    byte[] encoded = Arrays.copyOf(KEY_HEADER, KEY_HEADER.length + point.length);
    System.arraycopy(point, 0, encoded, KEY_HEADER.length, point.length);
    try {
      return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no provider takes a P-256 key", e);
    }
  }

  /** Refuses everything but 0x04 ‖ x ‖ y with x, y below p and y² = x³ - 3x + b. */
  static void requirePoint(byte[] point65) {
    if (point65.length != 65 || point65[0] != 4) {
      throw new Malformed("bad_key");
    }
    BigInteger x = new BigInteger(1, point65, 1, 32);
    BigInteger y = new BigInteger(1, point65, 33, 32);
    if (x.compareTo(P) >= 0 || y.compareTo(P) >= 0) {
      throw new Malformed("bad_key");
    }
    BigInteger right = x.multiply(x).subtract(THREE).multiply(x).add(B).mod(P);
    if (!y.multiply(y).mod(P).equals(right)) {
      throw new Malformed("bad_key");
    }
  }

  /**
   * Reads {@code SEQUENCE { INTEGER r, INTEGER s }} as r ‖ s, 32 bytes each.
   *
   * @throws Malformed {@code bad_signature} unless it is strict DER with r and s in 1..n-1
   */
  static byte[] rawOf(byte[] der) {
    // Two integers of 33 bytes at most: every length here fits one byte.
    if (der.length < 8 || der.length > 72 || der[0] != 0x30 || der[1] != der.length - 2) {
      throw new Malformed("bad_signature");
    }
    byte[] raw = new byte[64];
    int afterR = integer(der, 2, raw, 0);
    if (integer(der, afterR, raw, 32) != der.length || !inRange(raw)) {
      throw new Malformed("bad_signature");
    }
    return raw;
  }

  private static int integer(byte[] der, int at, byte[] raw, int to) {
    int start = at + 2;
    if (start >= der.length || der[at] != 2) {
      throw new Malformed("bad_signature");
    }
    int length = der[at + 1];
    int end = start + length;
    if (length < 1 || end > der.length || der[start] < 0) {
      throw new Malformed("bad_signature");
    }
    if (der[start] == 0) {
      // A leading zero stands only where the next bit would read as a sign.
      if (length == 1 || der[start + 1] >= 0) {
        throw new Malformed("bad_signature");
      }
      start++;
      length--;
    }
    if (length > 32) {
      throw new Malformed("bad_signature");
    }
    System.arraycopy(der, start, raw, to + 32 - length, length);
    return end;
  }

  private static byte[] derOf(byte[] raw) {
    int r = skip(raw, 0);
    int s = skip(raw, 32);
    // A first byte of 0x80 and more needs a zero before it, or it reads as negative.
    int rPad = raw[r] < 0 ? 1 : 0;
    int sPad = raw[s] < 0 ? 1 : 0;
    int rLength = 32 - r + rPad;
    int sLength = 64 - s + sPad;
    byte[] der = new byte[6 + rLength + sLength];
    der[0] = 0x30;
    der[1] = (byte) (der.length - 2);
    der[2] = 2;
    der[3] = (byte) rLength;
    System.arraycopy(raw, r, der, 4 + rPad, 32 - r);
    der[4 + rLength] = 2;
    der[5 + rLength] = (byte) sLength;
    System.arraycopy(raw, s, der, 6 + rLength + sPad, 64 - s);
    return der;
  }

  private static int skip(byte[] raw, int from) {
    int at = from;
    while (raw[at] == 0) {
      at++; // ends within the number: inRange has excluded zero
    }
    return at;
  }

  private static boolean inRange(byte[] raw) {
    return raw.length == 64 && inRange(raw, 0) && inRange(raw, 32);
  }

  private static boolean inRange(byte[] raw, int at) {
    return !Arrays.equals(raw, at, at + 32, ZERO, 0, 32)
        && Arrays.compareUnsigned(raw, at, at + 32, ORDER, 0, 32) < 0;
  }

  /** Whether s is at most n/2. */
  static boolean lowS(byte[] raw) {
    return Arrays.compareUnsigned(raw, 32, 64, HALF_ORDER, 0, 32) <= 0;
  }

  private static boolean verify(PublicKey key, byte[] message, byte[] der) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(der);
    } catch (SignatureException e) {
      return false;
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("no provider takes a P-256 key", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no provider for SHA256withECDSA", e);
    }
  }
}
