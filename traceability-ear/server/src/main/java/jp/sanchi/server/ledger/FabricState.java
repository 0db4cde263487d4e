package jp.sanchi.server.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import javax.sql.DataSource;
import org.hyperledger.fabric.protos.common.Block;

/**
 * The channel's world state in this server's database, as of the last block that was applied.
 * Several servers may apply the same blocks to one database.
 */
final class FabricState {
  private final DataSource database;

  private FabricState(DataSource database) {
    this.database = database;
  }

  /**
   * The state that this database holds of a consortium's ledger.
   *
   * @throws IllegalStateException if the database follows another ledger, with a sentence for the
   *     user
   */
  static FabricState open(DataSource database, String consortium) {
    try (Connection connection = database.getConnection()) {
      if (holds(connection, "embedded_block")) {
        throw new IllegalStateException(
            "This database holds an embedded ledger; give the server on Fabric another database.");
      }
      try (PreparedStatement insert =
          connection.prepareStatement(
              "insert into fabric_checkpoint (consortium, block, hash) values (?, -1, '')"
                  + " on conflict do nothing")) {
        insert.setString(1, consortium);
        insert.executeUpdate();
      }
      try (PreparedStatement select =
              connection.prepareStatement("select consortium from fabric_checkpoint");
          ResultSet row = select.executeQuery()) {
        row.next();
        if (!row.getString(1).equals(consortium)) {
          throw new IllegalStateException(
              "This database follows the ledger of the consortium %s, but the trust roots are those of %s."
                      .formatted(row.getString(1), consortium)
                  + " Give this server another database.");
        }
      }
      return new FabricState(database);
    } catch (SQLException e) {
      throw new LedgerUnavailable("the database did not answer", e);
    }
  }

  /** Whether this database has followed a Fabric channel. */
  static boolean isIn(Connection connection) throws SQLException {
    return holds(connection, "fabric_checkpoint");
  }

  private static boolean holds(Connection connection, String table) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("select exists (select from " + table + ")");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** The last applied block; -1 before the first. */
  long block() {
    try (Connection connection = database.getConnection()) {
      return checkpoint(connection, "").block();
    } catch (SQLException e) {
      throw new LedgerUnavailable("the database did not answer", e);
    }
  }

  /**
   * Applies the next block; one that was applied before is passed over.
   *
   * @param writes of its valid transactions
   * @throws IllegalStateException if it does not follow from the last one
   */
  void apply(Block block, SortedMap<String, byte[]> writes) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Checkpoint last = checkpoint(connection, " for update");
        long number = block.getHeader().getNumber();
        if (number > last.block()) {
          follow(last, block);
          store(connection, writes);
          advance(connection, number, Blocks.hash(block.getHeader()));
        }
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new LedgerUnavailable("the database did not answer", e);
    }
  }

  private static void follow(Checkpoint last, Block block) {
    long number = block.getHeader().getNumber();
    if (number != last.block() + 1
        || !Arrays.equals(block.getHeader().getPreviousHash().toByteArray(), last.hash())) {
      throw new IllegalStateException(
          "block %d does not follow from block %d of this database: is it another ledger's?"
              .formatted(number, last.block()));
    }
  }

  private record Checkpoint(long block, byte[] hash) {}

  private static Checkpoint checkpoint(Connection connection, String lock) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("select block, hash from fabric_checkpoint" + lock);
        ResultSet row = select.executeQuery()) {
      row.next();
      return new Checkpoint(row.getLong(1), row.getBytes(2));
    }
  }

  private static void store(Connection connection, SortedMap<String, byte[]> writes)
      throws SQLException {
    if (writes.isEmpty()) {
      return;
    }
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            insert into fabric_state (key, value)
            select key, value from unnest(?, ?) as written (key, value)
            on conflict (key) do update set value = excluded.value\
            """)) {
      upsert.setArray(1, connection.createArrayOf("text", writes.keySet().toArray()));
      upsert.setArray(2, connection.createArrayOf("bytea", writes.values().toArray(byte[][]::new)));
      upsert.executeUpdate();
    }
  }

  private static void advance(Connection connection, long number, byte[] hash) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("update fabric_checkpoint set block = ?, hash = ?")) {
      update.setLong(1, number);
      update.setBytes(2, hash);
      update.executeUpdate();
    }
  }

  /** As {@link Ledger#state}, as of the last applied block. */
  Map<String, byte[]> load(Collection<String> keys) {
    var values = new HashMap<String, byte[]>();
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select key, value from fabric_state where key = any (?)")) {
      select.setArray(1, connection.createArrayOf("text", keys.toArray()));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          values.put(rows.getString(1), rows.getBytes(2));
        }
      }
    } catch (SQLException e) {
      throw new LedgerUnavailable("the database did not answer", e);
    }
    return values;
  }
}
