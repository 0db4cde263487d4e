package jp.sanchi.server.capture;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/** Where an event stands: waiting here, on the ledger, or refused after its receipt. */
@Singleton
class EventStatus {
  private static final int PAGE = 100;

  private final DataSource database;
  private final Ledger ledger;

  @Inject
  EventStatus(DataSource database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  /**
   * What is known of an event.
   *
   * @param word {@code captured}, {@code committed} or {@code refused}
   * @param reason only if refused
   * @param recordTime ms since 1970, only if committed
   */
  record Status(String word, String reason, Long recordTime) {}

  /** An event that the ledger refused although the server had given a receipt for it. */
  record Late(long number, byte[] eventId, String reason, String field, long refusedAt) {}

  /** 404 where it is unknown. */
  Status of(byte[] eventId) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select 'captured', null, null from outbox where event_id = ?
                union all select 'committed', null, record_time from event where event_id = ?
                union all select 'refused', reason, null from refused_event
                where event_id = ? and not early
                """)) {
      for (int i = 1; i <= 3; i++) {
        select.setBytes(i, eventId);
      }
      try (ResultSet row = select.executeQuery()) {
        Status found = null;
        while (row.next()) {
          // Committed wins: the outbox may not have heard yet
          if (found == null || row.getString(1).equals("committed")) {
            long time = row.getLong(3);
            found = new Status(row.getString(1), row.getString(2), row.wasNull() ? null : time);
          }
        }
        if (found != null) {
          return found;
        }
      }
    } catch (SQLException e) {
      throw new Failure("an event's status can't be read", e);
    }
    // Between its commit and its projection only the ledger knows it
    String key = "event/" + Base64Url.encode(eventId);
    Map<String, byte[]> state = ledger.state(List.of(key));
    if (state.containsKey(key)) {
      Json.Obj event = (Json.Obj) Json.parseCanonical(state.get(key), new Json.Limits(1 << 20, 4));
      return new Status("committed", null, event.integer("recordTime"));
    }
    throw Problem.of(Fault.NOT_FOUND);
  }

  /** In the order in which they were refused, at most {@value #PAGE}. */
  List<Late> refusedLate(String kid, long after) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select number, event_id, reason, field, refused_at from refused_event"
                    + " where kid = ? and number > ? and not early order by number limit "
                    + PAGE)) {
      select.setString(1, kid);
      select.setLong(2, after);
      try (ResultSet row = select.executeQuery()) {
        List<Late> late = new ArrayList<>();
        while (row.next()) {
          late.add(
              new Late(
                  row.getLong(1),
                  row.getBytes(2),
                  row.getString(3),
                  row.getString(4),
                  row.getTimestamp(5).getTime()));
        }
        return late;
      }
    } catch (SQLException e) {
      throw new Failure("late refusals can't be read", e);
    }
  }
}
