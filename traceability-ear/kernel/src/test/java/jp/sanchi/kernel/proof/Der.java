package jp.sanchi.kernel.proof;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Writes what {@link Asn1} reads. */
final class Der {
  private Der() {}

  static byte[] element(int tag, byte[]... contents) {
    int length = 0;
    for (byte[] content : contents) {
      length += content.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length >= 0x80) {
      int lengthBytes = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
      out.write(0x80 | lengthBytes);
      for (int i = lengthBytes - 1; i >= 0; i--) {
        out.write(length >> 8 * i);
      }
    } else {
      out.write(length);
    }
    for (byte[] content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  static byte[] integer(BigInteger value) {
    return element(Asn1.INTEGER, value.toByteArray());
  }

  static byte[] signature(byte[] raw) {
    return element(
        Asn1.SEQUENCE,
        integer(new BigInteger(1, raw, 0, 32)),
        integer(new BigInteger(1, raw, 32, 32)));
  }
}
