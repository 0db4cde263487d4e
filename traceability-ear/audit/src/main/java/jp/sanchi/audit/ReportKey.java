package jp.sanchi.audit;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.X509;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/** The P-256 key that signs a report. */
final class ReportKey {
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
  private static final String TYPE = "sanchi-audit";

  private final PrivateKey key;
  private final byte[] point;
  private final boolean fresh;

  private ReportKey(PrivateKey key, byte[] point, boolean fresh) {
    this.key = key;
    this.point = point;
    this.fresh = fresh;
  }

  static ReportKey fresh() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new ReportKey(pair.getPrivate(), point(pair.getPublic()), true);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no provider makes P-256 keys", e);
    }
  }

  /** Reads a PEM file with a private key and its certificate or public key. */
  static ReportKey read(Path file) throws IOException {
    String pem = Files.readString(file, StandardCharsets.US_ASCII);
    byte[] secret = block(pem, "PRIVATE KEY");
    byte[] certificate = block(pem, "CERTIFICATE");
    byte[] open = block(pem, "PUBLIC KEY");
    if (secret == null || certificate == null && open == null) {
      throw new AuditMain.WrongUse(
          "A report key is a PEM file with PRIVATE KEY (PKCS #8) and CERTIFICATE or PUBLIC KEY: "
              + file);
    }
    try {
      KeyFactory keys = KeyFactory.getInstance("EC");
      byte[] point =
          certificate != null
              ? X509.read(certificate).publicKey()
              : point(keys.generatePublic(new X509EncodedKeySpec(open)));
      ReportKey read =
          new ReportKey(keys.generatePrivate(new PKCS8EncodedKeySpec(secret)), point, false);
      byte[] probe = {1};
      if (!P256.verifyRaw(point, probe, read.signature(probe))) {
        throw new AuditMain.WrongUse("The two keys in this file are no pair: " + file);
      }
      return read;
    } catch (GeneralSecurityException | Malformed | ClassCastException e) {
      throw new AuditMain.WrongUse("This file holds no P-256 key: " + file);
    }
  }

  private static byte[] block(String pem, String label) {
    Matcher matcher =
        Pattern.compile("-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END " + label)
            .matcher(pem);
    return matcher.find() ? Base64.getMimeDecoder().decode(matcher.group(1)) : null;
  }

  /** Uncompressed: the last 65 bytes of a P-256 key's encoding. */
  private static byte[] point(PublicKey key) {
    byte[] encoded = ((ECPublicKey) key).getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
  }

  boolean isFresh() {
    return fresh;
  }

  /** RFC 7638, base64url. */
  String thumbprint() {
    return Base64Url.encode(P256.thumbprint(point));
  }

  /** A compact JWS (ES256) of the report's canonical bytes, which brings the public key along. */
  String sign(Json.Obj report) {
    Json.Obj header =
        Json.object(
            "alg",
            "ES256",
            "jwk",
            Json.object(
                "crv",
                "P-256",
                "kty",
                "EC",
                "x",
                Base64Url.encode(Arrays.copyOfRange(point, 1, 33)),
                "y",
                Base64Url.encode(Arrays.copyOfRange(point, 33, 65))),
            "kid",
            thumbprint(),
            "typ",
            TYPE);
    String input =
        Base64Url.encode(header.canonical()) + "." + Base64Url.encode(report.canonical());
    return input + "." + Base64Url.encode(signature(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private byte[] signature(byte[] message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key);
      signature.update(message);
      BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(ORDER, signature.sign());
      return PlainDSAEncoding.INSTANCE.encode(ORDER, rs[0], rs[1]);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the report key can't sign", e);
    }
  }
}
