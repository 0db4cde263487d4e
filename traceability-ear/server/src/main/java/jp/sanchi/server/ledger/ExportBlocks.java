package jp.sanchi.server.ledger;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Writes an embedded ledger's blocks to files, for an audit elsewhere. */
public final class ExportBlocks {
  private static final int AT_A_TIME = 256;

  private ExportBlocks() {}

  /**
   * Writes {@code block-000000.pb} and so on, and {@code trust.json}, for the launcher.
   *
   * @return whether there was a ledger
   */
  public static boolean export(
      String url, String user, String password, PrintStream out, Path folder)
      throws SQLException, IOException {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(url);
    database.setUser(user);
    database.setPassword(password);
    return export(database, out, folder);
  }

  static boolean export(DataSource database, PrintStream out, Path folder)
      throws SQLException, IOException {
    try (Connection connection = database.getConnection()) {
      long blocks = 0;
      connection.setAutoCommit(false);
      try (Statement select = connection.createStatement()) {
        // So that the driver does not hold the whole ledger
        select.setFetchSize(AT_A_TIME);
        try (ResultSet rows =
            select.executeQuery("select number, block from embedded_block order by number")) {
          while (rows.next()) {
            Files.createDirectories(folder);
            String name = String.format(Locale.ROOT, "block-%06d.pb", rows.getLong(1));
            Files.write(folder.resolve(name), rows.getBytes(2));
            blocks++;
          }
        }
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
      if (blocks == 0) {
        out.println("There is no embedded ledger here.");
        return false;
      }
      out.println(blocks + " blocks and trust.json are in " + folder);
    }
    LedgerConfig config = new LedgerConfig(Optional.empty(), Optional.empty(), Optional.empty());
    Files.write(
        folder.resolve("trust.json"),
        EmbeddedLedger.open(database, config, new ParsedEvents()).trust());
    return true;
  }
}
