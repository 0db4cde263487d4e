package jp.sanchi.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.History;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.history.Refused;
import jp.sanchi.kernel.proof.Bundle;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.Freshness;
import jp.sanchi.kernel.proof.Required;
import jp.sanchi.kernel.proof.Start;
import jp.sanchi.kernel.proof.Statement;
import jp.sanchi.kernel.proof.TrustRoots;
import jp.sanchi.kernel.proof.Verdict;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every ledger does, whatever it is made of. */
abstract class LedgerContract {
  private static final byte[] CHALLENGE =
      "sixteen or more bytes".getBytes(StandardCharsets.US_ASCII);

  private Ledger ledger;
  private Farm farm;

  /** A ledger that was founded, the same one within a test. */
  abstract Ledger testee();

  /** The same ledger through another server. */
  abstract Ledger anotherServer();

  /** Where the members' administrators have their keys. */
  abstract Path administrators();

  abstract Clock clock();

  /** A farm that this ledger does not know yet. */
  Farm farm(Path administrators, String consortium) {
    return new Farm(administrators, consortium, clock());
  }

  @BeforeEach
  void admit_a_farm() {
    ledger = testee();
    farm = farm(administrators(), ledger.consortium());
    assertThat(ledger.append(farm.admission())).allMatch(LedgerContract::isNew);
  }

  @Test
  void appends_what_is_right_and_refuses_the_rest_one_by_one() {
    String good = farm.commission("A");
    String forged = tampered(farm.commission("B"));
    String twice = farm.commission("A");
    String work = farm.weed("A");

    List<Outcome> outcomes = ledger.append(List.of(good, "no event", forged, twice, work));

    assertThat(outcomes).hasSize(5);
    assertThat(outcomes.get(0))
        .isInstanceOfSatisfying(
            Accepted.class,
            accepted -> {
              assertThat(accepted.eventId()).isEqualTo(id(good));
              assertThat(accepted.repeated()).isFalse();
              assertThat(accepted.subjects()).containsExactly(farm.subject("A"));
            });
    assertRefused(outcomes.get(1), Reason.JWS_MALFORMED);
    assertRefused(outcomes.get(2), Reason.BAD_SIGNATURE);
    assertRefused(outcomes.get(3), Reason.ALREADY_COMMISSIONED);
    assertThat(outcomes.get(4)).matches(LedgerContract::isNew);
    assertThat(committed())
        .extracting(CommittedEvent::jws)
        .contains(good, work)
        .doesNotContain("no event", forged, twice);
  }

  @Test
  void answers_an_event_that_it_holds_as_it_did_the_first_time() {
    String event = farm.commission("A");
    Accepted first = (Accepted) ledger.append(List.of(event)).get(0);

    List<Outcome> again = ledger.append(List.of(event, farm.weed("A"), event));

    Accepted repeated = new Accepted(first.eventId(), first.recordTime(), true, first.subjects());
    assertThat(again.get(0)).isEqualTo(repeated);
    assertThat(again.get(2)).isEqualTo(repeated);
    assertThat(heads("A").get(farm.subject("A")).n()).isEqualTo(2);
    assertThat(committed()).extracting(CommittedEvent::jws).containsOnlyOnce(event);
  }

  @Test
  void takes_no_more_than_its_largest_batch() {
    assertThat(ledger.append(List.of())).isEmpty();
    assertThat(ledger.append(Collections.nCopies(Ledger.MAX_BATCH, "x")))
        .hasSize(Ledger.MAX_BATCH)
        .allMatch(Refused.class::isInstance);
    assertThatThrownBy(() -> ledger.append(Collections.nCopies(Ledger.MAX_BATCH + 1, "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void delivers_every_event_once_and_in_order() {
    List<String> season = farm.season("A", 5);
    ledger.append(season.subList(0, 7));
    ledger.append(season.subList(7, 15));

    List<CommittedEvent> events = committed();

    int admission = events.size() - season.size();
    assertThat(events.subList(admission, events.size()))
        .extracting(CommittedEvent::jws)
        .isEqualTo(season);
    for (CommittedEvent event : events) {
      TraceEvent read = TraceEvent.read(Jws.parse(event.jws()));
      assertThat(event.eventId()).isEqualTo(read.id());
      assertThat(event.subjects()).isEqualTo(read.subjects());
      assertThat(ledger.append(List.of(event.jws())))
          .containsExactly(
              new Accepted(event.eventId(), event.recordTime(), true, event.subjects()));
    }
    assertThat(TraceEvent.read(Jws.parse(events.get(0).jws())).kind())
        .isEqualTo("consortium_founded");
  }

  @Test
  void delivers_from_any_block_on_and_waits_for_the_next() throws Exception {
    List<LedgerBlock> all = ledger.blocks(0, 1000, Duration.ZERO);
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).number()).isEqualTo(i);
    }
    long next = all.size();
    assertThat(ledger.blocks(next - 1, 1000, Duration.ZERO))
        .isEqualTo(all.subList((int) next - 1, (int) next));
    assertThat(ledger.blocks(0, 1, Duration.ZERO)).isEqualTo(all.subList(0, 1));
    assertThat(ledger.blocks(next, 10, Duration.ofMillis(50))).isEmpty();

    String event = farm.commission("A");
    ExecutorService follower = Executors.newSingleThreadExecutor();
    try {
      Future<List<LedgerBlock>> waiting =
          follower.submit(() -> ledger.blocks(next, 10, Duration.ofSeconds(20)));
      anotherServer().append(List.of(event));
      assertThat(waiting.get(10, TimeUnit.SECONDS))
          .flatExtracting(LedgerBlock::events)
          .extracting(CommittedEvent::jws)
          .containsExactly(event);
    } finally {
      follower.shutdownNow();
    }
  }

  @Test
  void chains_its_blocks_and_has_them_endorsed() throws Exception {
    List<String> season = farm.season("A", 3);
    ledger.append(season);
    ledger.append(List.of(season.get(0), "no event", farm.weed("A1")));
    heads("A0");

    Map<String, ByteString> replayed = Chain.replay(ledger);

    Map<String, ByteString> state = new HashMap<>();
    ledger
        .state(replayed.keySet())
        .forEach((key, value) -> state.put(key, ByteString.copyFrom(value)));
    assertThat(state).isEqualTo(replayed);
    for (CommittedEvent event : committed()) {
      assertThat(replayed).containsKey("event/" + event.eventId());
    }
  }

  @Test
  void states_the_heads_of_all_that_was_appended() throws Exception {
    ledger.append(farm.season("A", 3));

    Statement statement = statement("A0", "A2", "never-seen");

    assertThat(statement.subjects()).hasSize(3);
    assertThat(statement.subjects().get(farm.subject("never-seen"))).isEqualTo(Statement.Head.NONE);
    Map<String, List<Recorded>> histories = histories();
    for (String lot : List.of("A0", "A2")) {
      List<History.Entry> entries =
          histories.get(farm.subject(lot)).stream()
              .map(recorded -> new History.Entry(recorded.event().id(), recorded.recordTime()))
              .toList();
      assertThat(entries).hasSize(3);
      assertThat(statement.subjects().get(farm.subject(lot)))
          .isEqualTo(new Statement.Head(3, new History(farm.subject(lot), entries).head()));
    }
    assertThat(statement.consortium()).isEqualTo(ledger.consortium());
    assertThat(statement.challenge()).isEqualTo(CHALLENGE);
    assertThat(statement.tick()).isBetween(statement.time() - 61_000, statement.time());
    assertThat(statement.time()).isCloseTo(clock().millis(), within(60_000));
  }

  @Test
  void a_bundle_of_its_events_and_its_statement_passes_the_verifier() throws Exception {
    ledger.append(farm.season("A", 3));
    DigitalLink url = DigitalLink.parse(farm.link("A1"));

    Verdict verdict =
        BundleVerifier.verify(
                bundle(url).write(),
                TrustRoots.read(ledger.trust()),
                url,
                new Freshness.Challenge(CHALLENGE))
            .verdict();

    assertThat(verdict.failure()).isNull();
    assertThat(verdict.result()).isEqualTo(Verdict.Result.PASSED);
    assertThat(verdict.json().canonicalText()).contains("\"operators\":[\"");
  }

  @Test
  void states_nothing_of_an_alias_or_to_a_bad_challenge() {
    SortedSet<String> alias = new TreeSet<>(Set.of("lot/4569951110016/A"));
    assertThatThrownBy(() -> ledger.heads(alias, CHALLENGE))
        .isInstanceOfSatisfying(
            MalformedEvent.class, e -> assertThat(e.reason()).isEqualTo("subject_malformed"));
    SortedSet<String> one = new TreeSet<>(Set.of(farm.subject("A")));
    assertThatThrownBy(() -> ledger.heads(one, new byte[15]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ledger.heads(one, new byte[65]))
        .isInstanceOf(IllegalArgumentException.class);
    SortedSet<String> many = new TreeSet<>();
    for (int i = 0; i <= Statement.MOST_SUBJECTS; i++) {
      many.add(farm.subject("L" + i));
    }
    assertThatThrownBy(() -> ledger.heads(many, CHALLENGE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shows_committed_state_by_key() {
    String event = farm.commission("A");
    String key = "event/" + id(event);
    String lot = "subject/" + farm.subject("A");
    assertThat(ledger.state(List.of(key, lot))).isEmpty();

    ledger.append(List.of(event));

    Map<String, byte[]> state = ledger.state(List.of(key, lot, "subject/" + farm.subject("B")));
    assertThat(state).containsOnlyKeys(key, lot);
    Json.Obj value = (Json.Obj) Json.parseCanonical(state.get(lot), Json.Limits.EVENT);
    Statement.Head head = heads("A").get(farm.subject("A"));
    assertThat(value.integer("n")).isEqualTo(head.n()).isEqualTo(1);
    assertThat(Base64Url.decode(value.text("head"))).isEqualTo(head.hash());
  }

  @Test
  void two_servers_at_once_double_nothing() throws Exception {
    Ledger other = anotherServer();
    List<String> season = farm.season("A", 40);
    List<Callable<Long>> work = new ArrayList<>();
    // Both get every event, in overlapping batches
    for (Ledger server : List.of(ledger, other)) {
      work.add(
          () -> {
            long fresh = 0;
            for (int i = 0; i < season.size(); i += 6) {
              fresh +=
                  server.append(season.subList(i, Math.min(season.size(), i + 12))).stream()
                      .filter(LedgerContract::isNew)
                      .count();
            }
            return fresh;
          });
      work.add(
          () -> {
            for (int i = 0; i < 20; i++) {
              server.heads(new TreeSet<>(Set.of(farm.subject("A" + i))), CHALLENGE);
            }
            return 0L;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    long fresh = 0;
    try {
      for (Future<Long> done : threads.invokeAll(work)) {
        fresh += done.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(fresh).isEqualTo(season.size());
    assertThat(committed())
        .extracting(CommittedEvent::jws)
        .doesNotHaveDuplicates()
        .containsAll(season);
    Map<String, ByteString> replayed = Chain.replay(ledger);
    assertThat(replayed).isEqualTo(Chain.replay(other));
    for (int i = 0; i < 40; i++) {
      assertThat(heads("A" + i).get(farm.subject("A" + i)).n()).isEqualTo(3);
    }
  }

  final Ledger ledger() {
    return ledger;
  }

  final Farm farm() {
    return farm;
  }

  final Map<String, Statement.Head> heads(String... lots) {
    return statement(lots).subjects();
  }

  final Statement statement(String... lots) {
    return statement(answer(lots));
  }

  private EndorsedAnswer answer(String... lots) {
    SortedSet<String> subjects = new TreeSet<>();
    for (String lot : lots) {
      subjects.add(farm.subject(lot));
    }
    return ledger.heads(subjects, CHALLENGE);
  }

  private static Statement statement(EndorsedAnswer answer) {
    try {
      ByteString action = ProposalResponsePayload.parseFrom(answer.payload()).getExtension();
      return Statement.read(
          ChaincodeAction.parseFrom(action).getResponse().getPayload().toByteArray());
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  final List<CommittedEvent> committed() {
    List<CommittedEvent> events = new ArrayList<>();
    try {
      long from = 0;
      for (List<LedgerBlock> blocks = ledger.blocks(0, 3, Duration.ZERO);
          !blocks.isEmpty();
          blocks = ledger.blocks(from, 3, Duration.ZERO)) {
        for (LedgerBlock block : blocks) {
          assertThat(block.number()).isEqualTo(from++);
          events.addAll(block.events());
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return events;
  }

  private Map<String, List<Recorded>> histories() {
    Map<String, List<Recorded>> histories = new HashMap<>();
    for (CommittedEvent event : committed()) {
      Recorded recorded = new Recorded(TraceEvent.read(Jws.parse(event.jws())), event.recordTime());
      for (String subject : event.subjects()) {
        histories.computeIfAbsent(subject, none -> new ArrayList<>()).add(recorded);
      }
    }
    return histories;
  }

  private Bundle bundle(DigitalLink url) {
    Start start = Start.of(url, ledger.consortium());
    Map<String, List<Recorded>> histories = histories();
    Required required = Required.of(start, histories);
    Map<String, List<Recorded>> complete = new HashMap<>();
    for (String subject : required.subjects()) {
      complete.put(subject, histories.getOrDefault(subject, List.of()));
    }
    EndorsedAnswer answer = ledger.heads(new TreeSet<>(complete.keySet()), CHALLENGE);
    List<Bundle.Endorsement> endorsements =
        answer.endorsements().stream()
            .map(e -> new Bundle.Endorsement(e.endorser(), e.signature()))
            .toList();
    return Bundle.of(
        complete,
        new Bundle.Endorsements(endorsements, null, answer.payload()),
        null,
        List.of(),
        List.of());
  }

  static boolean isNew(Outcome outcome) {
    return outcome instanceof Accepted accepted && !accepted.repeated();
  }

  private static void assertRefused(Outcome outcome, Reason reason) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  private static org.assertj.core.data.Offset<Long> within(long ms) {
    return org.assertj.core.data.Offset.offset(ms);
  }

  static String id(String compact) {
    return Jws.parse(compact).idText();
  }

  /** The same event under a signature of the right form. */
  private static String tampered(String compact) {
    int dot = compact.lastIndexOf('.') + 1;
    byte[] signature = Base64Url.decode(compact.substring(dot));
    signature[40] ^= 1;
    return compact.substring(0, dot) + Base64Url.encode(signature);
  }
}
