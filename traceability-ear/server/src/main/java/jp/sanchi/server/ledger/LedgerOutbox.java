package jp.sanchi.server.ledger;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Refused;
import jp.sanchi.server.platform.Metrics;

/**
 * Carries captured events to the ledger, the oldest first. Among all servers of a database one is
 * at it at a time; a turn is one database transaction that holds the lock, so when a server dies
 * the next one goes on at once. A turn that dies after the ledger took its batch is repeated: the
 * ledger takes no event twice.
 */
@Singleton
class LedgerOutbox {
  private static final int LOCK = 0x5a02;

  // Lanes end at different times, and the last one holds up the turn: with several batches in each,
  // the ledger is less often idle
  private static final int BATCHES_A_LANE = 3;

  /** Of one batch. */
  private static final long MOST_CHARACTERS = 8L << 20;

  private final DataSource database;
  private final Ledger ledger;
  private final Metrics metrics;
  private final ParsedEvents parsed;
  private final int batchSize;
  private final int lanes;
  private final ExecutorService threads;
  private int nextBatch;
  private volatile long oldestMs;

  @Inject
  LedgerOutbox(
      DataSource database,
      Ledger ledger,
      Metrics metrics,
      LedgerSettings settings,
      ParsedEvents parsed) {
    this.database = database;
    this.ledger = ledger;
    this.metrics = metrics;
    this.parsed = parsed;
    this.batchSize = Math.min(settings.outboxBatch(), Ledger.MAX_BATCH);
    this.nextBatch = batchSize;
    this.lanes = settings.lanes();
    this.threads =
        Executors.newFixedThreadPool(
            lanes,
            work -> {
              Thread thread = new Thread(work, "sanchi-lane");
              thread.setDaemon(true);
              return thread;
            });
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /** What a turn found. */
  enum Turn {
    /** Nothing waits. */
    IDLE,
    /** Another server has the turn. */
    TAKEN,
    /** Events were settled; more may wait. */
    SETTLED
  }

  private record Waiting(long position, byte[] eventId, String jws, long capturedMs) {}

  /**
   * Settles what waits longest: in each lane as many batches as it takes.
   *
   * @throws LedgerUnavailable after settling what the ledger says it holds; try again later
   */
  Turn turn() throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Turn turn = turn(connection);
        connection.commit();
        nextBatch = batchSize;
        return turn;
      } catch (SQLException | RuntimeException e) {
        rollback(connection, e);
        // An answer that never comes for a large batch may come for a small one
        nextBatch = Math.max(1, nextBatch / 2);
        throw e;
      } finally {
        if (!connection.isClosed()) {
          connection.setAutoCommit(true);
        }
      }
    }
  }

  /** When the oldest event of the last turn was captured, in ms since 1970; 0 if there was none. */
  long oldestMs() {
    return oldestMs;
  }

  private Turn turn(Connection connection) throws SQLException {
    if (!lock(connection)) {
      return Turn.TAKEN;
    }
    List<Waiting> waiting = oldest(connection, nextBatch * lanes * BATCHES_A_LANE);
    if (waiting.isEmpty()) {
      oldestMs = 0;
      return Turn.IDLE;
    }
    oldestMs = waiting.get(0).capturedMs();
    List<Future<Carried>> carried = new ArrayList<>();
    for (List<Integer> lane :
        Lanes.of(waiting.stream().map(Waiting::jws).toList(), lanes, parsed)) {
      List<Waiting> events = lane.stream().map(waiting::get).toList();
      carried.add(threads.submit(() -> carry(events)));
    }
    List<Carried> lanesDone = new ArrayList<>();
    for (Future<Carried> lane : carried) {
      lanesDone.add(join(lane));
    }
    for (Carried lane : lanesDone) {
      if (lane.failure() != null && !(lane.failure() instanceof LedgerUnavailable)) {
        throw lane.failure();
      }
      if (!lane.settled().isEmpty()) {
        settle(connection, lane.settled(), lane.outcomes());
      }
    }
    RuntimeException unavailable = null;
    for (Carried lane : lanesDone) {
      if (lane.failure() != null) {
        unavailable = lane.failure();
        settleCommitted(connection, lane.unknown(), unavailable);
      }
    }
    if (unavailable != null) {
      // What is settled stays settled although the turn fails
      connection.commit();
      throw unavailable;
    }
    return Turn.SETTLED;
  }

  /**
   * What became of a lane.
   *
   * @param unknown the batch whose outcome is not known; empty without a failure
   * @param failure what stopped the lane, or null
   */
  private record Carried(
      List<Waiting> settled,
      List<Outcome> outcomes,
      List<Waiting> unknown,
      RuntimeException failure) {}

  private Carried carry(List<Waiting> lane) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int from = 0; from < lane.size(); ) {
      List<Waiting> batch = batch(lane, from);
      try {
        outcomes.addAll(ledger.append(batch.stream().map(Waiting::jws).toList()));
      } catch (RuntimeException e) {
        return new Carried(lane.subList(0, from), outcomes, batch, e);
      }
      from += batch.size();
    }
    return new Carried(lane, outcomes, List.of(), null);
  }

  private List<Waiting> batch(List<Waiting> lane, int from) {
    int to = from;
    long characters = 0;
    while (to < lane.size() && to - from < nextBatch) {
      characters += lane.get(to).jws().length();
      if (to > from && characters > MOST_CHARACTERS) {
        break;
      }
      to++;
    }
    return lane.subList(from, to);
  }

  private static Carried join(Future<Carried> lane) {
    try {
      return lane.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailable("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static boolean lock(Connection connection) throws SQLException {
    try (PreparedStatement lock =
        connection.prepareStatement("select pg_try_advisory_xact_lock(?)")) {
      lock.setLong(1, LOCK);
      try (ResultSet row = lock.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  // Whatever is visible, by position: a row that becomes visible later was captured at the same
  // time
  // as those before it and appends to other subjects (see CaptureEvents), so no order is lost.
  private static List<Waiting> oldest(Connection connection, int limit) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select position, event_id, jws, captured_at from outbox order by position limit ?")) {
      select.setInt(1, limit);
      try (ResultSet row = select.executeQuery()) {
        List<Waiting> waiting = new ArrayList<>();
        while (row.next()) {
          waiting.add(
              new Waiting(
                  row.getLong(1),
                  row.getBytes(2),
                  row.getString(3),
                  row.getTimestamp(4).getTime()));
        }
        return waiting;
      }
    }
  }

  /** The ledger did not answer: what it holds by now is settled, the rest keeps waiting. */
  private void settleCommitted(
      Connection connection, List<Waiting> batch, RuntimeException unavailable)
      throws SQLException {
    Map<String, byte[]> held;
    try {
      held =
          ledger.state(
              batch.stream()
                  .map(waiting -> "event/" + Base64Url.encode(waiting.eventId()))
                  .toList());
    } catch (LedgerUnavailable still) {
      unavailable.addSuppressed(still);
      return;
    }
    List<Waiting> committed =
        batch.stream()
            .filter(waiting -> held.containsKey("event/" + Base64Url.encode(waiting.eventId())))
            .toList();
    if (!committed.isEmpty()) {
      forget(connection, committed);
      metrics.committed(committed.size());
    }
  }

  private void settle(Connection connection, List<Waiting> batch, List<Outcome> outcomes)
      throws SQLException {
    int committed = 0;
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into refused_event (event_id, kid, reason, field, detail, jws, captured_at)
            select event_id, kid, ?, ?, ?, jws, captured_at from outbox where position = ?
            on conflict (event_id) do update
            set reason = excluded.reason, field = excluded.field, detail = excluded.detail,
                refused_at = excluded.refused_at, early = false, seen_at = null
            """)) {
      for (int i = 0; i < batch.size(); i++) {
        if (outcomes.get(i) instanceof Refused refused) {
          insert.setString(1, refused.reason().code());
          insert.setString(2, refused.field());
          insert.setString(3, refused.detail());
          insert.setLong(4, batch.get(i).position());
          insert.executeUpdate();
          metrics.refusedLate(refused.reason());
        } else if (outcomes.get(i) instanceof Accepted) {
          committed++;
        }
      }
    }
    forget(connection, batch);
    metrics.committed(committed);
  }

  private static void forget(Connection connection, List<Waiting> settled) throws SQLException {
    Long[] positions = settled.stream().map(Waiting::position).toArray(Long[]::new);
    for (String table : List.of("captured_state", "outbox")) {
      try (PreparedStatement delete =
          connection.prepareStatement("delete from " + table + " where position = any(?)")) {
        delete.setArray(1, connection.createArrayOf("bigint", positions));
        delete.executeUpdate();
      }
    }
  }

  private static void rollback(Connection connection, Exception because) {
    try {
      connection.rollback();
    } catch (SQLException lost) {
      because.addSuppressed(lost);
    }
  }
}
