package jp.sanchi.server.ledger;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.X509;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A local member's authority: its root certificate and key. */
final class CertificateAuthority {
  // Ten years; leaves end with their root
  private static final Duration LIFE = Duration.ofDays(3652);
  // Servers' clocks differ a little
  private static final Duration SLACK = Duration.ofMinutes(10);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String mspId;
  private final X509CertificateHolder certificate;
  private final PrivateKey key;

  CertificateAuthority(String mspId, X509CertificateHolder certificate, PrivateKey key) {
    this.mspId = mspId;
    this.certificate = certificate;
    this.key = key;
  }

  static CertificateAuthority found(String mspId, Instant now) {
    KeyPair pair = newKey();
    X500Name name = name(mspId, null, "Authority of " + mspId);
    X509v3CertificateBuilder builder =
        builder(name, now, Date.from(now.plus(LIFE)), name, pair.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    } catch (CertIOException e) {
      throw new IllegalStateException(e);
    }
    return new CertificateAuthority(mspId, sign(builder, pair.getPrivate()), pair.getPrivate());
  }

  /**
   * Makes a key and certifies it.
   *
   * @param role Fabric's word for it, which becomes the certificate's OU: peer, admin, client
   */
  LocalIdentity issue(String role, Instant now) {
    KeyPair pair = newKey();
    return new LocalIdentity(mspId, certify(role, pair.getPublic(), now), pair.getPrivate());
  }

  /** The certificate, in DER, of a key that somebody else holds. */
  byte[] certify(String role, PublicKey holder, Instant now) {
    X509v3CertificateBuilder builder =
        builder(
            certificate.getSubject(),
            now,
            certificate.getNotAfter(),
            name(mspId, role, role + " of " + mspId),
            holder);
    var identifiers = new BcX509ExtensionUtils();
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          identifiers.createAuthorityKeyIdentifier(certificate.getSubjectPublicKeyInfo()));
      return sign(builder, key).getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether a verifier would trace the certificate, in DER, to this authority. */
  boolean issued(byte[] certificate) {
    try {
      X509 leaf = X509.read(certificate);
      X509.path(leaf, List.of(), List.of(X509.read(certificate())), leaf.notBefore());
      return true;
    } catch (Malformed e) {
      return false;
    }
  }

  String mspId() {
    return mspId;
  }

  PrivateKey key() {
    return key;
  }

  /** DER. */
  byte[] certificate() {
    try {
      return certificate.getEncoded();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Instant expires() {
    return certificate.getNotAfter().toInstant();
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, Instant now, Date notAfter, X500Name subject, PublicKey publicKey) {
    // 16 random bytes, positive and of constant length
    BigInteger serial = new BigInteger(126, RANDOM).setBit(126);
    Date notBefore = Date.from(now.minus(SLACK));
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(publicKey.getEncoded());
    var builder = new X509v3CertificateBuilder(issuer, serial, notBefore, notAfter, subject, info);
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

  private static X509CertificateHolder sign(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("no provider signs with P-256", e);
    }
  }

  private static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no provider makes P-256 keys", e);
    }
  }
}
