package jp.sanchi.server.bundles;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.kernel.proof.Statement;
import jp.sanchi.server.ledger.ParsedEvents;
import jp.sanchi.server.platform.Failure;

/** Histories out of the projection. */
@Singleton
public class Histories {
  private static final Logger LOG = System.getLogger(Histories.class.getName());

  private final DataSource database;
  private final ParsedEvents parsed;

  @Inject
  Histories(DataSource database, ParsedEvents parsed) {
    this.database = database;
    this.parsed = parsed;
  }

  public Histories(DataSource database) {
    this(database, new ParsedEvents());
  }

  /** Whole histories as they are projected; an unknown subject has an empty one. */
  public Map<String, List<Recorded>> load(Collection<String> subjects) {
    Map<String, Integer> whole = new HashMap<>();
    subjects.forEach(subject -> whole.put(subject, Integer.MAX_VALUE));
    return loadUpTo(whole);
  }

  /** The same, and how each event stands in its history. */
  public Map<String, List<Standing>> standings(Collection<String> subjects) {
    Map<String, List<Standing>> standings = new TreeMap<>();
    load(subjects).forEach((subject, history) -> standings.put(subject, Standing.of(history)));
    return standings;
  }

  /**
   * The first events of each subject.
   *
   * @param numbers by subject, how many
   */
  Map<String, List<Recorded>> loadUpTo(Map<String, Integer> numbers) {
    Map<String, List<Recorded>> histories = new HashMap<>();
    numbers.keySet().forEach(subject -> histories.put(subject, new ArrayList<>()));
    String[] subjects = numbers.keySet().toArray(String[]::new);
    Integer[] ends = Arrays.stream(subjects).map(numbers::get).toArray(Integer[]::new);
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select h.subject, h.record_time, e.jws
                from unnest(?::text[], ?::integer[]) wanted (subject, until)
                join history h on h.subject = wanted.subject and h.n <= wanted.until
                join event e on e.event_id = h.event_id
                order by h.subject, h.n
                """)) {
      select.setArray(1, connection.createArrayOf("text", subjects));
      select.setArray(2, connection.createArrayOf("integer", ends));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          try {
            histories
                .get(row.getString(1))
                .add(new Recorded(parsed.read(row.getString(3)), row.getLong(2)));
          } catch (MalformedEvent e) {
            // Somebody changed the row. Without it the verifier says that the history is incomplete
            LOG.log(Level.ERROR, "unreadable event in the history of " + row.getString(1), e);
          }
        }
      }
      return histories;
    } catch (SQLException e) {
      throw new Failure("histories can't be read", e);
    }
  }

  /** How many events a history had when this was its head; empty if it never was. */
  OptionalInt numberOf(String subject, byte[] head) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("select n from history where subject = ? and head = ?")) {
      select.setString(1, subject);
      select.setBytes(2, head);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
      }
    } catch (SQLException e) {
      throw new Failure("heads can't be looked up", e);
    }
  }

  /**
   * The subjects whose projected history has not yet reached the head, or has another one there.
   */
  List<String> differing(Map<String, Statement.Head> heads) {
    String[] subjects = heads.keySet().toArray(String[]::new);
    Integer[] numbers =
        Arrays.stream(subjects).map(s -> (int) heads.get(s).n()).toArray(Integer[]::new);
    byte[][] hashes = Arrays.stream(subjects).map(s -> heads.get(s).hash()).toArray(byte[][]::new);
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                """
                select wanted.subject
                from unnest(?::text[], ?::integer[], ?::bytea[]) wanted (subject, n, head)
                left join history h on h.subject = wanted.subject and h.n = wanted.n
                where wanted.n > 0 and h.head is distinct from wanted.head
                """)) {
      select.setArray(1, connection.createArrayOf("text", subjects));
      select.setArray(2, connection.createArrayOf("integer", numbers));
      select.setArray(3, connection.createArrayOf("bytea", hashes));
      try (ResultSet row = select.executeQuery()) {
        List<String> differing = new ArrayList<>();
        while (row.next()) {
          differing.add(row.getString(1));
        }
        return differing;
      }
    } catch (SQLException e) {
      throw new Failure("heads can't be compared", e);
    }
  }
}
