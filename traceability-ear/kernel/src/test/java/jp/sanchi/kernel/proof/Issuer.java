package jp.sanchi.kernel.proof;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Issues certificates of the profile that {@link X509} reads, and of what it must refuse. */
public final class Issuer {
  public static final long FROM = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  public static final long TO = Instant.parse("2036-01-01T00:00:00Z").toEpochMilli();

  private static final byte[] ECDSA = HexFormat.of().parseHex("300a06082a8648ce3d040302");
  private static final byte[] P256_KEY =
      HexFormat.of().parseHex("301306072a8648ce3d020106082a8648ce3d030107");

  public final SeededKey key;
  public final String organisation;
  public final byte[] certificate;
  private final byte[] name;

  /** A root that has signed itself. */
  public Issuer(String organisation, String seed) {
    this.organisation = organisation;
    this.key = new SeededKey(seed);
    this.name = name(organisation, null, "ca." + organisation);
    this.certificate = issue(name, key, 1, FROM, TO, true);
  }

  private Issuer(String organisation, SeededKey key, byte[] name, byte[] certificate) {
    this.organisation = organisation;
    this.key = key;
    this.name = name;
    this.certificate = certificate;
  }

  /** An authority under this one. */
  public Issuer intermediate(String seed, int serial) {
    SeededKey under = new SeededKey(seed);
    byte[] subject = name(organisation, null, "ica." + organisation);
    return new Issuer(organisation, under, subject, issue(subject, under, serial, FROM, TO, true));
  }

  /** Somebody with a certificate of this authority's who signs as if it made him one. */
  Issuer pretending(SeededKey key, byte[] certificate, String unit, String commonName) {
    return new Issuer(organisation, key, name(organisation, unit, commonName), certificate);
  }

  public byte[] leaf(SeededKey key, String unit, String commonName, int serial) {
    return leaf(key, unit, commonName, serial, FROM, TO);
  }

  public byte[] leaf(
      SeededKey key, String unit, String commonName, int serial, long from, long to) {
    return issue(name(organisation, unit, commonName), key, serial, from, to, false);
  }

  private byte[] issue(
      byte[] subject, SeededKey holder, int serial, long from, long to, boolean ca) {
    List<byte[]> extensions = new ArrayList<>();
    if (ca) {
      extensions.add(
          extension("551d13", Der.element(Asn1.SEQUENCE, Der.element(Asn1.BOOLEAN, ff()))));
    }
    // keyCertSign and cRLSign, or digitalSignature
    byte[] usage = ca ? new byte[] {1, 6} : new byte[] {7, (byte) 0x80};
    extensions.add(extension("551d0f", Der.element(Asn1.BIT_STRING, usage)));
    byte[] tbs =
        Der.element(
            Asn1.SEQUENCE,
            Der.element(0xa0, Der.integer(BigInteger.TWO)),
            Der.integer(BigInteger.valueOf(serial)),
            ECDSA,
            name,
            Der.element(Asn1.SEQUENCE, time(from), time(to)),
            subject,
            Der.element(
                Asn1.SEQUENCE, P256_KEY, Der.element(Asn1.BIT_STRING, new byte[1], holder.point())),
            Der.element(0xa3, Der.element(Asn1.SEQUENCE, extensions.toArray(byte[][]::new))));
    return Der.element(
        Asn1.SEQUENCE, tbs, ECDSA, Der.element(Asn1.BIT_STRING, new byte[1], key.signDer(tbs)));
  }

  private static byte[] extension(String oid, byte[] value) {
    return Der.element(
        Asn1.SEQUENCE,
        Der.element(Asn1.OID, HexFormat.of().parseHex(oid)),
        Der.element(Asn1.BOOLEAN, ff()),
        Der.element(Asn1.OCTET_STRING, value));
  }

  private static byte[] ff() {
    return new byte[] {(byte) 0xff};
  }

  private static byte[] time(long ms) {
    String text =
        DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'")
            .withZone(ZoneOffset.UTC)
            .format(Instant.ofEpochMilli(ms));
    return Der.element(Asn1.UTC_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] name(String organisation, String unit, String commonName) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(attribute("55040a", organisation));
    if (unit != null) {
      parts.add(attribute("55040b", unit));
    }
    parts.add(attribute("550403", commonName));
    return Der.element(Asn1.SEQUENCE, parts.toArray(byte[][]::new));
  }

  private static byte[] attribute(String oid, String text) {
    return Der.element(
        Asn1.SET,
        Der.element(
            Asn1.SEQUENCE,
            Der.element(Asn1.OID, HexFormat.of().parseHex(oid)),
            Der.element(Asn1.UTF8_STRING, text.getBytes(StandardCharsets.UTF_8))));
  }
}
