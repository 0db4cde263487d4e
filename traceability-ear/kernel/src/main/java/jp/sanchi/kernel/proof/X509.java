package jp.sanchi.kernel.proof;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * An X.509 certificate of a P-256 key, signed with ECDSA and SHA-256: the profile of RFC 5280 that
 * Fabric's certificate authorities keep to, read strictly and no more of it than a verdict needs.
 */
public final class X509 {
  private static final byte[] ECDSA_WITH_SHA256 =
      HexFormat.of().parseHex("300a06082a8648ce3d040302");
  private static final byte[] P256_KEY =
      HexFormat.of().parseHex("301306072a8648ce3d020106082a8648ce3d030107");
  private static final int VERSION_TAG = 0xa0;
  private static final int EXTENSIONS_TAG = 0xa3;
  private static final long UTC_ENDS_MS = 2524608000000L; // 2050-01-01T00:00:00Z

  private static final String ORGANISATIONAL_UNIT = "55040b";
  private static final String KEY_USAGE = "551d0f";
  private static final String BASIC_CONSTRAINTS = "551d13";

  /** May be critical, though nothing here depends on what they say. */
  private static final Set<String> TOLERATED =
      Set.of(
          "551d0e", // subjectKeyIdentifier
          "551d23", // authorityKeyIdentifier
          "551d11", // subjectAltName
          "551d25", // extKeyUsage
          "2a030405060708" + "01"); // Fabric's attributes, 1.2.3.4.5.6.7.8.1

  private static final int DIGITAL_SIGNATURE = 1;
  private static final int KEY_CERT_SIGN = 1 << 5;

  private final byte[] der;
  private final byte[] tbs;
  private final BigInteger serial;
  private final byte[] issuer;
  private final byte[] subject;
  private final List<String> organisationalUnits;
  private final long notBefore;
  private final long notAfter;
  private final byte[] publicKey;
  private final byte[] signature;
  private boolean ca;
  private int pathLength = Integer.MAX_VALUE;
  private int keyUsage;

  /**
   * Reads one certificate; trailing bytes are refused.
   *
   * @throws Malformed {@code bad_certificate} for whatever is not DER or not this profile's
   *     structure, {@code unsupported_signature} for another algorithm, {@code unsupported_key} for
   *     a key that is not an uncompressed P-256 point, {@code bad_key} for one off the curve,
   *     {@code duplicate_extension}, {@code unknown_critical_extension}. Of several faults, DER
   *     comes first, then the first in the order of the certificate's bytes.
   */
  public static X509 read(byte[] der) {
    try {
      return new X509(der.clone());
    } catch (Malformed e) {
      throw e.reason().equals("bad_der") ? bad() : e;
    }
  }

  private X509(byte[] der) {
    this.der = der;
    List<Asn1> certificate = Asn1.read(der).children(Asn1.SEQUENCE);
    require(certificate.size() == 3);
    this.tbs = certificate.get(0).encoded();
    Iterator<Asn1> fields = certificate.get(0).children(Asn1.SEQUENCE).iterator();

    List<Asn1> version = next(fields).children(VERSION_TAG);
    require(version.size() == 1 && version.get(0).integer().equals(BigInteger.TWO));
    Asn1 number = next(fields);
    this.serial = number.integer();
    require(serial.signum() > 0 && number.content().length <= 20);
    requireEcdsa(next(fields));
    Asn1 issuerName = next(fields);
    this.issuer = issuerName.encoded();
    units(issuerName);
    require(!issuerName.children(Asn1.SEQUENCE).isEmpty());
    List<Asn1> validity = next(fields).children(Asn1.SEQUENCE);
    require(validity.size() == 2);
    this.notBefore = time(validity.get(0));
    this.notAfter = time(validity.get(1));
    Asn1 subjectName = next(fields);
    this.subject = subjectName.encoded();
    this.organisationalUnits = units(subjectName);
    this.publicKey = point(next(fields));
    if (fields.hasNext()) {
      // Unique identifiers, [1] and [2], fail here by their tag.
      List<Asn1> wrapped = fields.next().children(EXTENSIONS_TAG);
      require(wrapped.size() == 1 && !fields.hasNext());
      extensions(wrapped.get(0));
    }

    requireEcdsa(certificate.get(1));
    this.signature = certificate.get(2).wholeBytes();
    try {
      P256.rawOf(signature);
    } catch (Malformed e) {
      throw bad();
    }
  }

  private static Asn1 next(Iterator<Asn1> fields) {
    require(fields.hasNext());
    return fields.next();
  }

  private static void requireEcdsa(Asn1 algorithm) {
    algorithm.children(Asn1.SEQUENCE);
    if (!Arrays.equals(algorithm.encoded(), ECDSA_WITH_SHA256)) {
      throw new Malformed("unsupported_signature");
    }
  }

  private static List<String> units(Asn1 name) {
    List<String> units = new ArrayList<>();
    for (Asn1 relative : name.children(Asn1.SEQUENCE)) {
      require(!relative.children(Asn1.SET).isEmpty());
      // Go puts all units of a name in one SET; others use a SET for each.
      for (Asn1 attribute : relative.children(Asn1.SET)) {
        List<Asn1> pair = attribute.children(Asn1.SEQUENCE);
        require(pair.size() == 2);
        if (pair.get(0).oid().equals(ORGANISATIONAL_UNIT)) {
          units.add(pair.get(1).text());
        }
      }
    }
    return List.copyOf(units);
  }

  // UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280, 4.1.2.5).
  private static long time(Asn1 time) {
    long ms = time.time();
    require(time.tag() == Asn1.UTC_TIME || ms >= UTC_ENDS_MS);
    return ms;
  }

  private static byte[] point(Asn1 keyInfo) {
    List<Asn1> parts = keyInfo.children(Asn1.SEQUENCE);
    require(parts.size() == 2);
    byte[] point = parts.get(1).wholeBytes();
    if (!Arrays.equals(parts.get(0).encoded(), P256_KEY) || point.length != 65 || point[0] != 4) {
      throw new Malformed("unsupported_key");
    }
    P256.requirePoint(point);
    return point;
  }

  private void extensions(Asn1 extensions) {
    require(!extensions.children(Asn1.SEQUENCE).isEmpty());
    Set<String> seen = new HashSet<>();
    for (Asn1 extension : extensions.children(Asn1.SEQUENCE)) {
      List<Asn1> parts = extension.children(Asn1.SEQUENCE);
      require(parts.size() == 2 || parts.size() == 3);
      String id = parts.get(0).oid();
      boolean critical = parts.size() == 3;
      // FALSE is the default, and DER leaves defaults out.
      require(!critical || parts.get(1).bool());
      byte[] value = parts.get(parts.size() - 1).octets();
      if (!seen.add(id)) {
        throw new Malformed("duplicate_extension");
      }
      if (id.equals(BASIC_CONSTRAINTS)) {
        basicConstraints(Asn1.read(value).children(Asn1.SEQUENCE));
      } else if (id.equals(KEY_USAGE)) {
        keyUsage = Asn1.read(value).namedBits();
      } else if (critical && !TOLERATED.contains(id)) {
        throw new Malformed("unknown_critical_extension");
      }
    }
  }

  private void basicConstraints(List<Asn1> parts) {
    require(parts.size() <= 2);
    if (!parts.isEmpty()) {
      ca = parts.get(0).bool();
      require(ca); // FALSE is left out, and a path length belongs to authorities only
    }
    if (parts.size() == 2) {
      BigInteger length = parts.get(1).integer();
      require(length.signum() >= 0 && length.bitLength() <= 8);
      pathLength = length.intValue();
    }
  }

  /**
   * The root that vouches for a certificate, whose key signed something at {@code atMs}. The path
   * is leaf, root, or leaf, intermediate, root. Names are compared by their bytes. A root is
   * trusted because it is in the list, so its own signature is not looked at, but its validity is.
   *
   * <p>Every issuer by name is tried, roots in their order first, then intermediates in theirs; if
   * none holds, the reason is that of the first path tried, and on a path that of the certificate
   * nearest to the leaf.
   *
   * @throws Malformed {@code certificate_expired} if any certificate in the path is outside its
   *     validity; {@code certificate_not_for_signing} if the leaf is an authority or its key usage
   *     lacks digitalSignature; {@code certificate_not_ca} if an issuer is no authority, may not
   *     sign certificates or is too far from the leaf; {@code certificate_bad_signature}; {@code
   *     certificate_not_trusted} if no names lead to a root
   */
  public static X509 path(X509 leaf, List<X509> intermediates, List<X509> roots, long atMs) {
    if (!leaf.validAt(atMs)) {
      throw new Malformed("certificate_expired");
    }
    if (leaf.ca || (leaf.keyUsage & DIGITAL_SIGNATURE) == 0) {
      throw new Malformed("certificate_not_for_signing");
    }
    String reason = null;
    for (X509 root : roots) {
      if (root.named(leaf.issuer)) {
        String fault = leaf.faultUnder(root, 0, atMs);
        if (fault == null) {
          return root;
        }
        reason = reason == null ? fault : reason;
      }
    }
    for (X509 intermediate : intermediates) {
      // A root sent along as an intermediate has been tried above.
      if (!intermediate.named(leaf.issuer) || roots.contains(intermediate)) {
        continue;
      }
      for (X509 root : roots) {
        if (root.named(intermediate.issuer)) {
          String fault = leaf.faultUnder(intermediate, 0, atMs);
          if (fault == null) {
            fault = intermediate.faultUnder(root, 1, atMs);
          }
          if (fault == null) {
            return root;
          }
          reason = reason == null ? fault : reason;
        }
      }
    }
    throw new Malformed(reason == null ? "certificate_not_trusted" : reason);
  }

  // What is wrong with this certificate's issuer, with so many intermediates below it, or null.
  private String faultUnder(X509 authority, int intermediatesBelow, long atMs) {
    if (!authority.ca
        || (authority.keyUsage & KEY_CERT_SIGN) == 0
        || authority.pathLength < intermediatesBelow) {
      return "certificate_not_ca";
    }
    if (!authority.validAt(atMs)) {
      return "certificate_expired";
    }
    return P256.verifyCertificate(authority.publicKey, tbs, signature)
        ? null
        : "certificate_bad_signature";
  }

  private boolean named(byte[] name) {
    return Arrays.equals(subject, name);
  }

  private boolean validAt(long ms) {
    return notBefore <= ms && ms <= notAfter;
  }

  /** The whole certificate. Two certificates are equal if these bytes are. */
  public byte[] der() {
    return der.clone();
  }

  /** The signed part. */
  public byte[] tbs() {
    return tbs.clone();
  }

  /** Positive; with the issuer it names the certificate on a revocation list. */
  public BigInteger serial() {
    return serial;
  }

  /** The issuer's distinguished name in DER. */
  public byte[] issuer() {
    return issuer.clone();
  }

  /** The subject's distinguished name in DER. */
  public byte[] subject() {
    return subject.clone();
  }

  /** The subject's OU values in the order of the bytes; Fabric tells peers and admins by them. */
  public List<String> organisationalUnits() {
    return organisationalUnits;
  }

  /** First valid instant, in milliseconds since 1970. */
  public long notBefore() {
    return notBefore;
  }

  /** Last valid instant, in milliseconds since 1970. */
  public long notAfter() {
    return notAfter;
  }

  /** The key as {@link P256} takes it: 65 bytes, on the curve. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** Whether basicConstraints says that this is an authority. */
  public boolean ca() {
    return ca;
  }

  /** How many intermediates may stand below this authority; the largest int if it does not say. */
  public int pathLength() {
    return pathLength;
  }

  /** keyUsage, digitalSignature in the lowest bit, keyCertSign in bit 5; 0 if it is absent. */
  public int keyUsage() {
    return keyUsage;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof X509 that && Arrays.equals(der, that.der);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(der);
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw bad();
    }
  }

  private static Malformed bad() {
    return new Malformed("bad_certificate");
  }
}
