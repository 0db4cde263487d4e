package jp.sanchi.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.proof.Reading;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookTest {
  private static final String BOX = "https://id.gs1.org/8004/4569953BOX1";
  private static final long MINUTE = 60_000;
  private static final long LENGTH = 15 * MINUTE;
  private static final long MIDNIGHT = 1_790_035_200_000L; // 2026-09-22T00:00Z
  private static final long NOON = MIDNIGHT + 720 * MINUTE;

  @TempDir private Path folder;
  private DeviceKey key;
  private Book book;

  @BeforeEach
  void open() throws IOException {
    key = DeviceKey.in(folder.resolve("key.pem"));
    book = reopened(NOON);
  }

  private Book reopened(long now) throws IOException {
    if (book != null) {
      book.close();
    }
    book = Book.open(folder.resolve("spool"), 2_000, LENGTH, MINUTE, now);
    return book;
  }

  private void take(long seq, long time) throws RefusedReading {
    book.take(
            BOX, new Reading("k7", seq, time, new TreeMap<>(Map.of(1, 400L))), Math.max(time, NOON))
        .join();
  }

  private List<TraceEvent> close(long now) {
    List<TraceEvent> closed = new ArrayList<>();
    book.closeDue(
        now,
        (window, seq, supplements) -> {
          String jws =
              key.event(
                  seq,
                  WindowEvent.payload(
                      window.id,
                      window.box,
                      window.readings,
                      supplements,
                      "aya-demo",
                      "4569953000018",
                      key.kid(),
                      now));
          closed.add(TraceEvent.readAny(Jws.parse(jws)));
          return jws;
        });
    return closed;
  }

  private List<Window> receipted() {
    for (List<Book.Batch> batches = book.unsent(3); !batches.isEmpty(); batches = book.unsent(3)) {
      book.sent(batches);
    }
    List<Window> windows = book.undelivered(100);
    book.captured(windows);
    return windows;
  }

  private List<Window> deliver() throws IOException {
    List<Window> windows = receipted();
    book.delivered(windows);
    return windows;
  }

  @Test
  void signs_a_window_when_it_is_over_and_its_stragglers_had_their_minute() throws Exception {
    take(1, NOON);
    take(3, NOON + MINUTE);
    assertThat(close(NOON + LENGTH)).isEmpty();
    TraceEvent window = close(NOON + LENGTH + MINUTE).get(0);
    assertThat(window.kind()).isEqualTo("window_recorded");
    assertThat(window.text("sanchi:from")).isEqualTo("2026-09-22T12:00:00.000Z");
    assertThat(window.text("sanchi:to")).isEqualTo("2026-09-22T12:14:59.999Z");
    assertThat(window.integer("sanchi:gaps")).isEqualTo(1);
    assertThat(Reading.ofWindow(window, leaves(1, 3))).hasSize(2);
  }

  private static List<byte[]> leaves(long... seqs) {
    List<byte[]> leaves = new ArrayList<>();
    for (long seq : seqs) {
      long time = seq == 1 ? NOON : NOON + MINUTE;
      leaves.add(new Reading("k7", seq, time, new TreeMap<>(Map.of(1, 400L))).leaf());
    }
    return leaves;
  }

  @Test
  void never_signs_across_midnight_utc() {
    WindowId last = WindowId.of("k7", MIDNIGHT - 1, 7 * 60 * MINUTE, 0);
    assertThat(last.to()).isEqualTo(MIDNIGHT - 1);
    assertThat(last.from()).isEqualTo(MIDNIGHT - 3 * 60 * MINUTE);
    assertThat(WindowId.of("k7", MIDNIGHT, 7 * 60 * MINUTE, 0).from()).isEqualTo(MIDNIGHT);
  }

  @Test
  void supplements_what_came_late_and_rewrites_nothing() throws Exception {
    take(1, NOON);
    TraceEvent first = close(NOON + 2 * LENGTH).get(0);
    take(2, NOON + MINUTE);
    TraceEvent late = close(NOON + 4 * LENGTH).get(0);
    assertThat(late.kind()).isEqualTo("window_supplemented");
    assertThat(late.text("sanchi:supplements")).isEqualTo(first.id());
    assertThat(late.payload().text("eventID")).isNotEqualTo(first.payload().text("eventID"));
    deliver();
    reopened(NOON + 5 * LENGTH);
    take(3, NOON + 2 * MINUTE);
    assertThat(close(NOON + 8 * LENGTH).get(0).text("sanchi:supplements")).isEqualTo(first.id());
  }

  @Test
  void takes_a_number_once_whatever_happened_in_between() throws Exception {
    take(1, NOON);
    assertThat(refusal(1, NOON)).isEqualTo(Refusal.REPEATED);
    reopened(NOON);
    assertThat(refusal(1, NOON + 1)).isEqualTo(Refusal.REPEATED);
    close(NOON + 4 * LENGTH);
    deliver();
    reopened(NOON);
    reopened(NOON);
    assertThat(refusal(1, NOON)).isEqualTo(Refusal.REPEATED);
    take(2, NOON);
  }

  private Refusal refusal(long seq, long time) {
    return catchThrowableOfType(RefusedReading.class, () -> take(seq, time)).refusal();
  }

  @Test
  void refuses_the_future_and_the_forgotten_past() {
    assertThatThrownBy(() -> book.take(BOX, reading(1, NOON + Book.MOST_AHEAD_MS + 1), NOON))
        .hasMessage("future_time");
    assertThatThrownBy(() -> book.take(BOX, reading(1, NOON - Book.MOST_AGE_MS - 1), NOON))
        .hasMessage("too_old");
  }

  private static Reading reading(long seq, long time) {
    return new Reading("k7", seq, time, new TreeMap<>(Map.of(1, 400L)));
  }

  @Test
  void sends_a_window_that_was_signed_before_a_kill_in_the_same_bytes() throws Exception {
    take(2, NOON);
    take(1, NOON + MINUTE);
    String signed = close(NOON + 4 * LENGTH).get(0).id();
    reopened(NOON);
    assertThat(close(NOON + 8 * LENGTH)).isEmpty();
    Window window = deliver().get(0);
    assertThat(Jws.parse(window.jws).idText()).isEqualTo(signed);
    assertThat(window.readings).extracting(Reading::seq).containsExactly(1L, 2L);
    assertThat(deliver()).isEmpty();
  }

  @Test
  void signs_a_window_anew_that_the_ledger_refused_after_its_receipt() throws Exception {
    take(1, NOON);
    take(3, NOON + MINUTE);
    TraceEvent refused = close(NOON + 2 * LENGTH).get(0);
    Window window = receipted().get(0);
    assertThat(book.undelivered(100)).isEmpty();

    book.refused(window, "no_role", NOON + 4 * LENGTH);
    assertThat(book.awaited(100)).isEmpty();
    assertThat(book.refusedWindows()).containsExactly(Map.entry("no_role", 1L));
    assertThat(close(NOON + 3 * LENGTH)).isEmpty();
    // What is late is a supplement, of the one that is to stand
    take(4, NOON + MINUTE);
    List<TraceEvent> again = close(NOON + 4 * LENGTH);
    TraceEvent signed = again.get(0);
    assertThat(signed.kind()).isEqualTo("window_recorded");
    assertThat(signed.id()).isNotEqualTo(refused.id());
    assertThat(signed.text("sanchi:root")).isEqualTo(refused.text("sanchi:root"));
    assertThat(signed.payload().text("eventID")).isEqualTo(refused.payload().text("eventID"));

    assertThat(again.get(1).text("sanchi:supplements")).isEqualTo(signed.id());

    reopened(NOON);
    receipted();
    assertThat(book.awaited(100))
        .extracting(one -> Jws.parse(one.jws).idText())
        .containsExactly(signed.id(), again.get(1).id());
    book.delivered(book.awaited(100));
    assertThat(book.windows()).isZero();
    assertThat(book.refusedWindows()).isEmpty();
  }

  @Test
  void brings_a_window_again_that_the_server_has_lost_in_spite_of_its_receipt() throws Exception {
    take(1, NOON);
    String signed = close(NOON + 2 * LENGTH).get(0).id();
    book.lost(receipted().get(0));
    assertThat(book.undelivered(100))
        .extracting(one -> Jws.parse(one.jws).idText())
        .containsExactly(signed);
  }

  @Test
  void keeps_of_what_the_server_has_only_its_numbers() throws Exception {
    for (int seq = 1; seq <= 400; seq++) {
      take(seq, NOON + seq * 2_000L);
    }
    long before = size();
    close(NOON + 8 * LENGTH);
    deliver();
    reopened(NOON);
    assertThat(size()).isLessThan(before / 5);
    assertThat(book.windows()).isZero();
    assertThat(refusal(200, NOON)).isEqualTo(Refusal.REPEATED);
  }

  private long size() throws IOException {
    try (var files = Files.list(folder.resolve("spool"))) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void keeps_what_the_server_has_not() throws Exception {
    for (int seq = 1; seq <= 200; seq++) {
      take(seq, NOON + seq * 2_000L);
    }
    close(NOON + 8 * LENGTH);
    book.sent(book.unsent(150));
    reopened(NOON);
    assertThat(book.waiting()).isEqualTo(200);
    assertThat(deliver()).isNotEmpty();
    assertThat(book.waiting()).isZero();
  }
}
