package jp.sanchi.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final long SEGMENT = 1 << 20;

  @TempDir private Path folder;

  private static List<String> read(Path folder) throws IOException {
    List<String> records = new ArrayList<>();
    Spool.open(folder, SEGMENT, (segment, bytes) -> records.add(new String(bytes))).close();
    return records;
  }

  private void write(String... records) throws IOException {
    try (Spool spool = Spool.open(folder, SEGMENT, (segment, bytes) -> {})) {
      List<CompletableFuture<Long>> written = new ArrayList<>();
      for (String record : records) {
        written.add(spool.append(record.getBytes()));
      }
      written.forEach(CompletableFuture::join);
    }
  }

  private Path segment(int number) {
    return folder.resolve(String.format("%012d.spool", number));
  }

  @Test
  void gives_back_what_it_promised_in_order_across_starts() throws IOException {
    write("one", "two");
    write("three");
    assertThat(read(folder)).containsExactly("one", "two", "three");
  }

  @Test
  void recovers_every_whole_record_wherever_a_kill_cut_the_last_segment() throws IOException {
    write("first", "second", "third");
    byte[] whole = Files.readAllBytes(segment(1));
    for (int length = 0; length <= whole.length; length++) {
      Path copy = Files.createDirectories(folder.resolve("cut-" + length));
      byte[] torn = java.util.Arrays.copyOf(whole, length);
      Files.write(copy.resolve("000000000001.spool"), torn);
      int records = 0;
      for (int end = 0; end + 8 <= length; records++) {
        end += 8 + java.nio.ByteBuffer.wrap(whole, end, 4).getInt();
        if (end > length) {
          break;
        }
      }
      assertThat(read(copy))
          .as("cut at " + length)
          .isEqualTo(List.of("first", "second", "third").subList(0, records));
      // And goes on behind it
      Spool spool = Spool.open(copy, SEGMENT, (segment, bytes) -> {});
      spool.append("more".getBytes()).join();
      spool.close();
      assertThat(read(copy)).hasSize(records + 1).endsWith("more");
    }
  }

  @Test
  void believes_no_record_with_a_flipped_bit_and_keeps_what_it_cut_off() throws IOException {
    write("first", "second", "third");
    byte[] whole = Files.readAllBytes(segment(1));
    int second = 8 + "first".length();
    for (int at = second; at < second + 8 + "second".length(); at++) {
      Path copy = Files.createDirectories(folder.resolve("flip-" + at));
      byte[] flipped = whole.clone();
      flipped[at] ^= 0x10;
      Files.write(copy.resolve("000000000001.spool"), flipped);
      assertThat(read(copy)).as("flipped at " + at).containsExactly("first");
      assertThat(copy.resolve("000000000001.spool.torn")).exists();
    }
  }

  @Test
  void does_not_start_over_a_damaged_segment_that_was_whole() throws IOException {
    write("first");
    write("second");
    byte[] bytes = Files.readAllBytes(segment(1));
    bytes[9] ^= 1;
    Files.write(segment(1), bytes);
    assertThatThrownBy(() -> read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void begins_a_new_segment_when_one_is_full() throws IOException {
    Spool spool = Spool.open(folder, 100, (segment, bytes) -> {});
    long first = spool.append(new byte[120]).join();
    long second = spool.append(new byte[1]).join();
    spool.close();
    assertThat(second).isEqualTo(first + 1);
  }
}
