package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartIT {
  @TempDir Path folder;

  @Test
  void a_start_after_a_kill_takes_over_its_orphaned_database() throws Exception {
    var first = RunningSanchi.start(folder, Map.of());
    ProcessHandle database = postmaster();
    first.process().destroyForcibly().waitFor();
    assertThat(database.isAlive()).isTrue();

    try (var second = RunningSanchi.start(folder, Map.of())) {
      assertThat(second.address()).isNotNull();
      assertThat(postmaster().pid()).isNotEqualTo(database.pid());

      // And while it lives, nobody else gets the folder
      assertThatThrownBy(() -> RunningSanchi.start(folder, Map.of()))
          .hasMessageContaining("exit code 1")
          .hasMessageContaining("Another Sanchi (process " + second.process().pid() + ")");
    }
    assertThat(folder.resolve("postgresql/postmaster.pid")).doesNotExist();
  }

  @Test
  void data_of_before_a_migration_with_a_smaller_number_go_on() throws Exception {
    var first = RunningSanchi.start(folder, Map.of("sanchi.demonstration", "off"));
    first.process().destroyForcibly().waitFor();
    // The orphaned database still answers
    try (var connection = RunningSanchi.database(folder);
        var statement = connection.createStatement()) {
      statement.execute("drop table fabric_checkpoint, fabric_state");
      statement.execute("delete from flyway_schema_history where version = '0005'");
    }

    try (var second = RunningSanchi.start(folder, Map.of("sanchi.demonstration", "off"));
        var connection = RunningSanchi.database(folder);
        var rows = connection.createStatement().executeQuery("select * from fabric_state")) {
      assertThat(second.address()).isNotNull();
      assertThat(rows.next()).isFalse();
    }
  }

  private ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(folder.resolve("postgresql/postmaster.pid")).get(0);
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }
}
