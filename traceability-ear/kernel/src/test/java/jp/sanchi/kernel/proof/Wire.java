package jp.sanchi.kernel.proof;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Writes the few protobuf messages that {@link Protobuf} reads; defaults stay off the wire. */
final class Wire {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Wire number(int field, long value) {
    if (value != 0) {
      varint((long) field << 3);
      varint(value);
    }
    return this;
  }

  Wire bytes(int field, byte[] value) {
    return value.length == 0 ? this : message(field, value);
  }

  Wire text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Wire message(int field, byte[] value) {
    varint((long) field << 3 | 2);
    varint(value.length);
    out.writeBytes(value);
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
      out.write((int) (rest & 0x7f | 0x80));
    }
    out.write((int) rest);
  }

  /** ProposalResponsePayload around what the chaincode answers. */
  static byte[] response(int status, byte[] payload, String chaincode) {
    byte[] action =
        new Wire()
            .bytes(1, "results".getBytes(StandardCharsets.US_ASCII))
            .message(3, new Wire().number(1, status).bytes(3, payload).toBytes())
            .message(4, new Wire().text(2, chaincode).text(3, "1.0").toBytes())
            .toBytes();
    return new Wire().bytes(1, SeededKey.sha256(payload)).bytes(2, action).toBytes();
  }

  static byte[] identity(String mspId, byte[] certificate) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate);
    String pem = "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n";
    return new Wire().text(1, mspId).text(2, pem).toBytes();
  }
}
