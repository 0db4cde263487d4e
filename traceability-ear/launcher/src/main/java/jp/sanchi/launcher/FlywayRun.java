package jp.sanchi.launcher;

import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.Flyway;

/** The part of {@link Migrations} that sees Flyway; reached by reflection, hence public. */
public final class FlywayRun {
  /** Warns at each run that files may stand before those that ran, which is what we ask for. */
  private static final Logger WORDS =
      Logger.getLogger("org.flywaydb.core.internal.command.DbMigrate");

  private FlywayRun() {}

  public static void migrate(String url, String user, String password, Path sql) {
    WORDS.setLevel(Level.SEVERE);
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
