package jp.sanchi.server.capture;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.platform.Settings;

/** {@code sanchi.capture.commit-within} (600): the seconds that receipts promise. */
@ApplicationScoped
public class CaptureWiring {
  @Produces
  @Singleton
  CaptureSettings settings(Ledger ledger) {
    return new CaptureSettings(
        ledger.consortium(), Settings.integer("sanchi.capture.commit-within", 600) * 1000L);
  }
}
