package jp.sanchi.server.ledger;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Json;

/**
 * In MicroProfile Health's form. Live: this JVM answers. Ready: it reaches the database. What keeps
 * it from its full work but not from taking and keeping events is told as {@code degraded}: a
 * ledger out of reach, and events that wait for it for long.
 */
@Path("health")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class HealthResource {
  /** Older than this, an event's way to the ledger is blocked. */
  private static final double OLDEST_WAITING_SECONDS = 120;

  private final DataSource database;
  private final Ledger ledger;

  @Inject
  HealthResource(DataSource database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  @GET
  public Response health() {
    return ready();
  }

  @GET
  @Path("live")
  public Response live() {
    return answer(true, false, List.of());
  }

  @GET
  @Path("ready")
  public Response ready() {
    List<Json> checks = new ArrayList<>();
    boolean waiting = false;
    boolean up = true;
    try (Connection connection = database.getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "select coalesce(extract(epoch from now() - min(captured_at)), 0) from outbox")) {
      row.next();
      waiting = row.getDouble(1) > OLDEST_WAITING_SECONDS;
      checks.add(check("database", true));
      checks.add(check("outbox", waiting, "oldestSeconds", (long) row.getDouble(1)));
    } catch (SQLException e) {
      up = false;
      checks.add(check("database", false));
    }
    boolean unreached = !ledger.isReached();
    checks.add(check("ledger", unreached, "reached", !unreached));
    return answer(up, waiting || unreached, checks);
  }

  private static Json.Obj check(String name, boolean degraded, String member, Object value) {
    return Json.object(
        "data", Json.object("degraded", degraded, member, value), "name", name, "status", "UP");
  }

  private static Json.Obj check(String name, boolean up) {
    return Json.object("name", name, "status", word(up));
  }

  private static Response answer(boolean up, boolean degraded, List<Json> checks) {
    return Response.status(up ? 200 : 503)
        .entity(Json.object("checks", checks, "degraded", degraded, "status", word(up)).canonical())
        .build();
  }

  private static String word(boolean up) {
    return up ? "UP" : "DOWN";
  }
}
