package jp.sanchi.audit;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.hyperledger.fabric.protos.common.BlockHeader;

/** Hashes, and the bytes of a block's header that are hashed. */
final class Hash {
  private static final int INTEGER = 0x02;
  private static final int OCTETS = 0x04;
  private static final int SEQUENCE = 0x30;

  private Hash() {}

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * The DER of number, previous hash and data hash. Fields of more than 40 bytes are no hashes.
   *
   * @throws Fault {@code header}
   */
  static byte[] encoded(BlockHeader header) {
    byte[] number = new BigInteger(Long.toUnsignedString(header.getNumber())).toByteArray();
    byte[] previous = header.getPreviousHash().toByteArray();
    byte[] data = header.getDataHash().toByteArray();
    if (previous.length > 40 || data.length > 40) {
      throw new Fault("header", "hashes of " + previous.length + " and " + data.length + " bytes");
    }
    int length = 6 + number.length + previous.length + data.length;
    return ByteBuffer.allocate(2 + length)
        .put((byte) SEQUENCE)
        .put((byte) length)
        .put((byte) INTEGER)
        .put((byte) number.length)
        .put(number)
        .put((byte) OCTETS)
        .put((byte) previous.length)
        .put(previous)
        .put((byte) OCTETS)
        .put((byte) data.length)
        .put(data)
        .array();
  }
}
