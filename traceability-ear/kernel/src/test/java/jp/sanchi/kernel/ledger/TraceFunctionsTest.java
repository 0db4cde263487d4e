package jp.sanchi.kernel.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.Field;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.History;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Refused;
import jp.sanchi.kernel.proof.Statement;
import org.junit.jupiter.api.Test;

class TraceFunctionsTest {
  private static final String CHALLENGE = Base64Url.encode(new byte[16]);

  private final Field field = new Field();

  @Test
  void answers_an_append_with_what_the_rules_say() {
    String event = admission("456995100001");
    byte[] answer = call("append", event, "no event");

    List<Outcome> outcomes = AppendAnswer.read(answer, List.of(event, "no event"), field.clock);

    assertThat(outcomes.get(0))
        .isInstanceOfSatisfying(
            Accepted.class, accepted -> assertThat(accepted.recordTime()).isEqualTo(field.clock));
    assertThat(outcomes.get(1)).isInstanceOf(Refused.class);
    String head = subject("organisation/" + Draft.gln("456995100001")).text("head");
    assertThat(head).hasSize(43);
  }

  @Test
  void states_heads_with_the_newest_tick() {
    call("tick");
    String founded = "consortium/" + Field.CONSORTIUM;
    String unknown = "lot/04569951110016/A";

    Statement statement = Statement.read(call("heads", CHALLENGE, founded, unknown));

    History history = new History(founded, field.histories().get(founded));
    assertThat(statement.subjects())
        .containsEntry(founded, new Statement.Head(1, history.head()))
        .containsEntry(unknown, Statement.Head.NONE);
    assertThat(statement.channel()).isEqualTo(Field.CHANNEL);
    assertThat(statement.consortium()).isEqualTo(Field.CONSORTIUM);
    assertThat(statement.tick()).isEqualTo(field.clock);
    assertThat(statement.time()).isEqualTo(field.clock);
  }

  @Test
  void a_statement_is_not_before_what_it_states() {
    call("tick");
    field.clock -= 5_000;

    Statement statement = Statement.read(call("heads", CHALLENGE));

    assertThat(statement.time()).isEqualTo(statement.tick()).isEqualTo(field.clock + 5_000);
  }

  @Test
  void a_tick_never_goes_back_and_then_writes_nothing() {
    call("tick");
    int puts = field.state.puts;
    long newest = field.clock;
    field.clock -= 1;

    assertThat(new String(call("tick"), StandardCharsets.US_ASCII)).isEqualTo("" + newest);
    assertThat(field.state.puts).isEqualTo(puts);
  }

  @Test
  void tells_values_by_key_in_order() {
    byte[] answer = call("state", "ledger", "subject/none", "ledger");

    String ledger = Base64Url.encode(Json.object("consortium", Field.CONSORTIUM).canonical());
    assertThat(answer).isEqualTo(Json.array(ledger, Json.Null.VALUE, ledger).canonical());
  }

  @Test
  void only_heads_answers_like_a_statement() {
    String like = Statement.PREFIX + "{}";
    for (String[] call : new String[][] {{"append", like}, {"state", like}, {"tick"}}) {
      assertThat(new String(call(call), StandardCharsets.UTF_8)).doesNotStartWith("sanchi.");
    }
  }

  @Test
  void refuses_what_is_no_call() {
    refuses("call_malformed");
    refuses("call_malformed", "nothing");
    refuses("call_malformed", "heads");
    refuses("call_malformed", "heads", Base64Url.encode(new byte[15]));
    refuses("call_malformed", "heads", Base64Url.encode(new byte[65]));
    refuses("base64_not_canonical", "heads", "=");
    refuses("subject_malformed", "heads", CHALLENGE, "lot/4569951110016/A");
    refuses("call_malformed", "heads", CHALLENGE, "product/04569951110016", "lot/04569951110016/A");
    refuses("call_malformed", "heads", CHALLENGE, "lot/04569951110016/A", "lot/04569951110016/A");
    assertThatThrownBy(
            () ->
                TraceFunctions.call(
                    field.state, Field.CHANNEL, List.of(new byte[] {(byte) 0xff}), 0))
        .isInstanceOf(MalformedEvent.class)
        .hasMessage("call_malformed");
  }

  @Test
  void refuses_what_is_too_large() {
    refuses("call_too_large", with("append", Collections.nCopies(601, "x")));
    refuses("call_too_large", with("state", Collections.nCopies(10_001, "x")));
    refuses("call_too_large", with("heads", Collections.nCopies(4_098, CHALLENGE)));
    refuses("call_too_large", "append", "x".repeat(TraceFunctions.MOST_BYTES));
    refuses("call_too_large", "tick", "tock");
    assertThat(call(with("append", Collections.nCopies(600, "x")))).isNotEmpty();
  }

  @Test
  void states_nothing_before_the_founding() {
    Field unfounded = Field.unfounded();
    assertThatThrownBy(
            () ->
                TraceFunctions.call(
                    unfounded.state, Field.CHANNEL, bytes("heads", CHALLENGE), field.clock))
        .hasMessage("not_founded");
  }

  private String admission(String twelve) {
    Draft draft = field.draft("organisation_admitted").with("sanchi:gln", Draft.gln(twelve));
    return field.member(0).sign(draft);
  }

  private Json.Obj subject(String subject) {
    return field.subject(subject);
  }

  private byte[] call(String... words) {
    return TraceFunctions.call(field.state, Field.CHANNEL, bytes(words), field.clock);
  }

  private void refuses(String reason, String... words) {
    int puts = field.state.puts;
    assertThatThrownBy(() -> call(words)).isInstanceOf(MalformedEvent.class).hasMessage(reason);
    assertThat(field.state.puts).isEqualTo(puts);
  }

  private static String[] with(String function, List<String> words) {
    return Stream.concat(Stream.of(function), words.stream()).toArray(String[]::new);
  }

  private static List<byte[]> bytes(String... words) {
    return Stream.of(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
