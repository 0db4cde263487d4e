package jp.sanchi.server.platform;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Reason;

/**
 * What Prometheus reads. Counters are this server's own since it started, the outbox is
 * everybody's.
 */
@Singleton
public class Metrics {
  private final DataSource database;
  private final PrometheusRegistry registry = new PrometheusRegistry();

  private final Counter captured =
      Counter.builder()
          .name("sanchi_events_captured_total")
          .help("Events that were stored and receipted")
          .register(registry);
  private final Counter committed =
      Counter.builder()
          .name("sanchi_events_committed_total")
          .help("Events that this server brought to the ledger")
          .register(registry);
  private final Counter refused =
      Counter.builder()
          .name("sanchi_events_refused_total")
          .help("Events that were refused, when captured or by the ledger after the receipt")
          .labelNames("when", "reason")
          .register(registry);
  private final Counter readings =
      Counter.builder()
          .name("sanchi_readings_stored_total")
          .help("Readings of cold boxes that were new")
          .register(registry);
  private final Gauge projectedBlock =
      Gauge.builder()
          .name("sanchi_projected_block")
          .help("The last block that this server projected")
          .register(registry);
  private final Gauge followerLag =
      Gauge.builder()
          .name("sanchi_follower_lag_seconds")
          .help("Age of the last projected block while more are to come, else 0")
          .register(registry);
  private final Histogram bundles =
      Histogram.builder()
          .name("sanchi_bundle_seconds")
          .help("Time from the question to the bundle")
          .classicOnly()
          .register(registry);

  @Inject
  public Metrics(DataSource database) {
    this.database = database;
    GaugeWithCallback.builder()
        .name("sanchi_outbox_events")
        .help("Events that are captured and not yet settled by the ledger")
        .callback(gauge -> gauge.call(ofOutbox("count(*)")))
        .register(registry);
    GaugeWithCallback.builder()
        .name("sanchi_outbox_age_seconds")
        .help("How long the oldest of them has waited")
        .callback(
            gauge ->
                gauge.call(ofOutbox("coalesce(extract(epoch from now() - min(captured_at)), 0)")))
        .register(registry);
  }

  public void captured(int events) {
    captured.inc(events);
  }

  public void readings(int fresh) {
    readings.inc(fresh);
  }

  public void committed(int events) {
    committed.inc(events);
  }

  public void refusedEarly(Reason reason) {
    refused.labelValues("capture", reason.code()).inc();
  }

  public void refusedLate(Reason reason) {
    refused.labelValues("ledger", reason.code()).inc();
  }

  /**
   * Blocks up to this one are projected.
   *
   * @param timeMs the block's, ms since 1970
   */
  public void projected(long block, long timeMs) {
    projectedBlock.set(block);
    followerLag.set(Math.max(0, (System.currentTimeMillis() - timeMs) / 1000.0));
  }

  /** The follower found nothing more to do. */
  public void followerIdle() {
    followerLag.set(0);
  }

  public void bundle(long nanos) {
    bundles.observe(nanos / 1e9);
  }

  /** Prometheus' text format, in UTF-8. */
  byte[] text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private double ofOutbox(String what) {
    try (Connection connection = database.getConnection();
        Statement select = connection.createStatement();
        ResultSet row = select.executeQuery("select " + what + " from outbox")) {
      row.next();
      return row.getDouble(1);
    } catch (SQLException e) {
      throw new Failure("the outbox can't be measured", e);
    }
  }
}
