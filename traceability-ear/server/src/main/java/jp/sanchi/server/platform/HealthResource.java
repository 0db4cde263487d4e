package jp.sanchi.server.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;

/** Up means that a request can reach the database and come back. */
@Path("health")
@RequestScoped
public class HealthResource {
  @Resource(lookup = Database.NAME)
  private DataSource database;

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Response health() {
    try (var connection = database.getConnection();
        var statement = connection.prepareStatement("select 1");
        var row = statement.executeQuery()) {
      row.next();
      return Response.ok(Map.of("status", "UP")).build();
    } catch (SQLException e) {
      return Response.status(Response.Status.SERVICE_UNAVAILABLE)
          .entity(Map.of("status", "DOWN", "because", "the database does not answer"))
          .build();
    }
  }
}
