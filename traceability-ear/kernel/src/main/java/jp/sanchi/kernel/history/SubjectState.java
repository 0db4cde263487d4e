package jp.sanchi.kernel.history;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;

/**
 * What the ledger knows of one subject: how many events its history has ({@code n}), their chained
 * {@code head} and the last record time ({@code time}), and the facts that the rules of its kind
 * need. A fact that is empty is absent, so that equal knowledge has equal bytes.
 */
final class SubjectState {
  private static final Json.Limits LIMITS = new Json.Limits(16 << 20, 16);

  private final String subject;
  private final TreeMap<String, Json> facts = new TreeMap<>();
  private long n;
  private byte[] head = History.emptyHead();
  private long time;
  private boolean changed;

  private SubjectState(String subject) {
    this.subject = subject;
  }

  /**
   * Reads a stored state.
   *
   * @param json null where the subject has no events
   */
  static SubjectState read(String subject, byte[] json) {
    SubjectState state = new SubjectState(subject);
    if (json != null) {
      state.facts.putAll(((Json.Obj) Json.parse(json, LIMITS)).members());
      state.n = ((Json.Num) state.facts.remove("n")).longValue();
      state.head = Base64Url.decode(((Json.Text) state.facts.remove("head")).value());
      state.time = ((Json.Num) state.facts.remove("time")).longValue();
    }
    return state;
  }

  byte[] canonical() {
    var members = new TreeMap<String, Json>(facts);
    members.put("n", Json.of(n));
    members.put("head", Json.of(Base64Url.encode(head)));
    members.put("time", Json.of(time));
    return new Json.Obj(members).canonical();
  }

  void append(byte[] eventId, long recordTime) {
    n++;
    head = History.head(subject, n, head, eventId, recordTime);
    time = recordTime;
    changed = true;
  }

  String subject() {
    return subject;
  }

  /** The last record time, or 0. */
  long time() {
    return time;
  }

  boolean changed() {
    return changed;
  }

  boolean has(String fact) {
    return facts.containsKey(fact);
  }

  Json get(String fact) {
    return facts.get(fact);
  }

  String text(String fact) {
    return facts.get(fact) instanceof Json.Text text ? text.value() : null;
  }

  long integer(String fact) {
    return facts.get(fact) instanceof Json.Num number ? number.longValue() : 0;
  }

  boolean is(String fact) {
    return facts.containsKey(fact);
  }

  Json.Obj object(String fact) {
    return facts.get(fact) instanceof Json.Obj object ? object : Json.object();
  }

  Json.Arr array(String fact) {
    return facts.get(fact) instanceof Json.Arr array ? array : Json.array();
  }

  NumberRanges numbers(String fact) {
    return NumberRanges.read(array(fact));
  }

  boolean lists(String fact, Json item) {
    return array(fact).items().contains(item);
  }

  boolean lists(String fact, String item) {
    return lists(fact, Json.of(item));
  }

  void set(String fact, Json value) {
    boolean empty =
        (value instanceof Json.Arr array && array.size() == 0)
            || (value instanceof Json.Obj object && object.members().isEmpty());
    if (empty) {
      facts.remove(fact);
    } else {
      facts.put(fact, value);
    }
  }

  void set(String fact, String value) {
    set(fact, Json.of(value));
  }

  void set(String fact, boolean value) {
    if (value) {
      set(fact, Json.of(true));
    } else {
      facts.remove(fact);
    }
  }

  /** Adds an item at the end of a list, unless it is there. */
  void add(String fact, Json item) {
    if (!lists(fact, item)) {
      List<Json> items = new ArrayList<>(array(fact).items());
      items.add(item);
      set(fact, new Json.Arr(items));
    }
  }

  void add(String fact, String item) {
    add(fact, Json.of(item));
  }

  void remove(String fact, Json item) {
    List<Json> items = new ArrayList<>(array(fact).items());
    items.remove(item);
    set(fact, new Json.Arr(items));
  }

  void remove(String fact, String item) {
    remove(fact, Json.of(item));
  }
}
