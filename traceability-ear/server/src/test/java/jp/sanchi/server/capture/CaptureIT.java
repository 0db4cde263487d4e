package jp.sanchi.server.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.server.TestDatabase;
import jp.sanchi.server.ledger.BrittleLedger;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.ledger.LedgerUnavailable;
import jp.sanchi.server.ledger.OutboxSignal;
import jp.sanchi.server.ledger.TestServer;
import jp.sanchi.server.platform.Metrics;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.RateLimits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureIT {
  private static final RateLimits NO_LIMITS = new RateLimits(1_000_000, 1_000_000, false, true);

  @TempDir private Path data;
  private final TestDatabase shared = TestDatabase.fresh();
  private BrittleLedger ledger;
  private TestServer server;
  private CaptureEvents capture;
  private EventStatus status;

  @BeforeEach
  void start_a_server() {
    server =
        TestServer.on(
            shared,
            data,
            real -> {
              ledger = new BrittleLedger(real);
              return ledger;
            });
    capture = capture(server, NO_LIMITS);
    status = new EventStatus(server.database(), server.ledger());
  }

  private static CaptureEvents capture(TestServer server, RateLimits limits) {
    Ledger ledger = server.ledger();
    return new CaptureEvents(
        server.database(),
        ledger,
        new ServerKey(server.database()),
        new OutboxSignal(),
        limits,
        new Metrics(server.database()),
        new CaptureSettings(ledger.consortium(), 60_000));
  }

  private void admit() {
    assertThat(capture.capture(server.admission()).refused()).isEmpty();
  }

  private static String id(String event) {
    return Jws.parse(event).idText();
  }

  private String statusOf(String event) {
    return status.of(Base64Url.decode(id(event))).word();
  }

  private static List<Reason> reasons(Captured captured) {
    return captured.refused().stream().map(at -> at.refused().reason()).toList();
  }

  @Test
  void promises_in_a_signed_receipt_what_it_stored() throws Exception {
    List<String> admission = server.admission();
    long before = System.currentTimeMillis();

    Captured captured = capture.capture(admission);

    assertThat(captured.accepted()).isEqualTo(admission.stream().map(CaptureIT::id).toList());
    String[] parts = captured.receipt().split("\\.");
    byte[] signed = (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII);
    byte[] key = new ServerKey(server.database()).point();
    assertThat(P256.verifyRaw(key, signed, Base64Url.decode(parts[2]))).isTrue();
    Json.Obj header = json(parts[0]);
    assertThat(header)
        .isEqualTo(
            Json.object(
                "alg",
                "ES256",
                "kid",
                Base64Url.encode(P256.thumbprint(key)),
                "typ",
                "sanchi-receipt"));
    Json.Obj payload = json(parts[1]);
    assertThat(payload.array("accepted")).isEqualTo(Json.object("a", captured.accepted()).get("a"));
    assertThat(payload.text("consortium")).isEqualTo("aya-2026");
    assertThat(payload.integer("time")).isBetween(before, System.currentTimeMillis());
    assertThat(payload.integer("commitBy")).isEqualTo(payload.integer("time") + 60_000);
    assertThat(server.number("select count(*) from outbox")).isEqualTo(admission.size());
    assertThat(server.number("select count(*) from receipt")).isEqualTo(1);
  }

  private static Json.Obj json(String part) {
    return (Json.Obj) Json.parseCanonical(Base64Url.decode(part), new Json.Limits(1 << 20, 4));
  }

  @Test
  void judges_over_what_is_captured_and_not_yet_committed() {
    admit();
    String lot = server.commission("A");

    assertThat(capture.capture(List.of(lot)).accepted()).containsExactly(id(lot));
    assertThat(reasons(capture.capture(List.of(server.commission("A")))))
        .containsExactly(Reason.ALREADY_COMMISSIONED);
  }

  @Test
  void tells_which_of_a_request_is_wrong_and_keeps_the_rest() {
    admit();
    String good = server.commission("A");

    Captured captured = capture.capture(List.of("nonsense", good, server.commission("A"), ""));

    assertThat(captured.accepted()).containsExactly(id(good));
    assertThat(captured.refused()).extracting(Captured.At::index).containsExactly(0, 2, 3);
    assertThat(reasons(captured))
        .containsExactly(Reason.JWS_MALFORMED, Reason.ALREADY_COMMISSIONED, Reason.JWS_MALFORMED);
  }

  @Test
  void stores_nothing_and_promises_nothing_where_all_is_refused() throws Exception {
    Captured captured = capture.capture(List.of("a.b.c"));

    assertThat(captured.receipt()).isNull();
    assertThat(server.number("select count(*) from receipt")).isZero();
  }

  @Test
  void accepts_again_what_is_captured_or_committed_and_keeps_it_once() throws Exception {
    admit();
    String lot = server.commission("A");

    List<String> ids = List.of(id(lot));
    assertThat(capture.capture(List.of(lot)).accepted()).isEqualTo(ids);
    assertThat(capture.capture(List.of(lot, lot)).accepted()).containsExactly(id(lot), id(lot));
    server.carry();
    assertThat(capture.capture(List.of(lot)).accepted()).isEqualTo(ids);
    server.carry();

    assertThat(server.committed(TestServer.subject("A"))).isEqualTo(ids);
  }

  @Test
  void lets_one_of_many_simultaneous_commissionings_of_a_lot_in() throws Exception {
    admit();
    List<Callable<Captured>> posts = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      List<String> post = List.of(server.commission("A"), server.commission("own" + i));
      posts.add(() -> capture.capture(post));
    }

    List<Captured> answers = together(posts);

    assertThat(answers).allSatisfy(answer -> assertThat(answer.accepted()).isNotEmpty());
    assertThat(answers.stream().filter(answer -> answer.accepted().size() == 2)).hasSize(1);
    server.carry();
    assertThat(server.number("select count(*) from refused_event")).isZero();
  }

  private static <T> List<T> together(List<Callable<T>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<T> answers = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(tasks, 60, TimeUnit.SECONDS)) {
        answers.add(future.get());
      }
      return answers;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void forgets_what_the_ledger_has_settled() throws Exception {
    admit();
    String lot = server.commission("A");
    capture.capture(List.of(lot, server.weed("A")));
    assertThat(statusOf(lot)).isEqualTo("captured");

    server.carry();

    assertThat(statusOf(lot)).isEqualTo("committed");
    assertThat(status.of(Base64Url.decode(id(lot))).recordTime()).isPositive();
    assertThat(server.number("select count(*) from outbox")).isZero();
    assertThat(server.number("select count(*) from captured_state")).isZero();
    server.follow();
    assertThat(statusOf(lot)).isEqualTo("committed");
  }

  @Test
  void tells_a_device_what_was_refused_after_its_receipt() throws Exception {
    admit();
    server.carry();
    String late = server.commission("A");
    String twice = server.commission("A");
    capture.capture(List.of(late));
    // Through another server of the consortium, so this one had no way to know
    server.ledger().append(List.of(twice));

    server.carry();

    assertThat(statusOf(late)).isEqualTo("refused");
    assertThat(status.of(Base64Url.decode(id(late))).reason()).isEqualTo("already_commissioned");
    List<EventStatus.Late> feed = status.refusedLate(Jws.parse(late).kid(), 0);
    assertThat(feed).extracting(one -> Base64Url.encode(one.eventId())).containsExactly(id(late));
    assertThat(status.refusedLate(Jws.parse(late).kid(), feed.get(0).number())).isEmpty();
    assertThat(server.number("select count(*) from captured_state")).isZero();
  }

  @Test
  void keeps_for_the_office_what_a_phone_was_refused_and_nothing_that_anybody_can_send()
      throws Exception {
    admit();
    capture.capture(List.of(server.commission("A")));
    String again = server.commission("A");
    String kid = Jws.parse(again).kid();
    String kept = "select count(*) from refused_event where early";

    capture.capture(List.of(again));
    assertThat(server.number(kept)).as("no device of the projection").isZero();
    server.execute("insert into device values ('" + kid + "', '4569951000010', true, 0)");
    capture.capture(List.of(again));
    assertThat(server.number(kept)).as("an administrator's").isZero();

    server.execute("update device set administrator = false");
    String forged = again.substring(0, again.length() - 4) + "AAAA";
    capture.capture(List.of("nonsense", forged, again, again));
    assertThat(server.number(kept)).isEqualTo(1);
    assertThat(status.refusedLate(kid, 0)).as("the phone knows it").isEmpty();
    assertThatThrownBy(() -> statusOf(again)).isInstanceOf(Problem.class);
  }

  @Test
  void goes_on_after_an_append_that_never_arrived() throws Exception {
    admit();
    ledger.breakBeforeAppend();

    assertThatThrownBy(server::carryOnce).isInstanceOf(LedgerUnavailable.class);

    assertThat(server.number("select count(*) from outbox")).isEqualTo(6);
    server.carry();
    assertThat(server.number("select count(*) from outbox")).isZero();
    assertThat(server.number("select count(*) from refused_event")).isZero();
  }

  @Test
  void asks_the_ledger_for_events_whose_append_had_no_answer() throws Exception {
    admit();
    ledger.breakAfterAppend();

    assertThatThrownBy(server::carryOnce).isInstanceOf(LedgerUnavailable.class);

    assertThat(server.number("select count(*) from outbox")).isZero();
    assertThat(server.number("select count(*) from captured_state")).isZero();
  }

  @Test
  void doubles_nothing_when_it_dies_between_the_ledger_and_its_own_database() throws Exception {
    admit();
    List<String> events = List.of(server.commission("A"), server.weed("A"), server.weed("A"));
    capture.capture(events);
    ledger.dieAfterAppend();
    assertThatThrownBy(server::carryOnce).hasMessage("killed");
    assertThat(server.number("select count(*) from outbox")).isEqualTo(9);

    server.carry();

    assertThat(server.committed(TestServer.subject("A")))
        .isEqualTo(events.stream().map(CaptureIT::id).toList());
    assertThat(server.number("select count(*) from refused_event")).isZero();
  }

  @Test
  void two_servers_on_one_database_lose_double_and_reorder_nothing() throws Exception {
    admit();
    TestServer other = TestServer.on(shared, data);
    CaptureEvents otherCapture = capture(other, NO_LIMITS);
    List<Callable<List<String>>> work = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String lot = "L" + i;
      CaptureEvents one = i % 2 == 0 ? capture : otherCapture;
      CaptureEvents two = i % 2 == 0 ? otherCapture : capture;
      work.add(
          () -> {
            List<String> ids = new ArrayList<>();
            for (int post = 0; post < 10; post++) {
              List<String> events =
                  List.of(post == 0 ? server.commission(lot) : server.weed(lot), server.weed(lot));
              ids.addAll((post % 2 == 0 ? one : two).capture(events).accepted());
            }
            return ids;
          });
    }
    for (TestServer carrier : List.of(server, other)) {
      work.add(
          () -> {
            long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            while (System.nanoTime() < end) {
              carrier.carryOnce();
              carrier.follow();
            }
            return List.of();
          });
    }

    List<List<String>> accepted = together(work);
    server.carry();
    server.follow();

    for (int i = 0; i < 4; i++) {
      assertThat(accepted.get(i)).hasSize(20);
      assertThat(server.committed(TestServer.subject("L" + i))).isEqualTo(accepted.get(i));
    }
    assertThat(server.number("select count(*) from refused_event")).isZero();
    // The founding, six of the admission, four lots
    assertThat(server.number("select count(*) from event")).isEqualTo(1 + 6 + 80);
    assertThat(server.number("select events from lot where lot = 'L0'")).isEqualTo(20);
  }

  @Test
  void slows_down_a_key_that_records_too_much() {
    admit();
    CaptureEvents strict = capture(server, new RateLimits(1, 1, false, true));
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.add(server.commission("M" + i));
    }
    assertThat(strict.capture(many).accepted()).hasSize(20);

    assertThatThrownBy(() -> strict.capture(List.of(server.commission("N"))))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(429));
  }
}
