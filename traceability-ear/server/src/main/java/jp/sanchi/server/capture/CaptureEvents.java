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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Reason;
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

  /** An event that is new here, and its place in the request. */
  private record Fresh(int index, Accepted event) {}

  /** The judgement of a request, before anything of it is stored. */
  private record Judged(
      CapturedState state,
      List<String> accepted,
      List<Fresh> fresh,
      List<Captured.At> refused,
      Map<String, String> writers) {}

  Captured capture(List<String> events) {
    List<String> kids = events.stream().map(CaptureEvents::kid).toList();
    kids.stream().filter(Objects::nonNull).distinct().forEach(limits::mayRecord);
    outbox.captureBegins();
    try (Connection connection = database.getConnection()) {
      Captured captured = attempt(connection, events, kids, false);
      if (captured == null) {
        captured = attempt(connection, events, kids, true);
      }
      tellTheOffice(connection, events, captured.refused());
      return captured;
    } catch (SQLException e) {
      throw new Failure("events can't be captured", e);
    } finally {
      outbox.captureEnds();
    }
  }

  /**
   * @param locked whether everybody else is locked out before the judgement
   * @return null if another capture came in between, never when locked
   */
  private Captured attempt(
      Connection connection, List<String> events, List<String> kids, boolean locked)
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
      String receipt = store(connection, events, kids, judged);
      connection.commit();
      if (!judged.fresh().isEmpty()) {
        outbox.wake();
      }
      count(kids, judged);
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

  /**
   * Keeps what a device in the field recorded and could not: who holds it was told, but whoever has
   * to see to it sits in the office. Only what was signed with an enrolled key: anybody can send
   * the rest. An administrator has read the reason on the screen that it was signed on.
   */
  private static void tellTheOffice(
      Connection connection, List<String> events, List<Captured.At> refused) throws SQLException {
    List<Captured.At> signed =
        refused.stream()
            .filter(at -> at.refused().reason().compareTo(Reason.KEY_REVOKED) > 0)
            .toList();
    if (signed.isEmpty()) {
      return;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into refused_event
              (event_id, kid, reason, field, detail, jws, captured_at, early, seq)
            select ?, d.kid, ?, ?, ?, ?, now(), true, ? from device d
            where d.kid = ? and not d.administrator
            on conflict (event_id) do nothing
            """)) {
      for (Captured.At at : signed) {
        Jws event = Jws.parse(events.get(at.index()));
        insert.setBytes(1, Base64Url.decode(event.idText()));
        insert.setString(2, at.refused().reason().code());
        insert.setString(3, at.refused().field());
        insert.setString(4, at.refused().detail());
        insert.setString(5, events.get(at.index()));
        insert.setLong(6, event.seq());
        insert.setString(7, event.kid());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private Judged judge(Connection connection, List<String> events) {
    CapturedState state = new CapturedState(connection, ledger);
    List<Outcome> outcomes = Rules.append(state, events, System.currentTimeMillis());
    List<String> accepted = new ArrayList<>();
    List<Fresh> fresh = new ArrayList<>();
    List<Captured.At> refused = new ArrayList<>();
    Map<String, String> writers = new HashMap<>();
    String last = null;
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof Accepted event) {
        accepted.add(event.eventId());
        if (!event.repeated()) {
          last = event.eventId();
          fresh.add(new Fresh(i, event));
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

  private String store(Connection connection, List<String> events, List<String> kids, Judged judged)
      throws SQLException {
    int n = judged.fresh().size();
    byte[][] ids = new byte[n][];
    String[] keys = new String[n];
    String[] jwss = new String[n];
    Announcements announced = new Announcements();
    for (int i = 0; i < n; i++) {
      Fresh fresh = judged.fresh().get(i);
      ids[i] = Base64Url.decode(fresh.event().eventId());
      keys[i] = kids.get(fresh.index());
      jwss[i] = events.get(fresh.index());
      if (Announcements.mayAnnounce(fresh.event().subjects())) {
        announced.add(Jws.parse(jwss[i]));
      }
    }
    Map<String, byte[]> writes = judged.state().writes();
    String[] written = writes.keySet().toArray(String[]::new);
    byte[][] values = new byte[written.length][];
    byte[][] writers = new byte[written.length][];
    for (int i = 0; i < written.length; i++) {
      values[i] = writes.get(written[i]);
      writers[i] = Base64Url.decode(judged.writers().get(written[i]));
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
      insert.setArray(2, connection.createArrayOf("text", keys));
      insert.setArray(3, connection.createArrayOf("text", jwss));
      insert.setArray(4, connection.createArrayOf("text", written));
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

  private void count(List<String> kids, Judged judged) {
    metrics.captured(judged.fresh().size());
    judged.refused().forEach(at -> metrics.refusedEarly(at.refused().reason()));
    Map<String, Integer> recorded = new HashMap<>();
    judged.fresh().forEach(fresh -> recorded.merge(kids.get(fresh.index()), 1, Integer::sum));
    recorded.forEach(limits::recorded);
  }

  /** The key that an event names, or null where its header can't be read. */
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
