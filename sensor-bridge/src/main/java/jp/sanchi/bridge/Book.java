package jp.sanchi.bridge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.proof.Reading;

/**
 * Which readings have been taken, in which windows they are, and what of it the server has. All of
 * it is in the journal; a start reads it back. A reading belongs to the window of its time; one
 * that comes after that was closed belongs to a supplement.
 */
final class Book implements AutoCloseable {
  /** Older readings are refused: what is known of their windows may be gone. */
  static final long MOST_AGE_MS = 31 * 86_400_000L;

  static final long MOST_AHEAD_MS = 120_000;

  private static final Comparator<Reading> BY_SEQ = Comparator.comparingLong(Reading::seq);

  private final Spool spool;
  private final long lengthMs;
  private final long graceMs;
  private final Map<String, Sequences> seen = new HashMap<>();

  /** Of every span that has a closed window: how many, and the event id of the first. */
  private final Map<WindowId, Past> past = new HashMap<>();

  private final Map<WindowId, Window> open = new LinkedHashMap<>();

  /** By segment, the windows that still need it. */
  private final TreeMap<Long, Set<WindowId>> needed = new TreeMap<>();

  private long nextSeq;

  private record Past(int generations, String firstEventId) {}

  /** Signs a window's event. */
  interface Closing {
    /**
     * @param supplements id of the event that it supplements, or null
     */
    String sign(Window window, long seq, String supplements);
  }

  private Book(Path folder, long segmentBytes, long lengthMs, long graceMs, long nowMs)
      throws IOException {
    this.lengthMs = lengthMs;
    this.graceMs = graceMs;
    this.spool =
        Spool.open(folder, segmentBytes, (segment, bytes) -> replay(segment, bytes, nowMs));
    tidy();
  }

  /**
   * Goes on where the last run ended, however that did.
   *
   * @param lengthMs of windows
   * @param graceMs how long after its end a window waits for readings that are on their way
   */
  static Book open(Path folder, long segmentBytes, long lengthMs, long graceMs, long nowMs)
      throws IOException {
    return new Book(folder, segmentBytes, lengthMs, graceMs, nowMs);
  }

  private void replay(long segment, byte[] bytes, long nowMs) {
    needed.computeIfAbsent(segment, none -> new HashSet<>());
    Entry entry = Entry.read(bytes);
    if (entry instanceof Entry.Taken taken) {
      Reading reading = taken.reading();
      seen(reading.device()).add(reading.seq());
      put(taken, nowMs, segment).durable++;
    } else if (entry instanceof Entry.Closed closed) {
      Window window = open.get(closed.id());
      if (window != null) {
        window.readings.sort(BY_SEQ);
        window.jws = closed.jws();
        window.seq = closed.seq();
        needs(window, segment);
      }
      remember(closed.id(), closed.seq(), Jws.parse(closed.jws()).idText());
    } else if (entry instanceof Entry.Delivered delivered) {
      forget(delivered.id());
    } else if (entry instanceof Entry.Past one) {
      remember(one.id(), one.seq(), one.eventId());
      forget(one.id());
    } else if (entry instanceof Entry.Seen range) {
      seen(range.device()).add(range.first(), range.last());
    }
  }

  private Sequences seen(String device) {
    return seen.computeIfAbsent(device, none -> new Sequences());
  }

  private void remember(WindowId id, long seq, String eventId) {
    nextSeq = Math.max(nextSeq, seq + 1);
    past.merge(
        id.generation(0),
        new Past(id.generation() + 1, eventId),
        (before, now) ->
            new Past(
                Math.max(before.generations(), now.generations()),
                id.generation() == 0 ? eventId : before.firstEventId()));
  }

  private void forget(WindowId id) {
    Window window = open.remove(id);
    if (window != null) {
      window.segments.forEach(segment -> needed.get(segment).remove(id));
    }
  }

  private void needs(Window window, long segment) {
    if (window.segments.add(segment)) {
      needed.computeIfAbsent(segment, none -> new HashSet<>()).add(window.id);
    }
  }

  private Window put(Entry.Taken taken, long nowMs, long segment) {
    Reading reading = taken.reading();
    WindowId span = WindowId.of(reading.device(), reading.timeMs(), lengthMs, 0);
    Past closed = past.get(span);
    WindowId id = closed == null ? span : span.generation(closed.generations());
    Window window = open.computeIfAbsent(id, none -> new Window(id, taken.box()));
    window.due = Math.max(id.to(), nowMs) + graceMs;
    window.readings.add(reading);
    needs(window, segment);
    return window;
  }

  /**
   * Takes a reading.
   *
   * @return completes when it is on the disk
   */
  synchronized CompletableFuture<Long> take(String box, Reading reading, long nowMs)
      throws RefusedReading {
    if (reading.timeMs() > nowMs + MOST_AHEAD_MS) {
      throw new RefusedReading(Refusal.FUTURE_TIME);
    }
    if (reading.timeMs() < nowMs - MOST_AGE_MS) {
      throw new RefusedReading(Refusal.TOO_OLD);
    }
    Sequences sequences = seen(reading.device());
    if (sequences.contains(reading.seq())) {
      throw new RefusedReading(Refusal.REPEATED);
    }
    sequences.add(reading.seq());
    var taken = new Entry.Taken(box, reading);
    // Counted for the segment that is written now; where the writer has moved on, for the next too
    Window window = put(taken, nowMs, spool.current());
    CompletableFuture<Long> written = spool.append(taken.bytes());
    return written.thenApply(
        segment -> {
          synchronized (this) {
            window.durable++;
          }
          return needsToo(window, segment);
        });
  }

  private synchronized long needsToo(Window window, long segment) {
    if (open.containsKey(window.id)) {
      needs(window, segment);
    }
    return segment;
  }

  /** Closes every window whose time has come; the journal has them when this returns. */
  void closeDue(long nowMs, Closing closing) {
    List<CompletableFuture<?>> closed = new ArrayList<>();
    synchronized (this) {
      for (Window window : open.values()) {
        if (window.jws == null && window.due <= nowMs) {
          window.readings.sort(BY_SEQ);
          // In another order now, so all of it goes out again: the server knows what it has
          window.sent = 0;
          boolean first = window.id.generation() == 0;
          String supplements = first ? null : past.get(window.id.generation(0)).firstEventId();
          long seq = nextSeq;
          String jws = closing.sign(window, seq, supplements);
          var entry = new Entry.Closed(window.id, seq, jws);
          remember(window.id, seq, Jws.parse(jws).idText());
          window.jws = jws;
          window.seq = seq;
          needs(window, spool.current());
          closed.add(spool.append(entry.bytes()).thenApply(segment -> needsToo(window, segment)));
        }
      }
    }
    // What stands before it in the journal is on the disk then, too
    closed.forEach(CompletableFuture::join);
  }

  /**
   * Readings that are on the disk and that the server has not receipted.
   *
   * @param most how many readings at once
   */
  synchronized List<Batch> unsent(int most) {
    List<Batch> batches = new ArrayList<>();
    int left = most;
    for (Window window : open.values()) {
      int count = Math.min(left, window.durable - window.sent);
      if (count > 0) {
        batches.add(
            new Batch(
                window, List.copyOf(window.readings.subList(window.sent, window.sent + count))));
        left -= count;
      }
      if (left == 0) {
        break;
      }
    }
    return batches;
  }

  /** Some readings of one window. */
  record Batch(Window window, List<Reading> readings) {}

  /** The server has receipted these; to be said before the next {@link #closeDue}. */
  synchronized void sent(Collection<Batch> batches) {
    batches.forEach(batch -> batch.window().sent += batch.readings().size());
  }

  /** Closed windows whose readings the server has, and whose events it has not. */
  synchronized List<Window> undelivered(int most) {
    return open.values().stream()
        .filter(window -> window.jws != null && window.sent == window.readings.size())
        .filter(window -> !window.captured)
        .limit(most)
        .toList();
  }

  /** The server has receipted these windows' events. */
  synchronized void captured(List<Window> windows) {
    windows.forEach(window -> window.captured = true);
  }

  /** Windows whose events the server has receipted, in the order of their signing. */
  synchronized List<Window> awaited(int most) {
    return open.values().stream()
        .filter(window -> window.captured)
        .sorted(Comparator.comparingLong(window -> window.seq))
        .limit(most)
        .toList();
  }

  /** The server knows nothing of an event that it has receipted: it goes there again. */
  synchronized void lost(Window window) {
    window.captured = false;
  }

  /**
   * A window's event was refused, at once or by the ledger after its receipt. The readings stay
   * here, and the window is signed anew when its time has come again.
   */
  synchronized void refused(Window window, String reason, long againMs) {
    window.captured = false;
    window.refused = reason;
    window.jws = null;
    window.due = againMs;
  }

  /** How many windows wait because they were refused, by the reason. */
  synchronized Map<String, Long> refusedWindows() {
    Map<String, Long> reasons = new TreeMap<>();
    open.values().stream()
        .filter(window -> window.refused != null)
        .forEach(window -> reasons.merge(window.refused, 1L, Long::sum));
    return reasons;
  }

  /** These windows' events are on the ledger; what only they needed of the journal goes. */
  void delivered(List<Window> windows) throws IOException {
    synchronized (this) {
      for (Window window : windows) {
        spool.append(new Entry.Delivered(window.id).bytes());
        forget(window.id);
      }
    }
    tidy();
  }

  private synchronized void tidy() throws IOException {
    for (Long segment : List.copyOf(needed.headMap(spool.current()).keySet())) {
      if (needed.get(segment).isEmpty()) {
        shrink(segment);
        needed.remove(segment);
      }
    }
  }

  /** Leaves of a segment what must be remembered: numbers that were there, and past windows. */
  private void shrink(long segment) throws IOException {
    Map<String, Sequences> numbers = new TreeMap<>();
    Map<WindowId, Entry> windows = new LinkedHashMap<>();
    List<Boolean> shrinks = new ArrayList<>();
    spool.read(
        segment,
        bytes -> {
          Entry entry = Entry.read(bytes);
          shrinks.add(entry instanceof Entry.Taken || entry instanceof Entry.Closed);
          if (entry instanceof Entry.Taken taken) {
            numbers(numbers, taken.reading().device()).add(taken.reading().seq());
          } else if (entry instanceof Entry.Seen range) {
            numbers(numbers, range.device()).add(range.first(), range.last());
          } else if (entry instanceof Entry.Closed closed) {
            String eventId = Jws.parse(closed.jws()).idText();
            windows.put(closed.id(), new Entry.Past(closed.id(), closed.seq(), eventId));
          } else if (entry instanceof Entry.Past one) {
            windows.put(one.id(), one);
          } else if (entry instanceof Entry.Delivered delivered) {
            windows.putIfAbsent(delivered.id(), delivered);
          }
        });
    if (!shrinks.isEmpty() && !shrinks.contains(true)) {
      return;
    }
    List<byte[]> left = new ArrayList<>();
    numbers.forEach(
        (device, sequences) ->
            sequences.forEach(
                (first, last) -> left.add(new Entry.Seen(device, first, last).bytes())));
    windows.values().forEach(entry -> left.add(entry.bytes()));
    spool.replace(segment, left);
  }

  private static Sequences numbers(Map<String, Sequences> numbers, String device) {
    return numbers.computeIfAbsent(device, none -> new Sequences());
  }

  /** How many readings wait for the server. */
  synchronized long waiting() {
    return open.values().stream().mapToLong(window -> window.readings.size() - window.sent).sum();
  }

  /** How many windows are open or wait for the server. */
  synchronized int windows() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }
}
