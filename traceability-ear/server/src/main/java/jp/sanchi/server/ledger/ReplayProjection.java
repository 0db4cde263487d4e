package jp.sanchi.server.ledger;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Drops the projection and computes it again from the ledger's blocks. The digest over all of its
 * rows must come out as it was; where it does not, somebody had changed a row.
 */
public final class ReplayProjection {
  /** By table, its key: the order in which rows enter the digest. */
  private static final Map<String, String> TABLES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("event", "event_id"),
              Map.entry("history", "subject, n"),
              Map.entry("lot", "subject"),
              Map.entry("organisation", "gln"),
              Map.entry("product", "gtin"),
              Map.entry("place", "gln"),
              Map.entry("certificate", "gdti"),
              Map.entry("device", "kid"),
              Map.entry("run", "subject"),
              Map.entry("agent", "organisation, agent"),
              Map.entry("concern", "subject, gln"),
              Map.entry("certificate_party", "gdti, gln"),
              Map.entry("flow", "source, target, event_id"),
              Map.entry("run_use", "run, event_id, use, first"),
              Map.entry("lot_stage", "subject"),
              Map.entry("device_use", "kid"),
              Map.entry("lot_listed", "gln, subject"),
              Map.entry("loading", "unit, event_id")));

  private ReplayProjection() {}

  /** On an embedded ledger's database, for the launcher. */
  public static boolean replay(String url, String user, String password, PrintStream out)
      throws SQLException, InterruptedException {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(url);
    database.setUser(user);
    database.setPassword(password);
    LedgerConfig config = new LedgerConfig(Optional.empty(), Optional.empty(), Optional.empty());
    return replay(database, EmbeddedLedger.open(database, config, new ParsedEvents()), out);
  }

  /**
   * Replays up to the block that was projected before, and prints both digests.
   *
   * @return whether they are equal
   */
  public static boolean replay(DataSource database, Ledger ledger, PrintStream out)
      throws SQLException, InterruptedException {
    try (Connection connection = database.getConnection()) {
      // For the whole session: followers of running servers wait until this is done
      try (Statement lock = connection.createStatement()) {
        lock.execute("select pg_advisory_lock(" + LedgerFollower.LOCK + ")");
      }
      long end = LedgerFollower.checkpoint(connection);
      String before = digest(connection);
      out.println("before  " + before + "  up to block " + end);
      connection.setAutoCommit(false);
      try (Statement drop = connection.createStatement()) {
        drop.execute("truncate " + String.join(", ", TABLES.keySet()));
        drop.execute("update projection_checkpoint set block = -1");
      }
      connection.commit();
      ParsedEvents parsed = new ParsedEvents();
      for (long at = 0; at <= end; ) {
        List<LedgerBlock> blocks =
            ledger.blocks(at, (int) Math.min(64, end - at + 1), Duration.ofSeconds(10));
        if (blocks.isEmpty()) {
          throw new IllegalStateException("the ledger has no block " + at);
        }
        new Projection(connection, parsed).add(blocks);
        connection.commit();
        at = blocks.get(blocks.size() - 1).number() + 1;
      }
      connection.setAutoCommit(true);
      String after = digest(connection);
      out.println("after   " + after + (after.equals(before) ? "  equal" : "  DIFFERENT"));
      return after.equals(before);
    }
  }

  /** SHA-256 in hex over every row of every table of the projection. */
  static String digest(Connection connection) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    connection.setAutoCommit(false);
    try (Statement select = connection.createStatement()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      // Times print in the session's zone
      select.execute("set local time zone 'UTC'");
      select.setFetchSize(1000);
      for (Map.Entry<String, String> table : TABLES.entrySet()) {
        digest.update(('\f' + table.getKey() + '\n').getBytes(StandardCharsets.UTF_8));
        try (ResultSet row =
            select.executeQuery(
                "select t::text from " + table.getKey() + " t order by " + collated(table))) {
          while (row.next()) {
            digest.update((row.getString(1) + '\n').getBytes(StandardCharsets.UTF_8));
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } finally {
      connection.rollback();
      connection.setAutoCommit(autoCommit);
    }
  }

  private static String collated(Map.Entry<String, String> table) {
    return table.getKey().equals("event")
        ? table.getValue()
        : table.getValue().replaceFirst("^(\\w+)", "$1 collate \"C\"");
  }
}
