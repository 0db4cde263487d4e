package jp.sanchi.server.bundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.proof.Bundle;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.Freshness;
import jp.sanchi.kernel.proof.TrustRoots;
import jp.sanchi.kernel.proof.Verdict;
import jp.sanchi.server.TestDatabase;
import jp.sanchi.server.ledger.ParsedEvents;
import jp.sanchi.server.ledger.TestServer;
import jp.sanchi.server.platform.Metrics;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.sensors.StoredReadings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundlesIT {
  private static final String LOT = "/01/04569951110016/10/A";

  @TempDir private Path data;
  private TestServer server;
  private MakeBundle bundles;

  @BeforeEach
  void record_a_lot() throws Exception {
    server = TestServer.on(TestDatabase.fresh(), data);
    server.ledger().append(server.admission());
    server.ledger().append(List.of(server.commission("A"), server.weed("A")));
    server.follow();
    bundles =
        new MakeBundle(
            server.ledger(),
            server.follower(),
            new Histories(server.database(), new ParsedEvents()),
            new Uploads(server.database()),
            new StoredReadings(server.database()),
            new Metrics(server.database()));
  }

  private Verdict verify(String link, byte[] bundle, byte[] challenge) {
    return BundleVerifier.verify(
            bundle,
            TrustRoots.read(server.ledger().trust()),
            DigitalLink.parse(link),
            new Freshness.Challenge(challenge))
        .verdict();
  }

  private static byte[] challenge(int number) {
    return String.format("challenge %022d", number).getBytes(StandardCharsets.US_ASCII);
  }

  private String result(Verdict verdict) {
    return verdict.json().canonicalText();
  }

  @Test
  void passes_the_verifier_with_the_asker_s_own_challenge() {
    byte[] bundle = bundles.of(DigitalLink.parse(LOT), challenge(1));

    assertThat(result(verify(LOT, bundle, challenge(1)))).contains("\"verdict\":\"passed\"");
    assertThat(result(verify(LOT, bundle, challenge(2)))).contains("challenge_mismatch");
    assertThat(Bundle.read(bundle).histories())
        .extracting(Bundle.Listed::subject)
        .contains(TestServer.subject("A"), "place/4569951000010", "product/04569951110016");
  }

  @Test
  void answers_for_a_code_that_was_never_printed() {
    String link = "/01/04569951110016/21/00000000000000000000";

    byte[] bundle = bundles.of(DigitalLink.parse(link), challenge(1));

    assertThat(result(verify(link, bundle, challenge(1)))).contains("label_unknown");
  }

  @Test
  void waits_for_the_projection_to_reach_the_statement() throws Exception {
    server.ledger().append(List.of(server.weed("A")));
    Thread late =
        new Thread(
            () -> {
              try {
                Thread.sleep(300);
                server.follow();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    late.start();

    byte[] bundle = bundles.of(DigitalLink.parse(LOT), challenge(1));

    late.join();
    assertThat(result(verify(LOT, bundle, challenge(1)))).contains("\"verdict\":\"passed\"");
    assertThat(Bundle.read(bundle).histories())
        .filteredOn(history -> history.subject().equals(TestServer.subject("A")))
        .allSatisfy(history -> assertThat(history.events()).hasSize(3));
  }

  @Test
  void gives_all_who_ask_at_once_a_proof_of_their_own() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(24);
    try {
      List<Future<byte[]>> asked = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        byte[] challenge = challenge(i);
        asked.add(threads.submit(() -> bundles.of(DigitalLink.parse(LOT), challenge)));
      }
      boolean shared = false;
      for (int i = 0; i < 24; i++) {
        byte[] bundle = asked.get(i).get(60, TimeUnit.SECONDS);
        shared |= Bundle.read(bundle).statement().path() != null;
        assertThat(result(verify(LOT, bundle, challenge(i)))).contains("\"verdict\":\"passed\"");
      }
      assertThat(shared).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void hands_out_a_changed_row_for_the_verifier_to_find() throws Exception {
    // The statement's tick is a block of its own, which no missing row must wait for
    bundles.of(DigitalLink.parse(LOT), challenge(0));
    server.follow();
    server.execute("delete from history where subject like 'lot/%' and n = 2");
    byte[] hidden = bundles.of(DigitalLink.parse(LOT), challenge(1));
    assertThat(result(verify(LOT, hidden, challenge(1)))).contains("history_incomplete");

    server.execute("update history set record_time = record_time + 1 where subject like 'lot/%'");
    byte[] moved = bundles.of(DigitalLink.parse(LOT), challenge(2));
    assertThat(result(verify(LOT, moved, challenge(2)))).contains("history_");

    server.execute("update event set jws = 'gone' where kind = 'lot_commissioned'");
    byte[] broken = bundles.of(DigitalLink.parse(LOT), challenge(3));
    assertThat(result(verify(LOT, broken, challenge(3)))).contains("\"verdict\":\"failed\"");
  }

  @Test
  void has_no_bundle_for_what_has_no_history() {
    assertThatThrownBy(() -> bundles.of(DigitalLink.parse("/01/04569951110016"), challenge(1)))
        .hasMessageContaining("subject_unsupported");
  }

  @Test
  void keeps_no_label_that_no_signed_event_announces() {
    assertThatThrownBy(
            () ->
                new LabelsResource(new Uploads(server.database()))
                    .post(
                        new java.io.ByteArrayInputStream(
                            ("{\"gtin\":\"04569951110016\",\"run\":\"0000\",\"hashes\":[\""
                                    + "A".repeat(43)
                                    + "\"]}")
                                .getBytes(StandardCharsets.US_ASCII))))
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> assertThat(problem.reason()).isEqualTo("labels_not_announced"));
  }
}
