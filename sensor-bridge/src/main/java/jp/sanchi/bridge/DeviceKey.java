package jp.sanchi.bridge;

import java.io.IOException;
import java.math.BigInteger;
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
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jwk;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.proof.P256;

/** The bridge's own ES256 key, in a PEM file that only its owner can read. */
public final class DeviceKey {
  private final PrivateKey key;
  private final byte[] point;

  private DeviceKey(PrivateKey key, byte[] point) {
    this.key = key;
    this.point = point;
  }

  /** Reads the file (PKCS #8 and the public key), or makes a key and the file. */
  public static DeviceKey in(Path file) throws IOException {
    try {
      if (!Files.exists(file)) {
        make(file);
      }
      String pem = Files.readString(file, StandardCharsets.US_ASCII);
      KeyFactory keys = KeyFactory.getInstance("EC");
      PrivateKey key = keys.generatePrivate(new PKCS8EncodedKeySpec(block(pem, "PRIVATE KEY")));
      var publicKey =
          (ECPublicKey) keys.generatePublic(new X509EncodedKeySpec(block(pem, "PUBLIC KEY")));
      return new DeviceKey(key, point(publicKey));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no P-256 key", e);
    }
  }

  private static void make(Path file) throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    Path half = file.resolveSibling(file.getFileName() + ".half");
    Files.deleteIfExists(half);
    Files.createFile(half);
    if (half.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-------"));
    }
    Files.writeString(
        half,
        pem("PRIVATE KEY", pair.getPrivate().getEncoded())
            + pem("PUBLIC KEY", pair.getPublic().getEncoded()),
        StandardCharsets.US_ASCII);
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String pem(String label, byte[] der) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
  }

  private static byte[] block(String pem, String label) throws IOException {
    String begin = "-----BEGIN " + label + "-----";
    int start = pem.indexOf(begin);
    int end = pem.indexOf("-----END " + label + "-----");
    if (start < 0 || end < start) {
      throw new IOException("no " + label + " in the PEM file");
    }
    return Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end));
  }

  private static byte[] point(ECPublicKey key) {
    byte[] point = new byte[65];
    point[0] = 4;
    put(key.getW().getAffineX(), point, 1);
    put(key.getW().getAffineY(), point, 33);
    return point;
  }

  private static void put(BigInteger number, byte[] into, int at) {
    byte[] bytes = number.toByteArray();
    int length = Math.min(bytes.length, 32);
    System.arraycopy(bytes, bytes.length - length, into, at + 32 - length, length);
  }

  /** b64u of the RFC 7638 thumbprint. */
  public String kid() {
    return Base64Url.encode(P256.thumbprint(point));
  }

  public Json.Obj jwk() {
    return Jwk.of(point);
  }

  /** What people compare at the enrolment. */
  String shortCode() {
    return ShortCode.ofKey(P256.thumbprint(point));
  }

  /** The proof of possession for an enrolment (wire format, section 5), b64u. */
  public String proof(String consortium, String organisation) {
    String message = "sanchi/enrolment/1\0" + consortium + "\0" + organisation;
    return Base64Url.encode(sign(message.getBytes(StandardCharsets.US_ASCII)));
  }

  /** A signed event. */
  String event(long seq, Json.Obj payload) {
    String input = Jws.signingInput(Jws.TRACE, kid(), seq, null, payload);
    return signed(input);
  }

  /** A compact JWS that is no event. */
  String jws(String typ, Json.Obj payload) {
    Json.Obj header = Json.object("alg", "ES256", "kid", kid(), "typ", typ);
    return signed(
        Base64Url.encode(header.canonical()) + '.' + Base64Url.encode(payload.canonical()));
  }

  private String signed(String input) {
    return input + '.' + Base64Url.encode(sign(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("could not sign", e);
    }
  }
}
