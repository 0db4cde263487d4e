package jp.sanchi.kernel.history;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * What the ledger takes (wire format, sections 5 and 6): the few hard rules, judged event by event,
 * each seeing what the earlier ones of its batch did. The answer depends on nothing but the stored
 * state, the batch and the record time, so that all endorsers give the same.
 */
public final class Rules {
  private static final long DAY = 86_400_000L;

  /** In the order in which they refuse. */
  private static final List<SubjectRules> BY_SUBJECT =
      List.of(
          new Lots(),
          new Runs(),
          new Units(),
          new Certificates(),
          new Inspections(),
          new Keys(),
          new Organisations(),
          new Consortium(),
          new Windows(),
          new Consent(),
          new Parties());

  /** One entry of a batch: either an event, or why it is none. */
  private record Entry(TraceEvent event, Refused refused) {}

  private Rules() {}

  /**
   * Every key that {@link #append} will load for this batch, for a host that wants to lock or
   * prefetch them. Malformed entries add nothing.
   */
  public static Set<String> reads(List<String> batch) {
    return keys(batch.stream().map(Rules::read).toList());
  }

  /** Every key that {@link #append} will load for this event. */
  public static Set<String> reads(TraceEvent event) {
    return keys(List.of(new Entry(event, null)));
  }

  /**
   * Appends what is right and refuses the rest one by one. Loads once and, unless nothing changed,
   * puts once, at the end. An event that the ledger holds answers as it did the first time.
   *
   * @param batch compact JWSs
   * @param recordTimeMs the ledger transaction's timestamp, in milliseconds since 1970. An event is
   *     recorded at this time, or at the last record time of what it touches if that is later
   * @return one outcome for each entry, in order
   */
  public static List<Outcome> append(WorldState state, List<String> batch, long recordTimeMs) {
    List<Entry> entries = batch.stream().map(Rules::read).toList();
    World world = new World(state, keys(entries));
    List<Outcome> outcomes = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      outcomes.add(entry.event == null ? entry.refused : append(world, entry.event, recordTimeMs));
    }
    Map<String, byte[]> writes = world.writes();
    if (!writes.isEmpty()) {
      state.put(writes);
    }
    return outcomes;
  }

  private static Entry read(String compact) {
    String id = null;
    try {
      Jws jws = Jws.parse(compact);
      id = jws.idText();
      return new Entry(TraceEvent.read(jws), null);
    } catch (MalformedEvent e) {
      return new Entry(null, new Refused(id, Reason.of(e.reason()), e.field(), null));
    }
  }

  private static Outcome append(World world, TraceEvent event, long recordTimeMs) {
    Attempt attempt = new Attempt(event, world, recordTime(world, event, recordTimeMs));
    try {
      requireConsortium(attempt);
      EventState held = world.event(event.id());
      if (held != null) {
        Signatures.checkAgain(attempt);
        return new Accepted(event.id(), held.recordTime(), true, held.subjects());
      }
      check(attempt);
    } catch (Refusal refusal) {
      return refusal.of(event.id());
    }
    apply(attempt);
    return new Accepted(event.id(), attempt.recordTime, false, event.subjects());
  }

  private static void requireConsortium(Attempt attempt) {
    String consortium = attempt.world.consortium();
    Attempt.require(
        consortium != null || attempt.is("consortium_founded"),
        Reason.NOT_FOUNDED,
        Kinds.CONSORTIUM,
        null);
    Attempt.require(
        consortium == null || consortium.equals(attempt.event.consortium()),
        Reason.WRONG_CONSORTIUM,
        Kinds.CONSORTIUM,
        consortium);
  }

  private static void check(Attempt attempt) {
    Signatures.check(attempt);
    Permission.check(attempt);
    Attempt.require(
        attempt.event.eventTime() <= attempt.recordTime + DAY,
        Reason.FUTURE_EVENT,
        "eventTime",
        null);
    Corrections.check(attempt);
    Inspections.requireSupplemented(attempt);
    for (SubjectRules rules : BY_SUBJECT) {
      // A declaration repeats what was right when it was first said.
      if (!attempt.event.declaresError() || rules instanceof Parties) {
        rules.check(attempt);
      }
    }
  }

  private static void apply(Attempt attempt) {
    TraceEvent event = attempt.event;
    for (String subject : event.subjects()) {
      attempt.world.subject(subject).append(Base64Url.decode(event.id()), attempt.recordTime);
    }
    for (SubjectRules rules : BY_SUBJECT) {
      if (event.declaresError()) {
        rules.retract(attempt);
      } else {
        rules.apply(attempt);
      }
    }
    Corrections.apply(attempt);
    attempt.world.set(EventState.of(event, attempt.recordTime));
  }

  /**
   * Clocks of two submitters differ a little: no record time is before that of what the event
   * follows from, its key's enrolment and its organisation's rights included.
   */
  private static long recordTime(World world, TraceEvent event, long recordTimeMs) {
    return Stream.concat(event.subjects().stream(), authority(event).stream())
        .mapToLong(subject -> world.subject(subject).time())
        .reduce(recordTimeMs, Math::max);
  }

  /** The subjects that say who signs and what that key and organisation may do. */
  private static List<String> authority(TraceEvent event) {
    List<String> subjects = new ArrayList<>();
    subjects.add("consortium/" + event.consortium());
    if (event.member() == null) {
      subjects.add("key/" + event.jws().kid());
      subjects.add("organisation/" + event.organisation());
      subjects.add("organisation/" + event.actor());
    }
    return subjects;
  }

  private static Set<String> keys(List<Entry> entries) {
    Set<String> keys = new LinkedHashSet<>();
    for (Entry entry : entries) {
      if (entry.event != null) {
        keys.add(World.LEDGER);
        addKeys(keys, entry.event);
      }
    }
    return keys;
  }

  private static void addKeys(Set<String> keys, TraceEvent event) {
    keys.add(World.eventKey(event.id()));
    if (event.corrects() != null) {
      keys.add(World.eventKey(event.corrects()));
    }
    if (event.text("sanchi:supplements") != null) {
      keys.add(World.eventKey(event.text("sanchi:supplements")));
    }
    event.subjects().forEach(subject -> keys.add(World.key(subject)));
    authority(event).forEach(subject -> keys.add(World.key(subject)));
    Stream.concat(Permission.administered(event).stream(), Stream.of("quantityList"))
        .flatMap(member -> event.subjectsOf(member).stream())
        .forEach(subject -> keys.add(World.key(subject)));
  }
}
