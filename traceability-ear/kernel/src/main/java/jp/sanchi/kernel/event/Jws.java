package jp.sanchi.kernel.event;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * One event as its device signed it: a compact JWS (RFC 7515) of which the header, the payload and
 * all encodings have exactly one form. Reading does not verify the signature.
 *
 * <p>Reasons, in the order in which they are found: {@code jws_malformed} (over 64 KiB, not three
 * parts of canonical base64url, signature not 64 bytes); {@code jws_bad_header}; a {@code json_*}
 * of the payload, with the place as field; {@code jws_malformed} for a payload that is no object.
 */
public final class Jws {
  /** The type of a trace event, whose payload is an EPCIS 2.0 event. */
  public static final String TRACE = "sanchi-epcis";

  /** The type of an administration object. */
  public static final String ADMINISTRATION = "sanchi-admin";

  private static final int LONGEST = 64 * 1024;
  private static final int SIGNATURE = 64;
  private static final Json.Limits HEADER = new Json.Limits(LONGEST, 2);

  private final String compact;
  private final String typ;
  private final String kid;
  private final long seq;
  private final byte[] x5c;
  private final byte[] payloadBytes;
  private final Json.Obj payload;
  private final byte[] signature;
  private final byte[] id;

  private Jws(String compact, Json.Obj header, byte[] payloadBytes, byte[] signature) {
    this.compact = compact;
    this.typ = header.text("typ");
    this.kid = header.text("kid");
    this.seq = header.integer("seq");
    this.x5c = header.has("x5c") ? certificate(header.array("x5c")) : null;
    this.payloadBytes = payloadBytes;
    this.payload = payload(payloadBytes);
    this.signature = signature;
    this.id = Serial.sha256(signingInput());
  }

  public static Jws parse(String compact) {
    // By characters: anything but ASCII fails as base64url anyway.
    int first = compact.indexOf('.');
    int second = compact.indexOf('.', first + 1);
    if (compact.length() > LONGEST || first < 0 || second < 0) {
      throw malformed();
    }
    byte[] headerBytes = decode(compact.substring(0, first));
    byte[] payloadBytes = decode(compact.substring(first + 1, second));
    byte[] signature = decode(compact.substring(second + 1));
    if (signature.length != SIGNATURE) {
      throw malformed();
    }
    return new Jws(compact, header(headerBytes), payloadBytes, signature);
  }

  /**
   * What a device signs with SHA-256 and ECDSA on P-256. Refuses what {@link #parse} would, but for
   * the length of the whole, which only a certificate of over 15 KiB could exceed.
   *
   * @param certificate the DER certificate of a member's administrator, or null
   */
  public static String signingInput(
      String typ, String kid, long seq, byte[] certificate, Json.Obj payload) {
    Json.Obj header = Json.object("alg", "ES256", "kid", kid, "seq", seq, "typ", typ);
    if (certificate != null) {
      String text = Base64.getEncoder().encodeToString(certificate);
      header = header.with("x5c", Json.array(text));
    }
    byte[] headerBytes = header.canonical();
    byte[] payloadBytes = payload.canonical();
    header(headerBytes);
    payload(payloadBytes);
    return Base64Url.encode(headerBytes) + "." + Base64Url.encode(payloadBytes);
  }

  /** {@link #TRACE} or {@link #ADMINISTRATION}. */
  public String typ() {
    return typ;
  }

  /** The signing key's RFC 7638 thumbprint as 43 characters of base64url. */
  public String kid() {
    return kid;
  }

  /** The key's own count of what it signed, 0 to 2^53-1; for audits, no rule reads it. */
  public long seq() {
    return seq;
  }

  /**
   * The certificate of a member's administrator, or null; canonical base64 in the header, but not
   * looked into: it may be no DER at all.
   */
  public byte[] x5c() {
    return x5c == null ? null : x5c.clone();
  }

  public Json.Obj payload() {
    return payload;
  }

  /** RFC 8785 JSON in UTF-8. */
  public byte[] payloadBytes() {
    return payloadBytes.clone();
  }

  /** r and s, 32 bytes each, big-endian; their ranges are not checked here. */
  public byte[] signature() {
    return signature.clone();
  }

  /** The ASCII of header, dot and payload. */
  public byte[] signingInput() {
    return compact.substring(0, compact.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
  }

  /** SHA-256 of the signing input: another signature over the same does not make another event. */
  public byte[] id() {
    return id.clone();
  }

  /** The id as 43 characters of base64url. */
  public String idText() {
    return Base64Url.encode(id);
  }

  public String compact() {
    return compact;
  }

  /** Equal where the signature is equal too; compare {@link #idText()} for the same event. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Jws jws && jws.compact.equals(compact);
  }

  @Override
  public int hashCode() {
    return compact.hashCode();
  }

  @Override
  public String toString() {
    return typ + " " + idText();
  }

  private static Json.Obj header(byte[] bytes) {
    Json parsed;
    try {
      parsed = Json.parseCanonical(bytes, HEADER);
    } catch (MalformedEvent e) {
      throw badHeader(null);
    }
    if (!(parsed instanceof Json.Obj header)) {
      throw badHeader(null);
    }
    String typ = text(header, "typ");
    if (!typ.equals(TRACE) && !typ.equals(ADMINISTRATION)) {
      throw badHeader("/typ");
    }
    if (!text(header, "alg").equals("ES256")) {
      throw badHeader("/alg");
    }
    if (!isThumbprint(text(header, "kid"))) {
      throw badHeader("/kid");
    }
    if (!(header.get("seq") instanceof Json.Num seq) || !seq.isInteger() || seq.longValue() < 0) {
      throw badHeader("/seq");
    }
    boolean certified = header.has("x5c");
    if (certified) {
      if (!typ.equals(ADMINISTRATION)
          || !(header.get("x5c") instanceof Json.Arr chain)
          || certificate(chain) == null) {
        throw badHeader("/x5c");
      }
    }
    if (header.members().size() != (certified ? 5 : 4)) {
      throw badHeader(null);
    }
    return header;
  }

  private static String text(Json.Obj header, String name) {
    if (header.get(name) instanceof Json.Text text) {
      return text.value();
    }
    throw badHeader("/" + name);
  }

  private static boolean isThumbprint(String kid) {
    try {
      return Base64Url.decode(kid).length == 32;
    } catch (MalformedEvent e) {
      return false;
    }
  }

  /** The one certificate as bytes, or null where the array is anything else. */
  private static byte[] certificate(Json.Arr chain) {
    if (chain.size() != 1 || !(chain.get(0) instanceof Json.Text text)) {
      return null;
    }
    try {
      byte[] der = Base64.getDecoder().decode(text.value());
      boolean canonical = Base64.getEncoder().encodeToString(der).equals(text.value());
      return canonical && der.length > 0 ? der : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static Json.Obj payload(byte[] bytes) {
    if (Json.parseCanonical(bytes, Json.Limits.EVENT) instanceof Json.Obj payload) {
      return payload;
    }
    throw malformed();
  }

  private static byte[] decode(String part) {
    try {
      return Base64Url.decode(part);
    } catch (MalformedEvent e) {
      throw malformed();
    }
  }

  private static MalformedEvent malformed() {
    return new MalformedEvent("jws_malformed", null);
  }

  private static MalformedEvent badHeader(String field) {
    return new MalformedEvent("jws_bad_header", field);
  }
}
