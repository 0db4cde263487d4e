package jp.sanchi.server.lots;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.server.platform.Failure;

/**
 * For who scans the barcode of a product alone. Without proof: each lot's bundle says whether it is
 * so.
 */
@Path("products")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class RecalledLotsResource {
  private static final int MOST = 20;

  private final DataSource database;

  @Inject
  public RecalledLotsResource(DataSource database) {
    this.database = database;
  }

  /** Names of lots under recall, the last recalled first, at most {@value #MOST}. */
  @GET
  @Path("{gtin}/recalled")
  public byte[] recalled(@PathParam("gtin") String gtin) {
    String sql =
        """
        select lot from lot where gtin = ? and recalled_since is not null
        order by recalled_since desc, lot limit ?
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, gtin);
      select.setInt(2, MOST);
      List<Json> lots = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          lots.add(Json.of(row.getString(1)));
        }
      }
      return Json.object("lots", new Json.Arr(lots)).canonical();
    } catch (SQLException e) {
      throw new Failure("the database does not answer", e);
    }
  }
}
