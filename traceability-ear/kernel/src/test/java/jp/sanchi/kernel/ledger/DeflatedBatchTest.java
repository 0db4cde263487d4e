package jp.sanchi.kernel.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.Field;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Refused;
import org.junit.jupiter.api.Test;

class DeflatedBatchTest {
  private final Field field = new Field();

  @Test
  void is_the_same_append_as_that_of_the_compact_forms() {
    List<String> batch = List.of(admission("456995100001"), admission("456995100002"));
    List<byte[]> call = TraceFunctions.append(batch);

    assertThat(new String(call.get(0), UTF_8)).isEqualTo("append_deflated");
    assertThat(TraceFunctions.batch(call)).isEqualTo(batch);
    List<Outcome> outcomes = AppendAnswer.read(call(call), batch, field.clock);
    assertThat(outcomes).hasOnlyElementsOfType(Accepted.class);
  }

  @Test
  void takes_a_fifth_of_the_compact_forms_bytes() {
    List<String> batch = field.log;
    while (batch.size() < 50) {
      admission("4569951" + (10_000 + batch.size()));
    }
    int compact = batch.stream().mapToInt(String::length).sum();

    assertThat(DeflatedBatch.of(batch).length).isLessThan(compact / 4);
  }

  @Test
  void says_of_each_text_that_is_no_event_what_the_rules_say_of_it() {
    byte[] lines = "{}\n{}\nsig.na ture\n\n\n\n{\"alg\":1}\nx\n産地\n".getBytes(UTF_8);

    List<Outcome> outcomes =
        AppendAnswer.read(
            call(List.of("append_deflated".getBytes(UTF_8), deflated(lines))),
            DeflatedBatch.read(deflated(lines)),
            field.clock);

    assertThat(outcomes).hasSize(3).hasOnlyElementsOfType(Refused.class);
  }

  @Test
  void what_can_not_be_written_in_lines_is_appended_as_it_is() {
    for (String text : List.of("no event", "e30.e30", "=.e30.x", "e30.e30.x\ny", "Cg.e30.x")) {
      List<byte[]> call = TraceFunctions.append(List.of(text));

      assertThat(new String(call.get(0), UTF_8)).as(text).isEqualTo("append");
      assertThat(TraceFunctions.batch(call)).containsExactly(text);
    }
  }

  @Test
  void refuses_what_is_no_whole_stream_of_whole_lines() {
    byte[] good = deflated("{}\n{}\nx\n".getBytes(UTF_8));
    refuses("call_malformed", new byte[0]);
    refuses("call_malformed", Arrays.copyOf(good, good.length - 1));
    refuses("call_malformed", Arrays.copyOf(good, good.length + 1));
    refuses("call_malformed", "append".getBytes(UTF_8));
    refuses("call_malformed", deflated("{}\n{}\nx".getBytes(UTF_8)));
    refuses("call_malformed", deflated("{}\n{}\n".getBytes(UTF_8)));
    refuses("call_malformed", deflated(new byte[] {'{', '\n', '}', '\n', (byte) 0xff, '\n'}));
    byte[] changed = good.clone();
    changed[changed.length - 1] ^= 1; // the checksum
    refuses("call_malformed", changed);
    refuses("call_malformed", withDictionary());
    assertThatThrownBy(() -> TraceFunctions.batch(List.of("append_deflated".getBytes(UTF_8))))
        .isInstanceOf(MalformedEvent.class)
        .hasMessage("call_malformed");
  }

  @Test
  void refuses_a_small_stream_that_inflates_to_much() {
    byte[] bomb = deflated(new byte[TraceFunctions.MOST_BYTES + 1]);
    assertThat(bomb.length).isLessThan(20_000);
    refuses("call_too_large", bomb);
    String many = String.join("", Collections.nCopies(601, "{}\n{}\nx\n"));
    refuses("call_too_large", deflated(many.getBytes(UTF_8)));
  }

  private void refuses(String reason, byte[] argument) {
    List<byte[]> call = List.of("append_deflated".getBytes(UTF_8), argument);
    int puts = field.state.puts;
    assertThatThrownBy(() -> call(call)).isInstanceOf(MalformedEvent.class).hasMessage(reason);
    assertThat(field.state.puts).isEqualTo(puts);
  }

  private byte[] call(List<byte[]> arguments) {
    return TraceFunctions.call(field.state, Field.CHANNEL, arguments, field.clock);
  }

  private String admission(String twelve) {
    Draft draft = field.draft("organisation_admitted").with("sanchi:gln", Draft.gln(twelve));
    String event = field.member(0).sign(draft);
    if (!field.log.contains(event)) {
      field.log.add(event);
    }
    return event;
  }

  private static byte[] deflated(byte[] lines) {
    var out = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(out)) {
      deflater.write(lines);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static byte[] withDictionary() {
    var deflater = new Deflater();
    deflater.setDictionary("{}\n".getBytes(UTF_8));
    deflater.setInput("{}\n{}\nx\n".getBytes(UTF_8));
    deflater.finish();
    byte[] out = new byte[100];
    int length = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, length);
  }
}
