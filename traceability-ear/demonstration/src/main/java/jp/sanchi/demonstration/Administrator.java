package jp.sanchi.demonstration;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import jp.sanchi.kernel.event.Json;

/** A member's administrator: signs with the certificate that its member's CA gave it. */
public final class Administrator {
  private final String consortium;
  private final String mspId;
  private final byte[] certificate;
  private final Signer signer;
  private final Clock clock;
  private final AtomicLong seq = new AtomicLong();

  private Administrator(
      String consortium, String mspId, X509Certificate certificate, PrivateKey key, Clock clock)
      throws GeneralSecurityException {
    this.consortium = consortium;
    this.mspId = mspId;
    this.certificate = certificate.getEncoded();
    this.signer = new Signer(key, (ECPublicKey) certificate.getPublicKey());
    this.clock = clock;
  }

  /** Reads a PEM file that holds a PKCS#8 private key and a certificate, in either order. */
  public static Administrator read(Path pem, String consortium, String mspId, Clock clock)
      throws IOException {
    String text = Files.readString(pem, StandardCharsets.US_ASCII);
    try {
      var certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(block(text, "CERTIFICATE")));
      PrivateKey key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(block(text, "PRIVATE KEY")));
      return new Administrator(consortium, mspId, certificate, key, clock);
    } catch (GeneralSecurityException e) {
      throw new IOException(pem + " holds no usable key and certificate", e);
    }
  }

  public String sign(Draft draft) {
    return sign(payload(draft));
  }

  /** The payload alone, which other members' administrators {@link #approve}. */
  public Json.Obj payload(Draft draft) {
    return draft.payload(consortium, "sanchi:member", mspId, clock.millis(), UUID.randomUUID());
  }

  /** Signs another member's payload, changed only in who approves it. */
  public String approve(Json.Obj payload) {
    return sign(payload.with("sanchi:member", Json.of(mspId)));
  }

  public String sign(Json.Obj payload) {
    return signer.jws("sanchi-admin", seq.getAndIncrement(), certificate, payload);
  }

  static byte[] block(String pem, String label) throws IOException {
    String begin = "-----BEGIN " + label + "-----";
    int start = pem.indexOf(begin);
    int end = pem.indexOf("-----END " + label + "-----");
    if (start < 0 || end < start) {
      throw new IOException("no " + label + " in the PEM file");
    }
    return Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end));
  }
}
