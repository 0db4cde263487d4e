package jp.sanchi.server.labels;

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
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/**
 * The short code that a label prints to be typed leads everybody to the lot: it holds nothing of
 * the serial's random part, so that who knows it knows no label's own page.
 */
@Path("codes")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class TypedCodesResource {
  private final DataSource database;

  @Inject
  public TypedCodesResource(DataSource database) {
    this.database = database;
  }

  /** 404 for a code that no label has, or whose label was put on nothing yet. */
  @GET
  @Path("{code}")
  public byte[] lot(@PathParam("code") String code) {
    ShortCode typed;
    try {
      typed = ShortCode.parse(code);
    } catch (MalformedEvent malformed) {
      throw Problem.ofParameter(malformed, "code");
    }
    String sql =
        """
        select r.gtin, u.lot from run r join run_use u on u.run = r.subject
        where r.run = ? and u.use = 'bound' and u.first <= ? and u.last >= ? order by r.gtin
        """;
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, typed.run());
      select.setInt(2, typed.number());
      select.setInt(3, typed.number());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (typed.fits(row.getString(1))) {
            String lot = Subject.parse(row.getString(2)).values().get(1);
            return Json.object("gtin", row.getString(1), "lot", lot).canonical();
          }
        }
      }
    } catch (SQLException e) {
      throw new Failure("the database does not answer", e);
    }
    throw Problem.of(Fault.NOT_FOUND);
  }
}
