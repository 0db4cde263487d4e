package jp.sanchi.kernel.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import jp.sanchi.kernel.Draft;
import jp.sanchi.kernel.Field;
import jp.sanchi.kernel.MapState;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What holds of every batch: order, repetition, determinism, heads. */
class BatchTest {
  private static final Season SEASON = new Season();
  private static final List<String> SENT = SEASON.field.sent;

  @Test
  void a_season_has_most_kinds_in_it_and_some_refusals() {
    assertThat(SENT.size()).isGreaterThan(80);
    assertThat(SENT.size() - SEASON.field.log.size()).isEqualTo(4);
  }

  @Property(tries = 25)
  void the_same_events_give_the_same_state_however_they_are_split_into_batches(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 12) Integer> sizes) {
    MapState whole = new MapState();
    List<Outcome> atOnce = Rules.append(whole, SENT, Field.START);
    MapState split = new MapState();
    List<Outcome> inParts = new ArrayList<>();
    int from = 0;
    for (int i = 0; from < SENT.size(); i++) {
      int to = Math.min(SENT.size(), from + sizes.get(i % sizes.size()));
      inParts.addAll(Rules.append(split, SENT.subList(from, to), Field.START));
      from = to;
    }
    assertThat(inParts).isEqualTo(atOnce);
    assertThat(texts(split)).isEqualTo(texts(whole));
  }

  @Test
  void the_same_batch_gives_the_same_bytes_in_every_country() {
    MapState here = new MapState();
    Rules.append(here, SENT, Field.START);
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    MapState there = new MapState();
    try {
      // Turkish has another lower case of I, Arabic other digits, and Kathmandu a quarter of an
      // hour
      for (String tag : List.of("tr-TR", "ar-EG-u-nu-arab", "th-TH-u-ca-buddhist")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
        there = new MapState();
        Rules.append(there, SENT, Field.START);
        assertThat(texts(there)).isEqualTo(texts(here));
      }
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
    assertThat(there.values.keySet()).isEqualTo(here.values.keySet());
  }

  @Test
  void heads_are_those_that_anybody_computes_from_the_histories() throws Exception {
    Map<String, List<History.Entry>> histories = SEASON.field.histories();
    assertThat(histories).hasSizeGreaterThan(20);
    for (Map.Entry<String, List<History.Entry>> history : histories.entrySet()) {
      byte[] head = new byte[32];
      long n = 0;
      for (History.Entry entry : history.getValue()) {
        n++;
        head = head(history.getKey(), n, head, entry);
      }
      Json.Obj state = SEASON.field.subject(history.getKey());
      assertThat(state.text("head")).isEqualTo(Base64Url.encode(head));
      assertThat(state.integer("n")).isEqualTo(n);
      assertThat(new History(history.getKey(), history.getValue()).head()).isEqualTo(head);
    }
    assertThat(subjects(SEASON.field.state)).isEqualTo(histories.keySet());
  }

  @Test
  void a_repeated_season_changes_nothing_and_answers_as_the_first_time() {
    MapState state = SEASON.field.state.copy();
    Map<String, String> before = texts(state);
    List<Outcome> again = Rules.append(state, SEASON.field.log, SEASON.field.clock + 1_000_000);
    assertThat(texts(state)).isEqualTo(before);
    assertThat(state.puts).isZero();
    assertThat(again)
        .allSatisfy(
            outcome -> {
              Accepted accepted = (Accepted) outcome;
              assertThat(accepted.repeated()).isTrue();
              for (String subject : accepted.subjects()) {
                assertThat(SEASON.field.histories().get(subject))
                    .contains(new History.Entry(accepted.eventId(), accepted.recordTime()));
              }
            });
  }

  @Test
  void loads_once_and_puts_once_and_only_what_it_said_that_it_reads() {
    MapState state = new MapState();
    Set<String> asked = new TreeSet<>();
    WorldState counting =
        new WorldState() {
          @Override
          public Map<String, byte[]> load(Collection<String> keys) {
            asked.addAll(keys);
            return state.load(keys);
          }

          @Override
          public void put(Map<String, byte[]> writes) {
            assertThat(asked).containsAll(writes.keySet());
            state.put(writes);
          }
        };
    Rules.append(counting, SENT, Field.START);
    assertThat(state.loads).isEqualTo(1);
    assertThat(state.puts).isEqualTo(1);
    assertThat(asked).isEqualTo(new TreeSet<>(Rules.reads(SENT)));
    assertThat(asked).allMatch(key -> key.matches("(subject|event)/.+|ledger"));
  }

  @Test
  void every_value_is_canonical_json() {
    SEASON.field.state.values.forEach(
        (key, value) ->
            assertThat(Json.parseCanonical(value, new Json.Limits(1 << 20, 16)))
                .as(key)
                .isInstanceOf(Json.Obj.class));
  }

  @Test
  void an_empty_or_unreadable_batch_reads_and_writes_nothing() {
    MapState state = new MapState();
    assertThat(Rules.append(state, List.of(), Field.START)).isEmpty();
    assertThat(Rules.append(state, List.of("x", ""), Field.START))
        .allMatch(outcome -> outcome instanceof Refused refused && refused.eventId() == null);
    assertThat(Rules.reads(List.of("x"))).isEmpty();
    assertThat(state.loads + state.puts).isZero();
  }

  @Test
  void a_bad_entry_hinders_no_other_and_each_sees_what_the_earlier_ones_did() {
    Field field = new Field();
    Field.Organisation grower = field.grower();
    Field.Device fresh = new Field.Device("fresh", grower.gln());
    String first = fresh.sign(Draft.of("lot_commissioned"));
    List<Outcome> outcomes =
        field.append(
            List.of(
                fresh.sign(Draft.of("sowing")),
                "nonsense",
                grower.administrator().sign(fresh.enrolment(false)),
                first,
                fresh.sign(Draft.of("lot_commissioned", "again")),
                first,
                fresh.sign(Draft.of("sowing"))));
    assertThat(outcomes)
        .extracting(BatchTest::brief)
        .containsExactly(
            "unknown_key",
            "jws_malformed",
            "accepted",
            "accepted",
            "already_commissioned",
            "repeated",
            "accepted");
  }

  private static String brief(Outcome outcome) {
    if (outcome instanceof Refused refused) {
      return refused.reason().code();
    }
    return ((Accepted) outcome).repeated() ? "repeated" : "accepted";
  }

  private static byte[] head(String subject, long n, byte[] before, History.Entry entry)
      throws IOException, GeneralSecurityException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeBytes("sanchi/history/1\0" + subject + "\0");
    out.writeLong(n);
    out.write(before);
    out.write(Base64Url.decode(entry.eventId()));
    out.writeLong(entry.recordTime());
    return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
  }

  private static Set<String> subjects(MapState state) {
    Set<String> subjects = new TreeSet<>();
    for (String key : state.values.keySet()) {
      if (key.startsWith("subject/")) {
        subjects.add(key.substring("subject/".length()));
      }
    }
    return subjects;
  }

  private static Map<String, String> texts(MapState state) {
    Map<String, String> texts = new TreeMap<>();
    state.values.forEach((key, value) -> texts.put(key, new String(value, StandardCharsets.UTF_8)));
    return texts;
  }
}
