package jp.sanchi.server.ledger;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;
import javax.sql.DataSource;
import jp.sanchi.server.platform.Settings;

/**
 * Chooses and opens the ledger by MicroProfile Config: {@code sanchi.ledger}, {@code embedded} (the
 * default; with {@code sanchi.profile}, {@code sanchi.consortium}, {@code sanchi.data}, see {@link
 * LedgerConfig}) or {@code fabric} (with {@code sanchi.fabric.connection}, the path of a connection
 * file); {@code sanchi.outbox.batch} (300), the most events of one append, and {@code
 * sanchi.outbox.lanes} (embedded 1, Fabric 4), how many appends may be under way at once.
 */
@ApplicationScoped
public class LedgerWiring {
  @Produces
  @Singleton
  Ledger ledger(DataSource database) {
    if (isFabric()) {
      String connection = Settings.text("sanchi.fabric.connection");
      if (connection == null) {
        throw new IllegalStateException(
            "sanchi.ledger=fabric needs sanchi.fabric.connection, the path of a connection file.");
      }
      return FabricLedger.open(Path.of(connection), database);
    }
    return EmbeddedLedger.open(
        database,
        new LedgerConfig(
            Optional.ofNullable(Settings.text("sanchi.profile")),
            Optional.ofNullable(Settings.text("sanchi.consortium")),
            Optional.ofNullable(Settings.text("sanchi.data")).map(Path::of)));
  }

  void close(@Disposes Ledger ledger) {
    if (ledger instanceof FabricLedger fabric) {
      fabric.close();
    }
  }

  @Produces
  @Singleton
  LedgerSettings settings() {
    return new LedgerSettings(
        Settings.integer("sanchi.outbox.batch", 300),
        Settings.integer("sanchi.outbox.lanes", isFabric() ? 4 : 1));
  }

  private static boolean isFabric() {
    String ledger = Settings.text("sanchi.ledger");
    if (ledger != null && !ledger.equals("fabric") && !ledger.equals("embedded")) {
      throw new IllegalStateException(
          "sanchi.ledger must be \"embedded\" or \"fabric\", not \"" + ledger + "\".");
    }
    return "fabric".equals(ledger);
  }
}
