package jp.sanchi.network;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** A certificate and the P-256 key that it is about. */
record KeyedCertificate(X509Certificate certificate, PrivateKey key) {

  /** Reads PEM files; the key is PKCS #8 and may stand in the same file as the certificate. */
  static KeyedCertificate read(Path certificateFile, Path keyFile) {
    return new KeyedCertificate(certificate(certificateFile), key(keyFile));
  }

  static X509Certificate certificate(Path file) {
    try (var parser = new PEMParser(Files.newBufferedReader(file, StandardCharsets.US_ASCII))) {
      for (Object item = parser.readObject(); item != null; item = parser.readObject()) {
        if (item instanceof X509CertificateHolder holder) {
          return converted(holder);
        }
      }
    } catch (IOException e) {
      throw new NetworkFailure("Can't read the certificate in " + file + ": " + reason(e), e);
    }
    throw new NetworkFailure("There is no certificate in " + file + ".");
  }

  static X509Certificate certificate(String pem) {
    try (var parser = new PEMParser(new StringReader(pem))) {
      if (parser.readObject() instanceof X509CertificateHolder holder) {
        return converted(holder);
      }
    } catch (IOException e) {
      throw new NetworkFailure("A certificate of the channel can't be read: " + reason(e), e);
    }
    throw new NetworkFailure("The channel holds something else where a certificate should be.");
  }

  private static PrivateKey key(Path file) {
    try (var parser = new PEMParser(Files.newBufferedReader(file, StandardCharsets.US_ASCII))) {
      for (Object item = parser.readObject(); item != null; item = parser.readObject()) {
        if (item instanceof PrivateKeyInfo info) {
          return new JcaPEMKeyConverter().getPrivateKey(info);
        }
      }
    } catch (IOException e) {
      throw new NetworkFailure("Can't read the key in " + file + ": " + reason(e), e);
    }
    throw new NetworkFailure("There is no PKCS #8 key in " + file + ".");
  }

  private static String reason(IOException e) {
    return e instanceof PEMException ? e.getMessage() : e.toString();
  }

  static X509Certificate converted(X509CertificateHolder holder) {
    try {
      return new JcaX509CertificateConverter().getCertificate(holder);
    } catch (CertificateException e) {
      throw new IllegalStateException("Java reads no certificate that was just made", e);
    }
  }

  KeyPair pair() {
    PublicKey publicKey = certificate.getPublicKey();
    return new KeyPair(publicKey, key);
  }

  Instant ends() {
    return certificate.getNotAfter().toInstant();
  }

  byte[] der() {
    return der(certificate);
  }

  String certificatePem() {
    return pem("CERTIFICATE", der());
  }

  String keyPem() {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  /** Writes both files; the key is its owner's alone. */
  void write(Path certificateFile, Path keyFile) {
    Folders.write(certificateFile, certificatePem());
    Folders.writeSecret(keyFile, keyPem());
  }

  static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  /** As Go's {@code pem.Encode} writes it, the one form that Sanchi's verifiers take. */
  static String pem(String label, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, lines.encodeToString(der), label);
  }
}
