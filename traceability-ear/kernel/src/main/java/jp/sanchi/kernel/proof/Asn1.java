package jp.sanchi.kernel.proof;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One element of a DER encoding (X.690, section 10 and 11), already checked in full when {@link
 * #read} returns: definite minimal lengths of at most three length bytes, one-byte tags of the
 * kinds that certificates use, contents valid for their type, nothing left over. The order within a
 * SET OF is not checked, and contents of context-specific primitives are not known here. Every
 * fault, a wrong type asked for included, is {@link Malformed} {@code bad_der}.
 */
final class Asn1 {
  static final int BOOLEAN = 0x01;
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int NULL = 0x05;
  static final int OID = 0x06;
  static final int ENUMERATED = 0x0a;
  static final int UTF8_STRING = 0x0c;
  static final int PRINTABLE_STRING = 0x13;
  static final int T61_STRING = 0x14;
  static final int IA5_STRING = 0x16;
  static final int UTC_TIME = 0x17;
  static final int GENERALIZED_TIME = 0x18;
  static final int BMP_STRING = 0x1e;
  static final int SEQUENCE = 0x30;
  static final int SET = 0x31;

  private static final int CONSTRUCTED = 0x20;
  private static final int CONTEXT = 0x80;
  private static final int DEEPEST = 16;

  private final byte[] source;
  private final int start;
  private final int content;
  private final int end;
  private final List<Asn1> children = new ArrayList<>();

  /** Reads one element that fills {@code der}. */
  static Asn1 read(byte[] der) {
    Asn1 element = new Asn1(der, 0, der.length, 1);
    if (element.end != der.length) {
      throw bad();
    }
    return element;
  }

  private Asn1(byte[] source, int start, int limit, int depth) {
    if (depth > DEEPEST || limit - start < 2) {
      throw bad();
    }
    this.source = source;
    this.start = start;
    int first = source[start + 1] & 0xff;
    int length = first;
    int at = start + 2;
    if (first >= 0x80) {
      int lengthBytes = first & 0x7f;
      if (lengthBytes < 1 || lengthBytes > 3 || lengthBytes > limit - at) {
        throw bad();
      }
      length = 0;
      for (int i = 0; i < lengthBytes; i++) {
        length = length << 8 | source[at++] & 0xff;
      }
      if (length < (lengthBytes == 1 ? 0x80 : 1 << 8 * (lengthBytes - 1))) {
        throw bad();
      }
    }
    if (length > limit - at) {
      throw bad();
    }
    this.content = at;
    this.end = at + length;
    check(depth);
  }

  private void check(int depth) {
    int tag = tag();
    switch (tag) {
      case SEQUENCE, SET -> readChildren(depth);
      case BOOLEAN -> require(length() == 1 && (source[content] == 0 || source[content] == -1));
      case INTEGER, ENUMERATED -> requireMinimalInteger();
      case BIT_STRING -> requireBits();
      case NULL -> require(length() == 0);
      case OID -> requireOid();
      case UTF8_STRING -> Utf8.text(content(), "bad_der");
      case PRINTABLE_STRING -> requirePrintable();
      case UTC_TIME, GENERALIZED_TIME -> time();
      case OCTET_STRING, T61_STRING, IA5_STRING, BMP_STRING -> {}
      default -> {
        require((tag & 0xc0) == CONTEXT && (tag & 0x1f) != 0x1f);
        if ((tag & CONSTRUCTED) != 0) {
          readChildren(depth);
        }
      }
    }
  }

  private void readChildren(int depth) {
    for (int at = content; at < end; ) {
      Asn1 child = new Asn1(source, at, end, depth + 1);
      children.add(child);
      at = child.end;
    }
  }

  private void requireMinimalInteger() {
    require(length() >= 1);
    if (length() > 1) {
      boolean negative = source[content + 1] < 0;
      require(source[content] != (negative ? -1 : 0));
    }
  }

  private void requireBits() {
    require(length() >= 1);
    int unused = source[content];
    require(unused >= 0 && unused <= 7 && (length() > 1 || unused == 0));
    require((source[end - 1] & (1 << unused) - 1) == 0);
  }

  private void requireOid() {
    require(length() >= 1 && source[end - 1] >= 0);
    boolean arcStarts = true;
    for (int i = content; i < end; i++) {
      // A leading 0x80 in an arc is a leading zero.
      require(!arcStarts || source[i] != (byte) 0x80);
      arcStarts = source[i] >= 0;
    }
  }

  private void requirePrintable() {
    for (int i = content; i < end; i++) {
      int c = source[i];
      require(
          c >= 'A' && c <= 'Z'
              || c >= 'a' && c <= 'z'
              || c >= '0' && c <= '9'
              || " '()+,-./:=?".indexOf(c) >= 0);
    }
  }

  int tag() {
    return source[start] & 0xff;
  }

  /** The whole encoding: tag, length and content. */
  byte[] encoded() {
    return Arrays.copyOfRange(source, start, end);
  }

  byte[] content() {
    return Arrays.copyOfRange(source, content, end);
  }

  /** The elements of a constructed one, which must bear this tag. */
  List<Asn1> children(int tag) {
    requireTag(tag);
    return children;
  }

  BigInteger integer() {
    requireTag(INTEGER);
    return new BigInteger(content());
  }

  boolean bool() {
    requireTag(BOOLEAN);
    return source[content] != 0;
  }

  byte[] octets() {
    requireTag(OCTET_STRING);
    return content();
  }

  /** The content in hexadecimal: identifiers are only compared, so the dotted form is no use. */
  String oid() {
    requireTag(OID);
    return HexFormat.of().formatHex(source, content, end);
  }

  /** The bytes of a BIT STRING that is whole bytes. */
  byte[] wholeBytes() {
    requireTag(BIT_STRING);
    require(source[content] == 0);
    return Arrays.copyOfRange(source, content + 1, end);
  }

  /**
   * A BIT STRING with named bits, bit 0 in the result's lowest bit. DER drops trailing zero bits
   * from these (X.690, 11.2.2), and at least one bit is set (RFC 5280, 4.2.1.3).
   */
  int namedBits() {
    requireTag(BIT_STRING);
    require(length() >= 2 && length() <= 4);
    int unused = source[content];
    require((source[end - 1] >> unused & 1) == 1);
    int bits = 0;
    for (int i = 0; i < 8 * (length() - 1); i++) {
      bits |= (source[content + 1 + i / 8] >> 7 - i % 8 & 1) << i;
    }
    return bits;
  }

  /** A UTF8String or PrintableString. */
  String text() {
    require(tag() == UTF8_STRING || tag() == PRINTABLE_STRING);
    return new String(content(), StandardCharsets.UTF_8);
  }

  /**
   * Milliseconds since 1970 of {@code YYMMDDHHMMSSZ} or {@code YYYYMMDDHHMMSSZ}; two digits from 50
   * on are the last century's (RFC 5280, 4.1.2.5.1).
   */
  long time() {
    int yearDigits = tag() == UTC_TIME ? 2 : 4;
    require(tag() == UTC_TIME || tag() == GENERALIZED_TIME);
    require(length() == yearDigits + 11 && source[end - 1] == 'Z');
    int year = digits(content, yearDigits);
    if (tag() == UTC_TIME) {
      year += year < 50 ? 2000 : 1900;
    }
    int at = content + yearDigits;
    try {
      return LocalDateTime.of(
              year,
              digits(at, 2),
              digits(at + 2, 2),
              digits(at + 4, 2),
              digits(at + 6, 2),
              digits(at + 8, 2))
          .toInstant(ZoneOffset.UTC)
          .toEpochMilli();
    } catch (DateTimeException e) {
      throw bad();
    }
  }

  private int digits(int at, int count) {
    int value = 0;
    for (int i = at; i < at + count; i++) {
      require(source[i] >= '0' && source[i] <= '9');
      value = 10 * value + source[i] - '0';
    }
    return value;
  }

  private int length() {
    return end - content;
  }

  private void requireTag(int tag) {
    require(tag() == tag);
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw bad();
    }
  }

  private static Malformed bad() {
    return new Malformed("bad_der");
  }
}
