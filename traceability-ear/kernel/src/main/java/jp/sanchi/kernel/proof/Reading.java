package jp.sanchi.kernel.proof;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * One measurement, as its leaf in a window's Merkle tree (wire format, section 8).
 *
 * @param device id, 1 to 255 ASCII characters
 * @param seq counted by the device, not negative
 * @param timeMs milliseconds since 1970, not negative
 * @param values by measure code (1 temperature in 0.01 °C, 2 relative humidity in 0.01 %), scaled
 */
public record Reading(String device, long seq, long timeMs, SortedMap<Integer, Long> values) {
  private static final int VERSION = 1;
  private static final int MOST_CODE = 0xffff;

  public Reading {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    boolean ascii = device.chars().allMatch(c -> c >= 0x21 && c <= 0x7e);
    boolean codes = !values.isEmpty() && values.firstKey() > 0 && values.lastKey() <= MOST_CODE;
    if (!ascii || device.isEmpty() || device.length() > 255 || seq < 0 || timeMs < 0 || !codes) {
      throw new Malformed("reading_malformed");
    }
  }

  /**
   * The readings that a window's event signs: all of one device, in order, within its times, and
   * with its root.
   *
   * @param window a {@code window_recorded} or {@code window_supplemented}
   * @throws Malformed {@code readings_malformed} where a leaf is none, else {@code readings_wrong}
   */
  public static List<Reading> ofWindow(TraceEvent window, List<byte[]> leaves) {
    List<Reading> readings = new ArrayList<>(leaves.size());
    for (byte[] leaf : leaves) {
      try {
        readings.add(read(leaf));
      } catch (Malformed e) {
        throw new Malformed("readings_malformed");
      }
    }
    if (!fit(window, readings) || !root(leaves).equals(window.text("sanchi:root"))) {
      throw new Malformed("readings_wrong");
    }
    return readings;
  }

  private static boolean fit(TraceEvent window, List<Reading> readings) {
    if (readings.isEmpty() || readings.size() != window.integer("sanchi:count")) {
      return false;
    }
    long from = IsoTime.parse(window.text("sanchi:from"));
    long to = IsoTime.parse(window.text("sanchi:to"));
    Reading first = readings.get(0);
    Reading before = null;
    for (Reading reading : readings) {
      if (reading.timeMs < from
          || reading.timeMs > to
          || !reading.device.equals(first.device)
          || before != null && reading.seq <= before.seq) {
        return false;
      }
      before = reading;
    }
    return first.seq == window.integer("sanchi:firstSeq")
        && before.seq == window.integer("sanchi:lastSeq");
  }

  private static String root(List<byte[]> leaves) {
    return Base64Url.encode(Merkle.root(leaves.stream().map(Merkle::leaf).toList()));
  }

  /** The leaf's data. */
  public byte[] leaf() {
    byte[] name = device.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer leaf = ByteBuffer.allocate(18 + name.length + 10 * values.size());
    leaf.put((byte) VERSION).put((byte) name.length).put(name).putLong(seq).putLong(timeMs);
    for (Map.Entry<Integer, Long> value : values.entrySet()) {
      leaf.putShort(value.getKey().shortValue()).putLong(value.getValue());
    }
    return leaf.array();
  }

  /**
   * Reads a leaf strictly.
   *
   * @throws Malformed {@code reading_malformed}
   */
  public static Reading read(byte[] leaf) {
    ByteBuffer in = ByteBuffer.wrap(leaf);
    if (leaf.length < 2 || in.get() != VERSION) {
      throw new Malformed("reading_malformed");
    }
    byte[] name = new byte[in.get() & 0xff];
    if (in.remaining() < name.length + 16 || (in.remaining() - name.length - 16) % 10 != 0) {
      throw new Malformed("reading_malformed");
    }
    in.get(name);
    long seq = in.getLong();
    long time = in.getLong();
    SortedMap<Integer, Long> values = new TreeMap<>();
    while (in.hasRemaining()) {
      int code = in.getShort() & 0xffff;
      if (!values.isEmpty() && values.lastKey() >= code) {
        throw new Malformed("reading_malformed");
      }
      values.put(code, in.getLong());
    }
    return new Reading(new String(name, StandardCharsets.ISO_8859_1), seq, time, values);
  }
}
