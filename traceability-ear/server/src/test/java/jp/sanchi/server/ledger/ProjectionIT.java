package jp.sanchi.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import jp.sanchi.server.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectionIT {
  @TempDir private Path data;
  private TestServer server;

  @BeforeEach
  void project_a_farm() throws Exception {
    server = TestServer.on(TestDatabase.fresh(), data);
    server.ledger().append(server.admission());
    for (String lot : new String[] {"A", "B"}) {
      server.ledger().append(java.util.List.of(server.commission(lot), server.weed(lot)));
    }
    server.follow();
  }

  @Test
  void chains_histories_to_the_heads_that_the_ledger_states() throws Exception {
    assertThat(
            server.number(
                "select n from history where subject = 'lot/04569951110016/A'"
                    + " order by n desc limit 1"))
        .isEqualTo(2);
    assertThat(server.number("select count(*) from lot where commissioner = '4569951000010'"))
        .isEqualTo(2);
    assertThat(server.number("select count(*) from organisation where member = 'GrowersMSP'"))
        .isEqualTo(1);
    assertThat(server.follower().isCaughtUp()).isTrue();
  }

  @Test
  void replays_to_the_same_digest() throws Exception {
    String before = server.digest();
    ByteArrayOutputStream said = new ByteArrayOutputStream();

    boolean equal = ReplayProjection.replay(server.database(), server.ledger(), print(said));

    assertThat(equal).isTrue();
    assertThat(server.digest()).isEqualTo(before);
    assertThat(said.toString(StandardCharsets.UTF_8)).contains(before).contains("equal");
  }

  @Test
  void mends_a_row_that_somebody_changed_and_says_so() throws Exception {
    String before = server.digest();
    server.execute("update lot set commissioner = '4569951999996' where lot = 'A'");
    server.execute("delete from history where n = 2");
    assertThat(server.digest()).isNotEqualTo(before);
    ByteArrayOutputStream said = new ByteArrayOutputStream();

    boolean equal = ReplayProjection.replay(server.database(), server.ledger(), print(said));

    assertThat(equal).isFalse();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("DIFFERENT");
    assertThat(server.digest()).isEqualTo(before);
  }

  @Test
  void lets_one_of_two_followers_project_a_block() throws Exception {
    TestServer other = server;
    server.ledger().append(java.util.List.of(server.commission("C")));
    Thread rival =
        new Thread(
            () -> {
              try {
                other.follow();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    rival.start();
    server.follow();
    rival.join();
    server.follow();

    assertThat(server.number("select count(*) from history where subject like 'lot/%/C'"))
        .isEqualTo(1);
  }

  private static PrintStream print(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }
}
