package jp.sanchi.server.platform;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/** For Prometheus to scrape. */
@Path("metrics")
@Singleton
public class MetricsResource {
  private final Metrics metrics;

  @Inject
  MetricsResource(Metrics metrics) {
    this.metrics = metrics;
  }

  @GET
  @Produces("text/plain; version=0.0.4; charset=utf-8")
  public byte[] metrics() {
    return metrics.text();
  }
}
