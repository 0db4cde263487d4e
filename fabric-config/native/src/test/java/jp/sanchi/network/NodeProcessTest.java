package jp.sanchi.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeProcessTest {
  @TempDir Path folder;

  private NodeProcess process() {
    return new NodeProcess("sleeper", folder);
  }

  @AfterEach
  void end() {
    process().kill();
  }

  @Test
  void another_program_finds_what_one_started() {
    start("sleep", "60");

    assertThat(process().running()).isTrue();
    assertThat(process().memory().orElseThrow()).isPositive();
  }

  @Test
  void stops_and_starts_again_under_another_id() {
    start("sleep", "60");
    long first = process().pid().orElseThrow();

    process().stop();
    assertThat(process().running()).isFalse();
    start("sleep", "60");

    assertThat(process().pid().orElseThrow()).isNotEqualTo(first);
  }

  @Test
  void a_suspended_process_runs_and_can_be_stopped() {
    start("sleep", "60");

    process().suspend();
    assertThat(process().running()).isTrue();
    process().stop();

    assertThat(process().running()).isFalse();
  }

  @Test
  void what_was_killed_from_outside_is_down() {
    start("sleep", "60");

    ProcessHandle.of(process().pid().orElseThrow()).orElseThrow().destroyForcibly();

    assertThat(Waiting.until(Duration.ofSeconds(5), () -> !process().running())).isTrue();
  }

  @Test
  void a_stranger_who_was_given_the_old_id_is_not_taken_for_it() throws IOException {
    long stranger = ProcessHandle.current().pid();
    Files.createDirectories(folder.resolve("run"));
    Files.writeString(folder.resolve("run/sleeper.pid"), stranger + " 12345");

    assertThat(process().running()).isFalse();
  }

  @Test
  void its_last_words_are_the_fault_and_not_the_stack() {
    start(
        "sh",
        "-c",
        "echo fine; printf '\\033[31mpanic: no such disk\\033[0m\\n'; printf '\\tmain.go:52\\n'");
    Waiting.until(Duration.ofSeconds(5), () -> !process().running());

    assertThat(process().lastWords()).isEqualTo("panic: no such disk");
  }

  private void start(String... command) {
    process().start(List.of(command), Map.of(), folder);
  }
}
