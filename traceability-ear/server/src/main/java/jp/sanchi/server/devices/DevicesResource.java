package jp.sanchi.server.devices;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/** The keys of the own organisation, as the ledger has them. */
@Path("devices")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class DevicesResource {
  private static final int MOST_COUNTED = 10_000;
  private static final int MOST_READ = 200;

  private final Sessions sessions;
  private final DataSource database;

  @Inject
  DevicesResource(Sessions sessions, DataSource database) {
    this.sessions = sessions;
    this.database = database;
  }

  /**
   * Newest first, at most 500, also those that are revoked, with when they were lost. Last seen is
   * the later of the last login and the last event on the ledger.
   */
  @GET
  public byte[] devices(@Context HttpServletRequest request) {
    String gln = sessions.administrator(request).organisation();
    Map<String, Long> lost = lost(gln);
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select d.kid, d.administrator, d.enrolled_at, d.revoked_at, i.name, i.device,
                  greatest(u.last_time, (
                    select (extract(epoch from max(s.expires_at)) * 1000)::bigint - ?
                    from session s where s.kid = d.kid))
                from device d
                left join device_use u on u.kid = d.kid
                left join invitation i on i.kid = d.kid and i.organisation = d.organisation
                where d.organisation = ? order by d.enrolled_at desc, d.kid limit 500
                """)) {
      select.setLong(1, Sessions.LIFE.toMillis());
      select.setString(2, gln);
      List<Json> devices = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          long revoked = row.getLong(4);
          long seen = row.getLong(7);
          devices.add(
              Json.object(
                  "administrator",
                  row.getBoolean(2),
                  "device",
                  Answers.text(row.getString(6)),
                  "enrolledAt",
                  row.getLong(3),
                  "kid",
                  row.getString(1),
                  "lastSeen",
                  seen == 0 ? Json.Null.VALUE : Json.of(seen),
                  "name",
                  Answers.text(row.getString(5)),
                  "revokedAt",
                  revoked == 0 ? Json.Null.VALUE : Json.of(revoked),
                  "shortCode",
                  ShortCode.ofKey(Base64Url.decode(row.getString(1))),
                  "suspectSince",
                  lost.containsKey(row.getString(1))
                      ? Json.of(lost.get(row.getString(1)))
                      : Json.Null.VALUE));
        }
      }
      return Json.object("devices", devices).canonical();
    } catch (SQLException e) {
      throw new Failure("devices can't be read", e);
    }
  }

  /** Since when the records of revoked keys are not believed, by kid; ms since 1970. */
  private Map<String, Long> lost(String gln) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select d.kid, e.jws from device d
                join history h on h.subject = 'key/' || d.kid
                join event e on e.event_id = h.event_id
                where d.organisation = ? and d.revoked_at is not null
                """)) {
      select.setString(1, gln);
      Map<String, Long> lost = new HashMap<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          TraceEvent event = TraceEvent.readAny(Jws.parse(row.getString(2)));
          String since =
              event.kind().equals("device_revoked") ? event.text("sanchi:suspectSince") : null;
          if (since != null) {
            lost.merge(row.getString(1), IsoTime.parse(since), Math::min);
          }
        }
      }
      return lost;
    } catch (SQLException e) {
      throw new Failure("revocations can't be read", e);
    }
  }

  /**
   * What becomes suspect if a key is revoked as lost since a time: how many of its events the
   * ledger has from then on, at most {@value #MOST_COUNTED}, and the lots that the first {@value
   * #MOST_READ} are about. 404 if the key is none of theirs.
   *
   * @param since ms since 1970
   */
  @GET
  @Path("{kid}/records")
  public byte[] records(
      @PathParam("kid") String kid,
      @QueryParam("since") long since,
      @Context HttpServletRequest request) {
    String gln = sessions.administrator(request).organisation();
    try (Connection connection = database.getConnection();
        PreparedStatement known =
            connection.prepareStatement("select from device where kid = ? and organisation = ?");
        PreparedStatement select =
            connection.prepareStatement(
                """
                select case when row_number() over () <= ? then jws end from (
                  select jws from event where kid = ? and record_time >= ?
                  order by record_time limit ?) signed
                """)) {
      known.setString(1, kid);
      known.setString(2, gln);
      try (ResultSet row = known.executeQuery()) {
        if (!row.next()) {
          throw Problem.of(Fault.NOT_FOUND);
        }
      }
      select.setInt(1, MOST_READ);
      select.setString(2, kid);
      select.setLong(3, since);
      select.setInt(4, MOST_COUNTED);
      long count = 0;
      TreeSet<String> lots = new TreeSet<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          count++;
          String jws = row.getString(1);
          if (jws != null) {
            TraceEvent event = TraceEvent.readAny(Jws.parse(jws));
            event.subjects().stream().filter(one -> one.startsWith("lot/")).forEach(lots::add);
            if (event.row() != null) {
              lots.addAll(event.lots("quantityList"));
            }
          }
        }
      }
      return Json.object(
              "count",
              count,
              "lots",
              lots.stream().<Json>map(one -> Json.of(Subject.parse(one).values().get(1))).toList())
          .canonical();
    } catch (SQLException e) {
      throw new Failure("a device's records can't be counted", e);
    }
  }
}
