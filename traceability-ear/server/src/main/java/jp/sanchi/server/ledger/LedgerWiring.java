package jp.sanchi.server.ledger;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Optional;
import javax.sql.DataSource;
import jp.sanchi.server.platform.Settings;

/**
 * Chooses and opens the ledger by MicroProfile Config: {@code sanchi.profile}, {@code
 * sanchi.consortium}, {@code sanchi.data} (see {@link LedgerConfig}), and {@code
 * sanchi.outbox.batch} (300), the most events of one append.
 */
@ApplicationScoped
public class LedgerWiring {
  @Produces
  @Singleton
  Ledger ledger(DataSource database) {
    return EmbeddedLedger.open(
        database,
        new LedgerConfig(
            Optional.ofNullable(Settings.text("sanchi.profile")),
            Optional.ofNullable(Settings.text("sanchi.consortium")),
            Optional.ofNullable(Settings.text("sanchi.data")).map(Path::of)));
  }

  @Produces
  @Singleton
  LedgerSettings settings() {
    return new LedgerSettings(Settings.integer("sanchi.outbox.batch", 300));
  }
}
