package jp.sanchi.bridge;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The sequence numbers that have been there, as ranges: a device counts, so there are few. */
final class Sequences {
  /** A device that leaves out more than this is not counting; then the oldest gaps are closed. */
  static final int MOST_RANGES = 10_000;

  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  boolean contains(long seq) {
    Map.Entry<Long, Long> below = ranges.floorEntry(seq);
    return below != null && seq <= below.getValue();
  }

  void add(long seq) {
    add(seq, seq);
  }

  /** Both ends are included. */
  void add(long first, long last) {
    long from = first;
    long to = last;
    Map.Entry<Long, Long> near = ranges.floorEntry(to + 1);
    while (near != null && near.getValue() >= from - 1) {
      from = Math.min(from, near.getKey());
      to = Math.max(to, near.getValue());
      ranges.remove(near.getKey());
      near = ranges.floorEntry(to + 1);
    }
    ranges.put(from, to);
    if (ranges.size() > MOST_RANGES) {
      Map.Entry<Long, Long> oldest = ranges.pollFirstEntry();
      Map.Entry<Long, Long> next = ranges.pollFirstEntry();
      ranges.put(oldest.getKey(), next.getValue());
    }
  }

  void add(Sequences other) {
    other.forEach(this::add);
  }

  /** Ascending, first and last. */
  void forEach(BiConsumer<Long, Long> range) {
    ranges.forEach(range);
  }

  int size() {
    return ranges.size();
  }
}
