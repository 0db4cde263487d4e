package jp.sanchi.server;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Migrated databases in one real PostgreSQL, which lives as long as the JVM of the tests. */
public final class TestDatabase {
  private static final String MIGRATED = "migrated";

  /** Owns the databases, as in real life; no superuser, whom row-level security would not bind. */
  private static final String OWNER = "sanchi";

  private static final EmbeddedPostgres SERVER = start();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name;

  private TestDatabase(String name) {
    this.name = name;
  }

  private static EmbeddedPostgres start() {
    Path sql = Path.of(System.getProperty("basedir", "."), "..", "..", "sql");
    try {
      EmbeddedPostgres server = EmbeddedPostgres.start();
      execute(server, "create role " + OWNER + " login");
      execute(server, "create database " + MIGRATED + " owner " + OWNER);
      Flyway.configure()
          .dataSource(server.getDatabase(OWNER, MIGRATED))
          .locations("filesystem:" + sql)
          // Else it talks to java.util.logging, at length
          .loggers("slf4j")
          .load()
          .migrate();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException("no PostgreSQL for the tests", e);
    }
  }

  /** A new one, empty after the migrations. */
  public static TestDatabase fresh() {
    return copy(MIGRATED);
  }

  /** A new one with the same content; nobody may be connected to this one meanwhile. */
  public TestDatabase copy() {
    return copy(name);
  }

  private static TestDatabase copy(String template) {
    String name = "test" + COUNT.incrementAndGet();
    execute(SERVER, "create database " + name + " template " + template + " owner " + OWNER);
    return new TestDatabase(name);
  }

  /** Each connection is a new one. */
  public DataSource dataSource() {
    return SERVER.getDatabase(OWNER, name);
  }

  private static void execute(EmbeddedPostgres server, String sql) {
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
