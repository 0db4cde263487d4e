package jp.sanchi.server.sensors;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.proof.Bundle;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.Reading;
import jp.sanchi.server.platform.Failure;
import org.postgresql.PGConnection;

/** The readings of cold boxes, a partition a day. */
@Singleton
public class StoredReadings {
  /** Two servers may make the same partition at once. */
  private static final long PARTITION_LOCK = 0x5a4e4348_0045L;

  private final DataSource database;
  private final Set<LocalDate> partitions = ConcurrentHashMap.newKeySet();

  @Inject
  public StoredReadings(DataSource database) {
    this.database = database;
  }

  /**
   * Stores what is not there yet, in one transaction.
   *
   * @param kid of the bridge
   * @return how many were new
   */
  int store(String kid, List<SignedReadings.Stored> readings) {
    Set<LocalDate> days = new TreeSet<>();
    StringBuilder rows = new StringBuilder(readings.size() * 160);
    for (SignedReadings.Stored stored : readings) {
      LocalDate day = day(stored.reading().timeMs());
      days.add(day);
      rows.append(day).append('\t');
      rows.append(stored.reading().device().replace("\\", "\\\\")).append('\t');
      rows.append(stored.reading().seq()).append('\t');
      rows.append(stored.window()).append('\t');
      rows.append(kid).append('\t');
      rows.append("\\\\x").append(HexFormat.of().formatHex(stored.leaf())).append('\n');
    }
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        makePartitions(statement, days);
        statement.execute(
            "create temp table if not exists incoming"
                + " (day date, device text, seq bigint, window_id uuid, kid text, leaf bytea)"
                + " on commit delete rows");
        copy(connection, rows);
        int stored =
            statement.executeUpdate(
                "insert into reading (day, device, seq, window_id, kid, leaf)"
                    + " select day, device, seq, window_id, kid, leaf from incoming"
                    + " on conflict do nothing");
        connection.commit();
        partitions.addAll(days);
        return stored;
      } catch (SQLException | IOException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException | IOException e) {
      throw new Failure("readings can't be stored", e);
    }
  }

  private static void copy(Connection connection, StringBuilder rows)
      throws SQLException, IOException {
    var copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("copy incoming (day, device, seq, window_id, kid, leaf) from stdin");
    try {
      byte[] bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
      copy.writeToCopy(bytes, 0, bytes.length);
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private void makePartitions(Statement statement, Set<LocalDate> days) throws SQLException {
    if (partitions.containsAll(days)) {
      return;
    }
    statement.execute("select pg_advisory_xact_lock(" + PARTITION_LOCK + ")");
    for (LocalDate day : days) {
      statement.execute(
          "create table if not exists reading_"
              + day.toString().replace("-", "")
              + " partition of reading for values from ('"
              + day
              + "') to ('"
              + day.plusDays(1)
              + "')");
    }
  }

  private static LocalDate day(long timeMs) {
    return Instant.ofEpochMilli(timeMs).atOffset(ZoneOffset.UTC).toLocalDate();
  }

  /**
   * A window's event in the history of a box day.
   *
   * @param event of a known kind of window
   */
  public record Signed(String boxDay, TraceEvent event) {
    private UUID window() {
      String id = event.payload().text("eventID");
      return UUID.fromString(id.substring(id.lastIndexOf(':') + 1));
    }
  }

  /** The readings of these windows; of a window whose readings are not all here, none. */
  public List<Bundle.Readings> of(List<Signed> windows) {
    if (windows.isEmpty()) {
      return List.of();
    }
    List<Bundle.Readings> found = new ArrayList<>();
    Map<String, List<byte[]>> leaves = leaves(windows);
    for (Signed window : windows) {
      List<byte[]> its = leaves.get(key(window.window(), window.event().jws().kid()));
      if (its != null && fits(window.event(), its)) {
        found.add(new Bundle.Readings(window.boxDay(), window.event().id(), its));
      }
    }
    return found;
  }

  private Map<String, List<byte[]>> leaves(List<Signed> windows) {
    UUID[] ids = windows.stream().map(Signed::window).toArray(UUID[]::new);
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "select window_id, kid, leaf from reading where window_id = any(?)"
                    + " order by window_id, seq")) {
      select.setArray(1, connection.createArrayOf("uuid", ids));
      Map<String, List<byte[]>> leaves = new HashMap<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          leaves
              .computeIfAbsent(
                  key(row.getObject(1, UUID.class), row.getString(2)), none -> new ArrayList<>())
              .add(row.getBytes(3));
        }
      }
      return leaves;
    } catch (SQLException e) {
      throw new Failure("readings can't be read", e);
    }
  }

  // Windows are numbered by their bridges: another one's readings under the same number don't count
  private static String key(UUID window, String kid) {
    return window + " " + kid;
  }

  private static boolean fits(TraceEvent window, List<byte[]> leaves) {
    try {
      Reading.ofWindow(window, leaves);
      return true;
    } catch (Malformed e) {
      return false;
    }
  }
}
