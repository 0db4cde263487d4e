package jp.sanchi.chaincode.stream;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues certificates for localhost, into files. */
final class TestAuthority {
  private final Path folder;
  private final String name;
  private final KeyPair keys;
  private final Path root;

  /** A certificate and its key, as PEM. */
  record Files(Path certificate, Path key) {}

  private TestAuthority(Path folder, String name) throws Exception {
    this.folder = folder;
    this.name = name;
    this.keys = keys();
    this.root = pem(name + ".pem", "CERTIFICATE", certificate(name, keys.getPublic(), true));
  }

  static TestAuthority in(Path folder, String name) throws Exception {
    return new TestAuthority(folder, name);
  }

  Path root() {
    return root;
  }

  Files issue(String holder) throws Exception {
    KeyPair own = keys();
    Path certificate =
        pem(
            name + "-" + holder + ".pem",
            "CERTIFICATE",
            certificate(holder, own.getPublic(), false));
    Key key = own.getPrivate();
    return new Files(
        certificate, pem(name + "-" + holder + ".key", "PRIVATE KEY", key.getEncoded()));
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private byte[] certificate(String holder, PublicKey key, boolean authority)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Principal("CN=" + name),
            BigInteger.valueOf(now.toEpochMilli()),
            Date.from(now.minus(Duration.ofHours(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            new X500Principal("CN=" + holder),
            key);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    X509Certificate certificate =
        new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    return certificate.getEncoded();
  }

  private Path pem(String file, String type, byte[] der) throws IOException {
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(der), type);
    return java.nio.file.Files.writeString(folder.resolve(file), text);
  }
}
