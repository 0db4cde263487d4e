package jp.sanchi.server.capture;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Refused;
import jp.sanchi.kernel.history.Rules;
import jp.sanchi.server.ledger.Announcements;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.ledger.OutboxSignal;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Metrics;
import jp.sanchi.server.platform.RateLimits;

/**
 * Takes events in: judged by the kernel's rules over everything captured before, then stored
 * together with the receipt in one transaction that is on disk when this returns.
 *
 * <p>The expensive part, signatures above all, runs without a lock. Captures that append to the
 * same subjects then store one after the other, and one that finds its reading outdated judges
 * again. So an event's outbox position is always after that of every event that its judgement
 * relied on.
 */
@Singleton
class CaptureEvents {
  private static final int LOCK_CLASS = 0x5a01;
  private static final int STRIPES = 128;

  private final DataSource database;
  private final Ledger ledger;
  private final ServerKey serverKey;
  private final OutboxSignal outbox;
  private final RateLimits limits;
  private final Metrics metrics;
  private final CaptureSettings settings;

  @Inject
  CaptureEvents(
      DataSource database,
      Ledger ledger,
      ServerKey serverKey,
      OutboxSignal outbox,
      RateLimits limits,
      Metrics metrics,
      CaptureSettings settings) {
    this.database = database;
    this.ledger = ledger;
    this.serverKey = serverKey;
    this.outbox = outbox;
    this.limits = limits;
    this.metrics = metrics;
    this.settings = settings;
  }

  /** The judgement of a request, before anything of it is stored. */
  private record Judged(
      CapturedState state,
      List<String> accepted,
      Map<String, Integer> fresh,
      List<Captured.At> refused,
      Map<String, String> writers) {}

  Captured capture(List<String> events) {
    Map<String, Integer> ofKey = kids(events);
    ofKey.keySet().forEach(limits::mayRecord);
    Captured captured;
    try (Connection connection = database.getConnection()) {
      Captured first = attempt(connection, events, false);
      captured = first != null ? first : attempt(connection, events, true);
    } catch (SQLException e) {
      throw new Failure("events can't be captured", e);
    }
    return captured;
  }

  /**
   * @param locked whether everybody else is locked out before the judgement
   * @return null if another capture came in between, never when locked
   */
  private Captured attempt(Connection connection, List<String> events, boolean locked)
      throws SQLException {
    try {
      if (locked) {
        connection.setAutoCommit(false);
        lock(connection, allStripes());
      }
      Judged judged = judge(connection, events);
      if (judged.accepted().isEmpty()) {
        rollback(connection);
        return new Captured(List.of(), judged.refused(), null);
      }
      connection.setAutoCommit(false);
      if (!locked) {
        lock(connection, stripes(judged.writers().keySet()));
        if (judged.state().isStale()) {
          rollback(connection);
          return null;
        }
      }
      String receipt = store(connection, events, judged);
      connection.commit();
      if (!judged.fresh().isEmpty()) {
        outbox.wake();
      }
      count(events, judged);
      return new Captured(judged.accepted(), judged.refused(), receipt);
    } catch (SQLException | RuntimeException e) {
      try {
        rollback(connection);
      } catch (SQLException lost) {
        e.addSuppressed(lost);
      }
      throw e;
    } finally {
      restore(connection);
    }
  }

  private Judged judge(Connection connection, List<String> events) {
    CapturedState state = new CapturedState(connection, ledger);
    List<Outcome> outcomes = Rules.append(state, events, System.currentTimeMillis());
    List<String> accepted = new ArrayList<>();
    Map<String, Integer> fresh = new LinkedHashMap<>();
    List<Captured.At> refused = new ArrayList<>();
    Map<String, String> writers = new HashMap<>();
    String last = null;
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Accepted event) {
        accepted.add(event.eventId());
        if (!event.repeated()) {
          last = event.eventId();
          fresh.put(last, i);
          writers.put("event/" + last, last);
          for (String subject : event.subjects()) {
            writers.put("subject/" + subject, last);
          }
        }
      } else {
        refused.add(new Captured.At(i, (Refused) outcomes.get(i)));
      }
    }
    // What an event changed beyond itself and its subjects stays until the whole request is done
    for (String key : state.writes().keySet()) {
      writers.putIfAbsent(key, last);
    }
    return new Judged(state, accepted, fresh, refused, writers);
  }

  // One statement, one round trip: outbox, the state that the events make, what they announce,
  // and the receipt stand or fall together.
  private static final String STORE =
      """
      with stored as (
        insert into outbox (event_id, kid, jws)
        select event_id, kid, jws
        from unnest(?::bytea[], ?::text[], ?::text[]) with ordinality as e (event_id, kid, jws, i)
        order by i
        returning event_id, position
      ), state as (
        insert into captured_state as old (key, value, position)
        select key, value, position
        from unnest(?::text[], ?::bytea[], ?::bytea[]) as s (key, value, event_id)
        join stored using (event_id)
        on conflict (key) do update set value = excluded.value, position = excluded.position
      ), forgiven as (
        delete from refused_event where event_id = any(?)
      ), announcement as (
        insert into announced (hash, subject, size)
        select * from unnest(?::bytea[], ?::text[], ?::integer[])
        on conflict do nothing
      )
      insert into receipt (jws, commit_by) values (?, ?)
      """;

  private String store(Connection connection, List<String> events, Judged judged)
      throws SQLException {
    int n = judged.fresh().size();
    byte[][] ids = new byte[n][];
    String[] kids = new String[n];
    String[] jwss = new String[n];
    Announcements announced = new Announcements();
    int at = 0;
    for (Map.Entry<String, Integer> event : judged.fresh().entrySet()) {
      Jws jws = Jws.parse(events.get(event.getValue()));
      ids[at] = Base64Url.decode(event.getKey());
      kids[at] = jws.kid();
      jwss[at] = jws.compact();
      announced.add(jws);
      at++;
    }
    Map<String, byte[]> writes = judged.state().writes();
    String[] keys = writes.keySet().toArray(String[]::new);
    byte[][] values = new byte[keys.length][];
    byte[][] writers = new byte[keys.length][];
    for (int i = 0; i < keys.length; i++) {
      values[i] = writes.get(keys[i]);
      writers[i] = Base64Url.decode(judged.writers().get(keys[i]));
    }
    long now = System.currentTimeMillis();
    long commitBy = now + settings.commitWithinMs();
    String receipt =
        serverKey.receipt(
            Json.object(
                "accepted",
                judged.accepted(),
                "commitBy",
                commitBy,
                "consortium",
                settings.consortium(),
                "time",
                now));
    try (PreparedStatement insert = connection.prepareStatement(STORE)) {
      insert.setArray(1, connection.createArrayOf("bytea", ids));
      insert.setArray(2, connection.createArrayOf("text", kids));
      insert.setArray(3, connection.createArrayOf("text", jwss));
      insert.setArray(4, connection.createArrayOf("text", keys));
      insert.setArray(5, connection.createArrayOf("bytea", values));
      insert.setArray(6, connection.createArrayOf("bytea", writers));
      insert.setArray(7, connection.createArrayOf("bytea", ids));
      announced.set(connection, insert, 8);
      insert.setString(11, receipt);
      insert.setTimestamp(12, new Timestamp(commitBy));
      insert.executeUpdate();
    }
    return receipt;
  }

  // The stripes are in ascending order, so that two captures never wait for each other
  private static void lock(Connection connection, Collection<Integer> stripes) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement(
            "select pg_advisory_xact_lock(?, stripe), set_config('synchronous_commit', 'on', true)"
                + " from unnest(?::integer[]) stripe")) {
      lock.setInt(1, LOCK_CLASS);
      lock.setArray(2, connection.createArrayOf("integer", stripes.toArray()));
      lock.executeQuery().close();
    }
  }

  private static Collection<Integer> stripes(Collection<String> keys) {
    TreeSet<Integer> stripes = new TreeSet<>();
    for (String key : keys) {
      stripes.add(Math.floorMod(key.hashCode(), STRIPES));
    }
    return stripes;
  }

  private static Collection<Integer> allStripes() {
    TreeSet<Integer> stripes = new TreeSet<>();
    for (int i = 0; i < STRIPES; i++) {
      stripes.add(i);
    }
    return stripes;
  }

  private void count(List<String> events, Judged judged) {
    metrics.captured(judged.fresh().size());
    judged.refused().forEach(at -> metrics.refusedEarly(at.refused().reason()));
    List<String> fresh = new ArrayList<>();
    judged.fresh().values().forEach(i -> fresh.add(events.get(i)));
    kids(fresh).forEach(limits::recorded);
  }

  /** How many events each key signed; unreadable ones are not its fault. */
  private static Map<String, Integer> kids(List<String> events) {
    Map<String, Integer> kids = new LinkedHashMap<>();
    for (String event : events) {
      String kid = kid(event);
      if (kid != null) {
        kids.merge(kid, 1, Integer::sum);
      }
    }
    return kids;
  }

  private static String kid(String event) {
    int dot = event.indexOf('.');
    if (dot < 0) {
      return null;
    }
    try {
      Json header =
          Json.parse(Base64Url.decode(event.substring(0, dot)), new Json.Limits(16 * 1024, 4));
      return header instanceof Json.Obj obj && obj.get("kid") instanceof Json.Text kid
          ? kid.value()
          : null;
    } catch (MalformedEvent e) {
      return null;
    }
  }

  private static void rollback(Connection connection) throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.rollback();
    }
  }

  // The pool hands the connection to others, who expect it as it was
  private static void restore(Connection connection) throws SQLException {
    if (!connection.isClosed()) {
      connection.setAutoCommit(true);
    }
  }
}
