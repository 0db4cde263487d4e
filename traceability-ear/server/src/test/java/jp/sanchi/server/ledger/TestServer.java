package jp.sanchi.server.ledger;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import jp.sanchi.server.TestDatabase;
import jp.sanchi.server.platform.Metrics;

/** One server's half towards the ledger, turned by hand: nothing happens until a test says so. */
public final class TestServer {
  private final DataSource database;
  private final Ledger ledger;
  private final LedgerOutbox outbox;
  private final LedgerFollower follower;
  private final Farm farm;

  private TestServer(TestDatabase database, Path data, UnaryOperator<Ledger> around) {
    this.database = database.dataSource();
    ParsedEvents parsed = new ParsedEvents();
    Ledger embedded =
        EmbeddedLedger.open(
            this.database,
            new LedgerConfig(Optional.empty(), Optional.of("aya-2026"), Optional.of(data)),
            parsed);
    this.ledger = around.apply(embedded);
    Metrics metrics = new Metrics(this.database);
    this.outbox =
        new LedgerOutbox(this.database, ledger, metrics, new LedgerSettings(7, 1), parsed);
    this.follower = new LedgerFollower(this.database, ledger, metrics, parsed);
    this.farm = new Farm(data.resolve("administrators"), "aya-2026", Clock.systemUTC());
  }

  public static TestServer on(TestDatabase database, Path data) {
    return new TestServer(database, data, ledger -> ledger);
  }

  /** With something between the server and its ledger. */
  public static TestServer on(TestDatabase database, Path data, UnaryOperator<Ledger> around) {
    return new TestServer(database, data, around);
  }

  public Ledger ledger() {
    return ledger;
  }

  public LedgerFollower follower() {
    return follower;
  }

  public DataSource database() {
    return database;
  }

  /** One turn of the outbox; its answer's name. */
  public String carryOnce() throws SQLException {
    return outbox.turn().name();
  }

  /** Turns until nothing waits. */
  public void carry() throws SQLException {
    while (outbox.turn() != LedgerOutbox.Turn.IDLE) {
      Thread.onSpinWait();
    }
  }

  /** Projects what is on the ledger. */
  public void follow() throws SQLException, InterruptedException {
    while (follower.turn(Duration.ZERO)) {
      Thread.onSpinWait();
    }
  }

  /** The events by which a grower gets a phone that may record. */
  public List<String> admission() {
    return farm.admission();
  }

  public String commission(String lot) {
    return farm.commission(lot);
  }

  public String weed(String lot) {
    return farm.weed(lot);
  }

  public static String subject(String lot) {
    return "lot/04569951110016/" + lot;
  }

  /** The ids of a subject's events in the ledger's blocks, in its order. */
  public List<String> committed(String subject) throws InterruptedException {
    List<String> ids = new ArrayList<>();
    for (LedgerBlock block : ledger.blocks(0, Integer.MAX_VALUE, Duration.ZERO)) {
      for (CommittedEvent event : block.events()) {
        if (event.subjects().contains(subject)) {
          ids.add(event.eventId());
        }
      }
    }
    return ids;
  }

  public String digest() throws SQLException {
    try (Connection connection = database.getConnection()) {
      return ReplayProjection.digest(connection);
    }
  }

  /** The first column of the first row as a number. */
  public long number(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
