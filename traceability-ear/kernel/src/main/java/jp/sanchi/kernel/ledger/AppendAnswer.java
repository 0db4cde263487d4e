package jp.sanchi.kernel.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Refused;

/**
 * What the chaincode's {@code append} returns: a canonical JSON array with one item an event, in
 * order. A number: appended by this transaction, recorded so many ms after its timestamp. {@code
 * [time]}: the ledger held it before, since that record time. {@code [reason, field or null, detail
 * or null]}: refused. All else stands in the events themselves, and an answer lies in every block.
 */
public final class AppendAnswer {
  private static final Json.Limits LIMITS = new Json.Limits(8 << 20, 2);

  private AppendAnswer() {}

  /**
   * The answer.
   *
   * @param time the transaction's timestamp, in ms since 1970
   */
  public static byte[] of(List<Outcome> outcomes, long time) {
    var items = new ArrayList<Json>(outcomes.size());
    for (Outcome outcome : outcomes) {
      if (outcome instanceof Accepted accepted) {
        items.add(
            accepted.repeated()
                ? Json.array(accepted.recordTime())
                : Json.of(accepted.recordTime() - time));
      } else {
        Refused refused = (Refused) outcome;
        items.add(
            Json.array(refused.reason().code(), text(refused.field()), text(refused.detail())));
      }
    }
    return new Json.Arr(items).canonical();
  }

  /**
   * The outcomes again.
   *
   * @param batch that was appended
   * @param time the transaction's timestamp, in ms since 1970
   */
  public static List<Outcome> read(byte[] answer, List<String> batch, long time) {
    return read(answer, batch, time, jws -> TraceEvent.read(Jws.parse(jws)));
  }

  /**
   * The outcomes again, for a host that keeps events which it has parsed.
   *
   * @param parse as {@link TraceEvent#read}; asked for what the ledger holds only
   */
  public static List<Outcome> read(
      byte[] answer, List<String> batch, long time, Function<String, TraceEvent> parse) {
    if (!(Json.parseCanonical(answer, LIMITS) instanceof Json.Arr items)
        || items.size() != batch.size()) {
      throw new IllegalStateException("not an answer to append");
    }
    var outcomes = new ArrayList<Outcome>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      outcomes.add(read(items.get(i), batch.get(i), time, parse));
    }
    return outcomes;
  }

  private static Outcome read(
      Json item, String jws, long time, Function<String, TraceEvent> parse) {
    if (item instanceof Json.Num later) {
      return accepted(parse.apply(jws), time + later.longValue(), false);
    }
    Json.Arr items = (Json.Arr) item;
    if (items.get(0) instanceof Json.Num recordTime) {
      return accepted(parse.apply(jws), recordTime.longValue(), true);
    }
    return new Refused(
        id(jws), Reason.of(text(items.get(0))), text(items.get(1)), text(items.get(2)));
  }

  private static Accepted accepted(TraceEvent event, long recordTime, boolean repeated) {
    return new Accepted(event.id(), recordTime, repeated, event.subjects());
  }

  private static String id(String compact) {
    try {
      return Jws.parse(compact).idText();
    } catch (MalformedEvent e) {
      return null;
    }
  }

  private static Json text(String text) {
    try {
      return text == null ? Json.Null.VALUE : Json.of(text);
    } catch (MalformedEvent e) {
      // Whoever sent the event chose these characters; its refusal must not depend on them
      return Json.Null.VALUE;
    }
  }

  private static String text(Json text) {
    return text instanceof Json.Text value ? value.value() : null;
  }
}
