package jp.sanchi.server.bundles;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import jp.sanchi.server.platform.Failure;

/**
 * What the ledger holds only the hash of: the labels of runs, and descriptions. Anybody may upload
 * them, since nothing is kept that a signed event does not name.
 */
@Singleton
class Uploads {
  private static final int HASH = 32;

  private final DataSource database;

  @Inject
  Uploads(DataSource database) {
    this.database = database;
  }

  /** Whether a captured or committed event names the hash, for this subject unless that is null. */
  boolean isAnnounced(byte[] hash, String subject, int size) {
    return with(
        "select 1 from announced where hash = ? and size = ? and subject = coalesce(?, subject)",
        statement -> {
          statement.setBytes(1, hash);
          statement.setInt(2, size);
          statement.setString(3, subject);
          try (ResultSet row = statement.executeQuery()) {
            return row.next();
          }
        });
  }

  /** Keeps the entries of a run by their root; a second time changes nothing. */
  void storeLabels(byte[] root, List<byte[]> entries) {
    ByteBuffer all = ByteBuffer.allocate(entries.size() * HASH);
    entries.forEach(all::put);
    with(
        "insert into label_run (root, hashes) values (?, ?) on conflict do nothing",
        statement -> {
          statement.setBytes(1, root);
          statement.setBytes(2, all.array());
          return statement.executeUpdate();
        });
  }

  /** The entries of the run with this root by number, or null where nobody has uploaded them. */
  List<byte[]> labels(byte[] root) {
    return with(
        "select hashes from label_run where root = ?",
        statement -> {
          statement.setBytes(1, root);
          try (ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
              return null;
            }
            ByteBuffer all = ByteBuffer.wrap(row.getBytes(1));
            List<byte[]> entries = new ArrayList<>();
            while (all.remaining() >= HASH) {
              byte[] entry = new byte[HASH];
              all.get(entry);
              entries.add(entry);
            }
            return entries;
          }
        });
  }

  void storeDocument(byte[] hash, byte[] body) {
    with(
        "insert into document (hash, body) values (?, ?) on conflict do nothing",
        statement -> {
          statement.setBytes(1, hash);
          statement.setBytes(2, body);
          return statement.executeUpdate();
        });
  }

  /** Those of the documents that are here. */
  List<byte[]> documents(Collection<byte[]> hashes) {
    if (hashes.isEmpty()) {
      return List.of();
    }
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("select body from document where hash = any(?)")) {
      select.setArray(1, connection.createArrayOf("bytea", hashes.toArray(byte[][]::new)));
      try (ResultSet row = select.executeQuery()) {
        List<byte[]> bodies = new ArrayList<>();
        while (row.next()) {
          bodies.add(row.getBytes(1));
        }
        return bodies;
      }
    } catch (SQLException e) {
      throw new Failure("documents can't be read", e);
    }
  }

  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  private <T> T with(String sql, Use<T> use) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      return use.of(statement);
    } catch (SQLException e) {
      throw new Failure("uploads can't be reached", e);
    }
  }
}
