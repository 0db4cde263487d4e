package jp.sanchi.server.platform;

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
 * In MicroProfile Health's form. Live: this JVM answers. Ready: it reaches the database, and what
 * was captured gets on to the ledger.
 */
@Path("health")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class HealthResource {
  /** Older than this, an event's way to the ledger is blocked. */
  private static final double OLDEST_WAITING_SECONDS = 120;

  private final DataSource database;

  @Inject
  HealthResource(DataSource database) {
    this.database = database;
  }

  @GET
  public Response health() {
    return ready();
  }

  @GET
  @Path("live")
  public Response live() {
    return answer(List.of());
  }

  @GET
  @Path("ready")
  public Response ready() {
    List<Json> checks = new ArrayList<>();
    try (Connection connection = database.getConnection();
        Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                "select coalesce(extract(epoch from now() - min(captured_at)), 0) from outbox")) {
      row.next();
      checks.add(check("database", true));
      checks.add(check("outbox", row.getDouble(1) < OLDEST_WAITING_SECONDS));
    } catch (SQLException e) {
      checks.add(check("database", false));
    }
    return answer(checks);
  }

  private static Json.Obj check(String name, boolean up) {
    return Json.object("name", name, "status", word(up));
  }

  private static Response answer(List<Json> checks) {
    boolean up = checks.stream().allMatch(check -> ((Json.Obj) check).text("status").equals("UP"));
    return Response.status(up ? 200 : 503)
        .entity(Json.object("checks", checks, "status", word(up)).canonical())
        .build();
  }

  private static String word(boolean up) {
    return up ? "UP" : "DOWN";
  }
}
