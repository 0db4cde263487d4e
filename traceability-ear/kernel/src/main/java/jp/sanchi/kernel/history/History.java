package jp.sanchi.kernel.history;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;

/**
 * All events of one subject in the ledger's order. Each entry's head binds the subject, the number,
 * the head before, the event and when it was recorded (wire format, section 3).
 */
public final class History {
  private static final byte[] DOMAIN = "sanchi/history/1".getBytes(StandardCharsets.US_ASCII);
  private static final int HASH = 32;

  /**
   * One entry.
   *
   * @param eventId 43 characters of base64url
   * @param recordTime milliseconds since 1970
   */
  public record Entry(String eventId, long recordTime) {}

  private final String subject;
  private final List<Entry> entries;
  private final List<byte[]> heads;

  /**
   * Chains the entries.
   *
   * @throws IllegalArgumentException if a record time is before the one of the entry before
   */
  public History(String subject, List<Entry> entries) {
    this.subject = subject;
    this.entries = List.copyOf(entries);
    this.heads = new ArrayList<>(entries.size() + 1);
    heads.add(emptyHead());
    long time = 0;
    for (Entry entry : this.entries) {
      if (entry.recordTime() < time) {
        throw new IllegalArgumentException("record times of " + subject + " go back");
      }
      time = entry.recordTime();
      int n = heads.size();
      heads.add(head(subject, n, heads.get(n - 1), Base64Url.decode(entry.eventId()), time));
    }
  }

  /** The head of no events: 32 zero bytes. */
  public static byte[] emptyHead() {
    return new byte[HASH];
  }

  /**
   * The head after one more event.
   *
   * @param n the event's number in the history, from 1
   * @param previous head(n-1), 32 bytes
   * @param eventId 32 bytes
   * @param recordTime milliseconds since 1970
   */
  public static byte[] head(
      String subject, long n, byte[] previous, byte[] eventId, long recordTime) {
    if (previous.length != HASH || eventId.length != HASH) {
      throw new IllegalArgumentException("head and event id are 32 bytes each");
    }
    byte[] name = subject.getBytes(StandardCharsets.US_ASCII);
    byte[] input =
        ByteBuffer.allocate(DOMAIN.length + 1 + name.length + 1 + 8 + HASH + HASH + 8)
            .put(DOMAIN)
            .put((byte) 0)
            .put(name)
            .put((byte) 0)
            .putLong(n)
            .put(previous)
            .put(eventId)
            .putLong(recordTime)
            .array();
    try {
      return MessageDigest.getInstance("SHA-256").digest(input);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public String subject() {
    return subject;
  }

  public List<Entry> entries() {
    return entries;
  }

  public int size() {
    return entries.size();
  }

  /**
   * The head after the first {@code n} events.
   *
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public byte[] head(int n) {
    return heads.get(n).clone();
  }

  /** The head after all events. */
  public byte[] head() {
    return head(size());
  }
}
