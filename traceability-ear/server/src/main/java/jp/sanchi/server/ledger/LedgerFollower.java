package jp.sanchi.server.ledger;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Metrics;

/**
 * Projects committed blocks into tables that can be queried; each transaction moves the checkpoint
 * along, so that no block is projected twice or left out. One server at a time does it.
 */
@Singleton
public class LedgerFollower {
  static final int LOCK = 0x5a03;
  private static final int BLOCKS = 64;

  private final DataSource database;
  private final Ledger ledger;
  private final Metrics metrics;
  private final ParsedEvents parsed;
  private long turns;

  @Inject
  LedgerFollower(DataSource database, Ledger ledger, Metrics metrics, ParsedEvents parsed) {
    this.database = database;
    this.ledger = ledger;
    this.metrics = metrics;
    this.parsed = parsed;
  }

  /**
   * Waits for new blocks and projects them.
   *
   * @return whether there were any and this server projected them
   */
  boolean turn(Duration wait) throws SQLException, InterruptedException {
    List<LedgerBlock> blocks = ledger.blocks(checkpoint() + 1, BLOCKS, wait);
    if (blocks.isEmpty()) {
      metrics.followerIdle();
      return false;
    }
    boolean projected = project(blocks);
    if (projected) {
      LedgerBlock last = blocks.get(blocks.size() - 1);
      metrics.projected(last.number(), last.time());
    }
    synchronized (this) {
      turns++;
      notifyAll();
    }
    return projected;
  }

  private boolean project(List<LedgerBlock> blocks) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        boolean mine = lock(connection) && checkpoint(connection) == blocks.get(0).number() - 1;
        if (mine) {
          new Projection(connection, parsed).add(blocks);
        }
        connection.commit();
        return mine;
      } catch (SQLException | RuntimeException e) {
        try {
          connection.rollback();
        } catch (SQLException lost) {
          e.addSuppressed(lost);
        }
        throw e;
      } finally {
        if (!connection.isClosed()) {
          connection.setAutoCommit(true);
        }
      }
    }
  }

  /** Whether every block that the ledger has by now is projected. */
  public boolean isCaughtUp() throws InterruptedException {
    try {
      return ledger.blocks(checkpoint() + 1, 1, Duration.ZERO).isEmpty();
    } catch (SQLException e) {
      throw new Failure("the checkpoint can't be read", e);
    }
  }

  /** Returns when this server has projected something more, at the latest after the time. */
  public synchronized void awaitTurn(long ms) throws InterruptedException {
    long before = turns;
    long end = System.nanoTime() + ms * 1_000_000;
    while (turns == before) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      wait(left);
    }
  }

  private long checkpoint() throws SQLException {
    try (Connection connection = database.getConnection()) {
      return checkpoint(connection);
    }
  }

  static long checkpoint(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement("select block from projection_checkpoint");
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
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
}
