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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/**
 * What people read off a label, for everybody. The short code leads to the lot: it holds nothing of
 * the serial's random part, so that who knows it knows no label's own page. A whole serial leads to
 * its label, and a lot's number to the lots that have it.
 */
@Path("codes")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class TypedCodesResource {
  private static final int HASH = 32;
  private static final int MOST_LOTS = 20;
  private static final int LONGEST_LOT = 20;

  private final DataSource database;

  @Inject
  public TypedCodesResource(DataSource database) {
    this.database = database;
  }

  private interface Finding {
    Json.Obj in(Connection connection) throws SQLException;
  }

  /**
   * The lot of a short code, the product of a serial; 404 for what no label has, and for a short
   * code whose label was put on nothing yet.
   */
  @GET
  @Path("{code}")
  public byte[] labelled(@PathParam("code") String code) {
    Serial serial = serial(code);
    if (serial != null) {
      return found(connection -> ofSerial(connection, serial));
    }
    try {
      ShortCode typed = ShortCode.parse(code);
      return found(connection -> ofShortCode(connection, typed));
    } catch (MalformedEvent malformed) {
      throw Problem.ofParameter(malformed, "code");
    }
  }

  /** The lots of a number, in letters of any case, at most {@value #MOST_LOTS}. */
  @GET
  @Path("lots/{lot}")
  public byte[] lots(@PathParam("lot") String lot) {
    String wanted = lot.length() > LONGEST_LOT ? "" : lot;
    String sql =
        """
        select gtin, lot from lot where upper(lot) = upper(?) and commissioner is not null
        order by commissioned_at desc, gtin limit ?
        """;
    return found(
        connection -> {
          try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, wanted);
            select.setInt(2, MOST_LOTS);
            List<Json> lots = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
              while (row.next()) {
                lots.add(Json.object("gtin", row.getString(1), "lot", row.getString(2)));
              }
            }
            return Json.object("lots", new Json.Arr(lots));
          }
        });
  }

  private byte[] found(Finding finding) {
    try (Connection connection = database.getConnection()) {
      Json.Obj found = finding.in(connection);
      if (found == null) {
        throw Problem.of(Fault.NOT_FOUND);
      }
      return found.canonical();
    } catch (SQLException e) {
      throw new Failure("the database does not answer", e);
    }
  }

  private static Serial serial(String code) {
    try {
      return Serial.parse(code);
    } catch (MalformedEvent e) {
      return null;
    }
  }

  /** Null where no printed run has a label of this serial. */
  private static Json.Obj ofSerial(Connection connection, Serial serial) throws SQLException {
    String sql =
        """
        select r.gtin, substring(l.hashes from ? for ?) from run r
        join label_run l on l.root = r.root where r.run = ?
        """;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setInt(1, serial.number() * HASH + 1);
      select.setInt(2, HASH);
      select.setString(3, serial.run());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          byte[] hash = Serial.hash(row.getString(1), serial.text());
          if (Arrays.equals(hash, row.getBytes(2))) {
            return Json.object("gtin", row.getString(1), "serial", serial.text());
          }
        }
      }
    }
    return null;
  }

  private static Json.Obj ofShortCode(Connection connection, ShortCode typed) throws SQLException {
    String sql =
        """
        select r.gtin, u.lot from run r join run_use u on u.run = r.subject
        where r.run = ? and u.use = 'bound' and u.first <= ? and u.last >= ? order by r.gtin
        """;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, typed.run());
      select.setInt(2, typed.number());
      select.setInt(3, typed.number());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (typed.fits(row.getString(1))) {
            String lot = Subject.parse(row.getString(2)).values().get(1);
            return Json.object("gtin", row.getString(1), "lot", lot);
          }
        }
      }
    }
    return null;
  }
}
