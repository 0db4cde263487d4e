package jp.sanchi.kernel.history;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Json;

/** The part of the world state that one batch touches: loaded once, changed in memory, put once. */
final class World {
  /** Holds the id of the ledger's one consortium, from its founding on. */
  static final String LEDGER = "ledger";

  private static final Json.Limits LIMITS = new Json.Limits(1024, 2);

  private final Set<String> known;
  private final Map<String, byte[]> loaded;
  private final Map<String, SubjectState> subjects = new HashMap<>();
  private final Map<String, EventState> events = new TreeMap<>();
  private final TreeMap<String, byte[]> writes = new TreeMap<>();
  private String consortium;

  /**
   * Loads the state of these keys.
   *
   * @param keys as {@link #key} and {@link #eventKey} name them
   */
  World(WorldState state, Set<String> keys) {
    this.known = keys;
    this.loaded = keys.isEmpty() ? Map.of() : state.load(keys);
    byte[] ledger = loaded.get(LEDGER);
    if (ledger != null) {
      consortium = ((Json.Obj) Json.parse(ledger, LIMITS)).text("consortium");
    }
  }

  static String key(String subject) {
    return "subject/" + subject;
  }

  static String eventKey(String id) {
    return "event/" + id;
  }

  /** The id of the ledger's consortium, or null before it is founded. */
  String consortium() {
    return consortium;
  }

  void found(String id) {
    consortium = id;
    writes.put(LEDGER, Json.object("consortium", id).canonical());
  }

  SubjectState subject(String subject) {
    return subjects.computeIfAbsent(subject, name -> SubjectState.read(name, loaded(key(name))));
  }

  SubjectState organisation(String gln) {
    return subject("organisation/" + gln);
  }

  /** What is known of an event, or null. */
  EventState event(String id) {
    EventState changed = events.get(id);
    byte[] json = loaded(eventKey(id));
    return changed != null || json == null ? changed : EventState.read(id, json);
  }

  void set(EventState event) {
    events.put(event.id(), event);
  }

  /** Everything that has changed, in ascending order of keys. */
  Map<String, byte[]> writes() {
    events.forEach((id, event) -> writes.put(eventKey(id), event.canonical()));
    for (SubjectState subject : subjects.values()) {
      if (subject.changed()) {
        writes.put(key(subject.subject()), subject.canonical());
      }
    }
    return writes;
  }

  private byte[] loaded(String key) {
    if (!known.contains(key)) {
      throw new IllegalStateException("the rules read " + key + ", which was not loaded");
    }
    return loaded.get(key);
  }
}
