package jp.sanchi.server.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import jp.sanchi.kernel.history.WorldState;

/**
 * The committed state as one call sees it: reads go to the database, writes are only kept, as a
 * Fabric peer does it when it simulates a transaction.
 */
final class Simulation implements WorldState {
  private final Connection connection;
  private final ReadWriteSet results = new ReadWriteSet();

  Simulation(Connection connection) {
    this.connection = connection;
  }

  @Override
  public Map<String, byte[]> load(Collection<String> keys) {
    var values = new HashMap<String, byte[]>();
    var versions = new HashMap<String, Long>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "select key, value, block from embedded_state where key = any (?)")) {
      select.setArray(1, connection.createArrayOf("text", keys.toArray()));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          values.put(rows.getString(1), rows.getBytes(2));
          versions.put(rows.getString(1), rows.getLong(3));
        }
      }
    } catch (SQLException e) {
      throw new LedgerUnavailable("the embedded ledger's database did not answer", e);
    }
    keys.forEach(key -> results.read(key, versions.get(key)));
    return values;
  }

  @Override
  public void put(Map<String, byte[]> writes) {
    results.write(writes);
  }

  ReadWriteSet results() {
    return results;
  }
}
