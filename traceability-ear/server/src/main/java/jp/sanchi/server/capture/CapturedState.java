package jp.sanchi.server.capture;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jp.sanchi.kernel.history.WorldState;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.platform.Failure;

/**
 * The ledger's state as it will be once everything captured is committed. Puts are only remembered:
 * {@link CaptureEvents} stores them together with the events that caused them.
 */
final class CapturedState implements WorldState {
  private final Connection connection;
  private final Ledger ledger;
  // By key that was loaded: the outbox position that last wrote it, 0 where all is committed
  private final Map<String, Long> positions = new HashMap<>();
  private Map<String, byte[]> writes = Map.of();

  CapturedState(Connection connection, Ledger ledger) {
    this.connection = connection;
    this.ledger = ledger;
  }

  @Override
  public Map<String, byte[]> load(Collection<String> keys) {
    Map<String, byte[]> values = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "select key, value, position from captured_state where key = any(?)")) {
      Array array = connection.createArrayOf("text", keys.toArray());
      select.setArray(1, array);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          values.put(row.getString(1), row.getBytes(2));
          positions.put(row.getString(1), row.getLong(3));
        }
      }
      array.free();
    } catch (SQLException e) {
      throw new Failure("captured state can't be read", e);
    }
    // Only now the ledger: what was committed since the query above is found there.
    List<String> committed = new ArrayList<>();
    for (String key : keys) {
      if (!values.containsKey(key)) {
        positions.put(key, 0L);
        committed.add(key);
      }
    }
    if (!committed.isEmpty()) {
      values.putAll(ledger.state(committed));
    }
    return values;
  }

  @Override
  public void put(Map<String, byte[]> written) {
    writes = Map.copyOf(written);
  }

  Map<String, byte[]> writes() {
    return writes;
  }

  /** Whether another capture has written a key since it was loaded here. */
  boolean isStale() throws SQLException {
    String[] keys = positions.keySet().toArray(String[]::new);
    Long[] seen = new Long[keys.length];
    for (int i = 0; i < keys.length; i++) {
      seen[i] = positions.get(keys[i]);
    }
    // A row that has gone since is committed, or refused late: neither makes what was read wrong
    // enough to ask again, the ledger judges anyway.
    try (PreparedStatement select =
        connection.prepareStatement(
            "select exists (select from unnest(?::text[], ?::bigint[]) seen (key, position)"
                + " join captured_state now using (key) where now.position <> seen.position)")) {
      select.setArray(1, connection.createArrayOf("text", keys));
      select.setArray(2, connection.createArrayOf("bigint", seen));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
