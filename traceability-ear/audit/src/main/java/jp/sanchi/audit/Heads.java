package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.History;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.ledger.AppendAnswer;
import jp.sanchi.kernel.ledger.TraceFunctions;
import jp.sanchi.kernel.proof.Statement.Head;

/** Every subject's history, chained anew from the events themselves. */
final class Heads {
  private static final String SUBJECT = "subject/";
  private static final Json.Limits VALUE = new Json.Limits(16 << 20, 16);

  private final Map<String, Head> heads = new HashMap<>();
  private long events;

  /** Adds what a valid call appended. */
  void add(Call call) {
    List<String> batch = TraceFunctions.batch(call.arguments());
    if (batch == null) {
      return;
    }
    for (Outcome outcome : AppendAnswer.read(call.answer(), batch, call.time())) {
      if (outcome instanceof Accepted accepted && !accepted.repeated()) {
        events++;
        byte[] id = Base64Url.decode(accepted.eventId());
        for (String subject : accepted.subjects()) {
          Head before = heads.getOrDefault(subject, Head.NONE);
          long n = before.n() + 1;
          heads.put(
              subject,
              new Head(n, History.head(subject, n, before.hash(), id, accepted.recordTime())));
        }
      }
    }
  }

  long events() {
    return events;
  }

  /** By subject. */
  Map<String, Head> heads() {
    return heads;
  }

  /** What differs between the heads here and those in the state, in plain English. */
  List<String> differences(Map<ByteString, LedgerState.Value> state) {
    var differences = new ArrayList<String>();
    var missing = new TreeMap<>(heads);
    state.forEach(
        (key, value) -> {
          String name = key.toStringUtf8();
          if (!name.startsWith(SUBJECT)) {
            return;
          }
          Head expected = missing.remove(name.substring(SUBJECT.length()));
          if (!read(value.bytes()).equals(expected)) {
            differences.add("the state of " + name + " is not what its events add up to");
          }
        });
    missing.keySet().forEach(subject -> differences.add("the state has no " + subject));
    return differences;
  }

  private static Head read(ByteString bytes) {
    try {
      Json.Obj value = (Json.Obj) Json.parse(bytes.toByteArray(), VALUE);
      return new Head(value.integer("n"), Base64Url.decode(value.text("head")));
    } catch (MalformedEvent | ClassCastException e) {
      return Head.NONE;
    }
  }
}
