package jp.sanchi.chaincode;

import static jp.sanchi.chaincode.MapCall.words;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import jp.sanchi.chaincode.stream.Response;
import jp.sanchi.kernel.Field;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Refused;
import jp.sanchi.kernel.ledger.AppendAnswer;
import jp.sanchi.kernel.ledger.TraceFunctions;
import jp.sanchi.kernel.proof.Statement;
import org.junit.jupiter.api.Test;

class TraceContractTest {
  private static final Instant NOW = Instant.parse("2026-08-15T02:00:00Z");
  // The last that a protobuf timestamp may hold
  private static final Instant FAR_AHEAD = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final String CHALLENGE = Base64Url.encode(new byte[32]);
  private static final String LIKE_A_STATEMENT = Statement.PREFIX + "{}";

  private final Map<String, byte[]> ledger = new TreeMap<>();
  private final TraceContract contract = new TraceContract(InstantSource.fixed(NOW));
  private final Field field = new Field();

  @Test
  void appends_from_the_founding_on_and_states_heads() {
    field.grower();
    List<String> batch = new ArrayList<>(field.log);
    batch.add("no event");

    MapCall append = new MapCall(ledger, NOW, append(batch));
    Response answer = contract.invoke(append);
    append.commit();

    assertThat(answer.status()).isEqualTo(200);
    List<Outcome> outcomes = AppendAnswer.read(answer.payload(), batch, NOW.toEpochMilli());
    assertThat(outcomes.subList(0, batch.size() - 1)).hasOnlyElementsOfType(Accepted.class);
    assertThat(outcomes.get(batch.size() - 1)).isInstanceOf(Refused.class);
    String consortium = "consortium/" + Field.CONSORTIUM;
    Statement statement =
        Statement.read(invoke(NOW, words("heads", CHALLENGE, consortium)).payload());
    assertThat(statement.channel()).isEqualTo("trace");
    assertThat(statement.time()).isEqualTo(NOW.toEpochMilli());
    assertThat(statement.subjects().get(consortium).n()).isPositive();
  }

  @Test
  void leaves_the_state_that_the_kernel_leaves_elsewhere() {
    field.grower();
    // Each event at the time at which the field's own ledger recorded it
    Instant time = Instant.ofEpochMilli(Field.START);
    for (String event : field.log) {
      var then = new TraceContract(InstantSource.fixed(time));
      MapCall call = new MapCall(ledger, time, append(List.of(event)));
      assertThat(then.invoke(call).status()).isEqualTo(200);
      call.commit();
      time = time.plusSeconds(1);
    }
    assertThat(ledger.keySet()).isEqualTo(field.state.values.keySet());
    ledger.forEach((key, value) -> assertThat(value).isEqualTo(field.state.values.get(key)));
  }

  @Test
  void answers_and_writes_the_same_bytes_in_the_same_order_whatever_the_host_is_like() {
    field.grower();
    List<String> batch = new ArrayList<>(field.log);
    batch.add(1, "no event");
    batch.add(batch.get(2));

    List<String> here = transcript(contract, batch);
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      for (String tag : List.of("tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist-nu-thai")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
        for (Duration off : List.of(Duration.ofMinutes(2), Duration.ofMinutes(-2))) {
          var elsewhere = new TraceContract(InstantSource.fixed(NOW.plus(off)));
          assertThat(transcript(elsewhere, batch)).isEqualTo(here);
        }
      }
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  /** All that calls of every function answer, read and write. */
  private List<String> transcript(TraceContract contract, List<String> batch) {
    Map<String, byte[]> state = new TreeMap<>();
    var transcript = new ArrayList<String>();
    String consortium = "consortium/" + Field.CONSORTIUM;
    for (List<byte[]> arguments :
        List.of(
            append(batch),
            append(batch),
            words("tick"),
            words("heads", CHALLENGE, consortium),
            words("state", "ledger", "tick", "subject/" + consortium))) {
      MapCall call = new MapCall(state, NOW, arguments);
      Response answer = contract.invoke(call);
      call.commit();
      assertThat(answer.status()).isEqualTo(200);
      transcript.add(HexFormat.of().formatHex(answer.payload()));
      transcript.addAll(call.reads);
      transcript.addAll(call.writes);
    }
    return transcript;
  }

  @Test
  void refuses_every_function_at_a_time_too_far_from_its_clock() {
    for (String[] call :
        new String[][] {
          {"append", "x"}, {"heads", CHALLENGE}, {"tick"}, {"state", "ledger"}, {"nothing"}
        }) {
      for (Instant time :
          List.of(NOW.plusMillis(120_001), NOW.minusMillis(120_001), Instant.EPOCH, FAR_AHEAD)) {
        refuses("clock_difference", time, words(call));
      }
    }
  }

  @Test
  void takes_times_up_to_two_minutes_from_its_clock() {
    for (long off : new long[] {-120_000, 0, 120_000}) {
      assertThat(invoke(NOW.plusMillis(off), words("tick")).status()).isEqualTo(200);
    }
  }

  @Test
  void the_guards_clock_never_enters_an_answer() {
    Instant time = NOW.minusSeconds(90);
    assertThat(invoke(time, words("tick")).payload())
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo(Long.toString(time.toEpochMilli()));
  }

  @Test
  void refuses_what_is_no_call_with_its_reason() {
    refuses("call_malformed", NOW, words());
    refuses("call_malformed", NOW, words("nothing"));
    refuses("call_malformed", NOW, words("heads"));
    refuses("call_malformed", NOW, List.of(new byte[] {(byte) 0xff}));
    refuses("subject_malformed", NOW, words("heads", CHALLENGE, "lot/1/A"));
    refuses("not_founded", NOW, words("heads", CHALLENGE));
  }

  @Test
  void refuses_what_is_too_large() {
    refuses("call_too_large", NOW, append(Collections.nCopies(601, "x")));
    refuses("call_too_large", NOW, words("append", "x".repeat(TraceFunctions.MOST_BYTES)));
    refuses("call_too_large", NOW, words("state", "x".repeat(TraceFunctions.MOST_BYTES)));
  }

  @Test
  void only_heads_answers_like_a_statement() {
    MapCall founding = new MapCall(ledger, NOW, append(field.log));
    contract.invoke(founding);
    founding.commit();
    // A hostile client may choose keys and events, and values by what it appends
    ledger.put(LIKE_A_STATEMENT, LIKE_A_STATEMENT.getBytes(StandardCharsets.UTF_8));
    for (List<byte[]> call :
        List.of(
            words("append", LIKE_A_STATEMENT),
            words("append", field.log.get(0), LIKE_A_STATEMENT),
            words("append"),
            words("state", LIKE_A_STATEMENT),
            words("state"),
            words("tick"))) {
      assertThat(new String(invoke(NOW, call).payload(), StandardCharsets.UTF_8))
          .doesNotStartWith("sanchi.");
    }
    assertThat(new String(invoke(NOW, words("heads", CHALLENGE)).payload(), StandardCharsets.UTF_8))
        .startsWith(Statement.PREFIX);
  }

  @Test
  void an_event_of_a_season_is_judged_as_the_kernel_judges_it() {
    var grower = field.grower();
    MapCall world = new MapCall(ledger, NOW, append(field.log));
    contract.invoke(world);
    world.commit();
    String lot = grower.device().sign(field.draft("lot_commissioned"));
    String again = grower.device().sign(field.draft("lot_commissioned"));
    List<String> batch = List.of(lot, again, Field.spoiled(lot), lot);

    Response answer = invoke(NOW, append(batch));

    List<Outcome> outcomes = AppendAnswer.read(answer.payload(), batch, NOW.toEpochMilli());
    assertThat(outcomes.get(0)).isInstanceOf(Accepted.class);
    assertThat(outcomes.get(1)).isInstanceOf(Refused.class);
    assertThat(outcomes.get(2)).isInstanceOf(Refused.class);
    assertThat(outcomes.get(3))
        .isInstanceOfSatisfying(
            Accepted.class, repeated -> assertThat(repeated.repeated()).isTrue());
  }

  private void refuses(String reason, Instant time, List<byte[]> arguments) {
    MapCall call = new MapCall(ledger, time, arguments);
    Response answer = contract.invoke(call);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.message()).isEqualTo(reason);
    assertThat(answer.payload()).isEmpty();
    assertThat(call.writes).isEmpty();
  }

  private Response invoke(Instant time, List<byte[]> arguments) {
    return contract.invoke(new MapCall(ledger, time, arguments));
  }

  private static List<byte[]> append(List<String> batch) {
    return TraceFunctions.append(batch);
  }
}
