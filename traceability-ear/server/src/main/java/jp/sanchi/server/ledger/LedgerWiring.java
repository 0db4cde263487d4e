package jp.sanchi.server.ledger;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import jp.sanchi.server.platform.Settings;

/**
 * Chooses and opens the ledger by MicroProfile Config: {@code sanchi.ledger}, {@code embedded} (the
 * default; with {@code sanchi.profile}, {@code sanchi.consortium}, {@code sanchi.data}, see {@link
 * LedgerConfig}) or {@code fabric} (with {@code sanchi.fabric.connection}, the path of a connection
 * file); {@code sanchi.outbox.batch} (embedded 300, Fabric 600), the most events of one append, and
 * {@code sanchi.outbox.lanes} (embedded 1, Fabric 4), how many appends may be under way at once.
 */
@ApplicationScoped
public class LedgerWiring {
  @Produces
  @Singleton
  Ledger ledger(DataSource database, ParsedEvents parsed) {
    if (isFabric()) {
      String connection = Settings.text("sanchi.fabric.connection");
      if (connection == null) {
        throw new IllegalStateException(
            "sanchi.ledger=fabric needs sanchi.fabric.connection, the path of a connection file.");
      }
      return FabricLedger.open(Path.of(connection), database, parsed);
    }
    return EmbeddedLedger.open(
        database,
        new LedgerConfig(
            Optional.ofNullable(Settings.text("sanchi.profile")),
            Optional.ofNullable(Settings.text("sanchi.consortium")),
            Optional.ofNullable(Settings.text("sanchi.data")).map(Path::of)),
        parsed);
  }

  /** Never those of a network that others run: its members certify their own people. */
  @Produces
  @Singleton
  LocalAuthorities authorities(Ledger ledger) {
    if (ledger instanceof EmbeddedLedger embedded) {
      return embedded;
    }
    String folder = Settings.text("sanchi.fabric.authorities");
    return folder == null
        ? point65 -> new TreeMap<>()
        : new FabricAuthorities(Path.of(folder), Clock.systemUTC());
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
        Settings.integer("sanchi.outbox.batch", isFabric() ? 600 : 300),
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
