package jp.sanchi.server.sensors;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import jp.sanchi.kernel.proof.Reading;
import jp.sanchi.server.devices.Secret;
import jp.sanchi.server.platform.Failure;

/** The table of devices in cold boxes. */
@Singleton
public class Sensors {
  private static final String LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int ID_LENGTH = 12;

  private final DataSource database;

  @Inject
  public Sensors(DataSource database) {
    this.database = database;
  }

  /**
   * @param box URI of the GRAI or GIAI
   * @param revokedAt ms since 1970, null if it is not revoked
   * @param last what it measured last; null as long as nothing has come
   */
  record Sensor(
      String id,
      String name,
      String box,
      List<String> measures,
      long madeAt,
      Long revokedAt,
      Reading last) {}

  /** A new device's id, and its password, which is kept nowhere else. */
  record Made(String id, String password) {}

  Made make(String organisation, String name, String box, List<String> measures, String kid) {
    String id = id();
    String password = Secret.fresh();
    with(
        """
        insert into sensor (id, organisation, name, box, measures, password_hash, made_by)
        values (?, ?, ?, ?, ?, ?, ?)
        """,
        insert -> {
          insert.setString(1, id);
          insert.setString(2, organisation);
          insert.setString(3, name);
          insert.setString(4, box);
          insert.setArray(
              5, insert.getConnection().createArrayOf("text", measures.toArray(String[]::new)));
          insert.setBytes(6, Secret.hash(password));
          insert.setString(7, kid);
          return insert.executeUpdate();
        });
    return new Made(id, password);
  }

  private static String id() {
    StringBuilder id = new StringBuilder(ID_LENGTH);
    for (byte random : Secret.random(ID_LENGTH)) {
      id.append(LETTERS.charAt(random & 31));
    }
    return id.toString();
  }

  /** Newest first, also those that are revoked. */
  List<Sensor> ofOrganisation(String organisation) {
    return with(
        """
        select s.id, s.name, s.box, s.measures, s.made_at, s.revoked_at,
          (select r.leaf from reading r where r.device = s.id
            order by r.day desc, r.seq desc limit 1)
        from sensor s where s.organisation = ? order by s.made_at desc, s.id
        """,
        select -> {
          select.setString(1, organisation);
          try (ResultSet row = select.executeQuery()) {
            List<Sensor> sensors = new ArrayList<>();
            while (row.next()) {
              Timestamp revoked = row.getTimestamp(6);
              byte[] leaf = row.getBytes(7);
              sensors.add(
                  new Sensor(
                      row.getString(1),
                      row.getString(2),
                      row.getString(3),
                      List.of((String[]) row.getArray(4).getArray()),
                      row.getTimestamp(5).getTime(),
                      revoked == null ? null : revoked.getTime(),
                      leaf == null ? null : Reading.read(leaf)));
            }
            return sensors;
          }
        });
  }

  /** Which of these the organisation has registered, revoked or not. */
  Set<String> known(String organisation, Collection<String> ids) {
    return with(
        "select id from sensor where organisation = ? and id = any(?)",
        select -> {
          select.setString(1, organisation);
          select.setArray(
              2, select.getConnection().createArrayOf("text", ids.toArray(String[]::new)));
          try (ResultSet row = select.executeQuery()) {
            Set<String> known = new HashSet<>();
            while (row.next()) {
              known.add(row.getString(1));
            }
            return known;
          }
        });
  }

  /** Returns whether there is such a device of the organisation; a second time changes nothing. */
  boolean revoke(String organisation, String id) {
    return with(
        """
        update sensor set revoked_at = coalesce(revoked_at, now())
        where organisation = ? and id = ?
        """,
        update -> {
          update.setString(1, organisation);
          update.setString(2, id);
          return update.executeUpdate() == 1;
        });
  }

  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  private <T> T with(String sql, Use<T> use) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      return use.of(statement);
    } catch (SQLException e) {
      throw new Failure("sensors can't be reached", e);
    }
  }
}
