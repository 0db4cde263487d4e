package jp.sanchi.server.ledger;

import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * The most recently used events as they were parsed. By their exact bytes: whatever becomes of a
 * row in the database, this never answers with something else.
 */
@Singleton
public class ParsedEvents {
  private static final long MOST_CHARACTERS = 16L << 20;

  private final Map<String, TraceEvent> events = new LinkedHashMap<>(1024, 0.75f, true);
  private long characters;

  /**
   * Reads an event of a known kind.
   *
   * @throws MalformedEvent as {@link TraceEvent#read} does
   */
  public TraceEvent readKnown(String jws) {
    TraceEvent event = read(jws);
    return event.row() == null ? TraceEvent.read(event.jws()) : event;
  }

  /**
   * Reads an event, of a kind that may be unknown here.
   *
   * @throws MalformedEvent if it is none
   */
  public TraceEvent read(String jws) {
    synchronized (this) {
      TraceEvent found = events.get(jws);
      if (found != null) {
        return found;
      }
    }
    TraceEvent event = TraceEvent.readAny(Jws.parse(jws));
    synchronized (this) {
      if (events.put(jws, event) == null) {
        characters += jws.length();
      }
      var oldest = events.keySet().iterator();
      while (characters > MOST_CHARACTERS && oldest.hasNext()) {
        characters -= oldest.next().length();
        oldest.remove();
      }
    }
    return event;
  }
}
