package jp.sanchi.bridge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Which window: a device's readings of a span of time. The first has generation 0; readings that
 * come after it was closed make a next generation, which supplements it.
 *
 * @param from ms since 1970
 * @param to the last ms that belongs to it, on the same UTC day
 */
record WindowId(String device, long from, long to, int generation) {
  private static final long DAY = 86_400_000L;

  /** The span of {@code lengthMs} that a time falls into; spans begin at UTC midnight. */
  static WindowId of(String device, long timeMs, long lengthMs, int generation) {
    long day = Math.floorDiv(timeMs, DAY) * DAY;
    long from = day + (timeMs - day) / lengthMs * lengthMs;
    return new WindowId(device, from, Math.min(from + lengthMs, day + DAY) - 1, generation);
  }

  WindowId generation(int other) {
    return new WindowId(device, from, to, other);
  }

  /** Its event's UUID: the same however often the window is closed anew after a crash. */
  UUID uuid(String kid) {
    ByteBuffer name = ByteBuffer.allocate(400);
    for (String text : new String[] {"sanchi/window/1", kid, device}) {
      name.put(text.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    }
    name.putLong(from).putLong(to).putInt(generation).flip();
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(name);
      ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
      // RFC 9562, version 8: made by a rule of one's own
      long high = hash.getLong() & ~0xf000L | 0x8000L;
      long low = hash.getLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
      return new UUID(high, low);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
