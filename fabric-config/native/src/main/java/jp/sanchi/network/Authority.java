package jp.sanchi.network;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A member's certificate authority: one for who its people and nodes are (enrolment), another for
 * TLS, so that a lost TLS key never signs for the member. P-256 and SHA-256 throughout, in the form
 * that the kernel's verifier takes.
 */
final class Authority {
  private static final Duration LIFE = Duration.ofDays(3652);
  // Machines' clocks differ a little
  private static final Duration SLACK = Duration.ofMinutes(10);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String mspId;
  private final KeyedCertificate own;
  private final X500Name name;

  private Authority(String mspId, KeyedCertificate own) {
    this.mspId = mspId;
    this.own = own;
    this.name = X500Name.getInstance(own.certificate().getSubjectX500Principal().getEncoded());
  }

  /** A new one of ten years, with a new key. */
  static Authority found(String mspId, String commonName, Instant now) {
    KeyPair pair = newKey();
    X500Name name = name(mspId, null, commonName);
    X509v3CertificateBuilder builder = builder(name, now, now.plus(LIFE), name, pair.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    return new Authority(
        mspId, new KeyedCertificate(sign(builder, pair.getPrivate()), pair.getPrivate()));
  }

  /** What {@link #write} wrote. */
  static Authority read(String mspId, Path certificateFile, Path keyFile) {
    return new Authority(mspId, KeyedCertificate.read(certificateFile, keyFile));
  }

  void write(Path certificateFile, Path keyFile) {
    own.write(certificateFile, keyFile);
  }

  /**
   * Certifies who somebody is.
   *
   * @param role Fabric's word for it, which becomes the certificate's OU: peer, orderer, admin,
   *     client
   */
  KeyedCertificate enrol(
      String role, String commonName, KeyPair pair, Instant now, Duration valid) {
    return new KeyedCertificate(
        certify(role, commonName, pair.getPublic(), now, valid), pair.getPrivate());
  }

  /** The same for a key that somebody else holds. */
  X509Certificate certify(
      String role, String commonName, PublicKey key, Instant now, Duration valid) {
    X509v3CertificateBuilder builder = leaf(name(mspId, role, commonName), key, now, valid);
    try {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    return sign(builder, own.key());
  }

  /** Certifies a TLS key, of a server or a client, at 127.0.0.1 and these host names. */
  KeyedCertificate tls(
      String commonName, List<String> hosts, KeyPair pair, Instant now, Duration valid) {
    X509v3CertificateBuilder builder =
        leaf(name(mspId, null, commonName), pair.getPublic(), now, valid);
    GeneralName[] names = new GeneralName[hosts.size() + 1];
    names[0] = new GeneralName(GeneralName.iPAddress, "127.0.0.1");
    for (int i = 0; i < hosts.size(); i++) {
      names[i + 1] = new GeneralName(GeneralName.dNSName, hosts.get(i));
    }
    KeyPurposeId[] purposes = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
    try {
      builder.addExtension(
          Extension.keyUsage,
          true,
          new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement));
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    return new KeyedCertificate(sign(builder, own.key()), pair.getPrivate());
  }

  /** Whether this authority's key signed the certificate. */
  boolean issued(X509Certificate certificate) {
    try {
      certificate.verify(own.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  X509Certificate certificate() {
    return own.certificate();
  }

  String pem() {
    return own.certificatePem();
  }

  static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no provider makes P-256 keys", e);
    }
  }

  private X509v3CertificateBuilder leaf(
      X500Name subject, PublicKey key, Instant now, Duration valid) {
    Instant ends = now.plus(valid);
    Instant last = own.ends();
    X509v3CertificateBuilder builder =
        builder(name, now, ends.isBefore(last) ? ends : last, subject, key);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new BcX509ExtensionUtils()
              .createAuthorityKeyIdentifier(
                  SubjectPublicKeyInfo.getInstance(own.certificate().getPublicKey().getEncoded())));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    return builder;
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, Instant now, Instant ends, X500Name subject, PublicKey publicKey) {
    // 16 random bytes, positive and of constant length
    BigInteger serial = new BigInteger(126, RANDOM).setBit(126);
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(publicKey.getEncoded());
    var builder =
        new X509v3CertificateBuilder(
            issuer, serial, Date.from(now.minus(SLACK)), Date.from(ends), subject, info);
    try {
      builder.addExtension(
          Extension.subjectKeyIdentifier,
          false,
          new BcX509ExtensionUtils().createSubjectKeyIdentifier(info));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    return builder;
  }

  private static X500Name name(String mspId, String unit, String common) {
    X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.O, mspId);
    if (unit != null) {
      name.addRDN(BCStyle.OU, unit);
    }
    return name.addRDN(BCStyle.CN, common).build();
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return KeyedCertificate.converted(
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("no provider signs with P-256", e);
    }
  }
}
