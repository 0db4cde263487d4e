package jp.sanchi.demonstration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
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

  /** Reads a PEM file (PKCS #8 and the public key), or makes a key and the file. */
  static Signer in(Path pem) throws IOException {
    try {
      if (!Files.exists(pem)) {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Files.createDirectories(pem.getParent());
        Path half = pem.resolveSibling(pem.getFileName() + ".half");
        Files.deleteIfExists(half);
        Files.createFile(half);
        if (half.getFileSystem().supportedFileAttributeViews().contains("posix")) {
          Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(
            half,
            block("PRIVATE KEY", pair.getPrivate().getEncoded())
                + block("PUBLIC KEY", pair.getPublic().getEncoded()),
            StandardCharsets.US_ASCII);
        Files.move(half, pem, StandardCopyOption.ATOMIC_MOVE);
      }
      String text = Files.readString(pem, StandardCharsets.US_ASCII);
      KeyFactory keys = KeyFactory.getInstance("EC");
      return new Signer(
          keys.generatePrivate(new PKCS8EncodedKeySpec(Administrator.block(text, "PRIVATE KEY"))),
          (ECPublicKey)
              keys.generatePublic(new X509EncodedKeySpec(Administrator.block(text, "PUBLIC KEY"))));
    } catch (GeneralSecurityException e) {
      throw new IOException(pem + " holds no P-256 key", e);
    }
  }

  private static String block(String label, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
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
