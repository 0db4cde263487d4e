package jp.sanchi.launcher;

import java.nio.file.Path;
import org.flywaydb.core.Flyway;

/** The part of {@link Migrations} that sees Flyway; reached by reflection, hence public. */
public final class FlywayRun {
  private FlywayRun() {}

  public static void migrate(String url, String user, String password, Path sql) {
    Flyway.configure(FlywayRun.class.getClassLoader())
        .dataSource(url, user, password)
        .locations("filesystem:" + sql)
        .connectRetries(3)
        // A file that was changed or lost after it ran is a mistake to stop at, not to repair
        .validateOnMigrate(true)
        // Numbers go by topic, so a new file may stand before those that ran on older data
        .outOfOrder(true)
        .cleanDisabled(true)
        .load()
        .migrate();
  }
}
