package jp.sanchi.server.platform;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * The database as one organisation sees it: the views {@code seen_…} show it what concerns it, and
 * row-level security gives it no rows but its own in the tables that belong to organisations.
 */
@Singleton
public class Tenants {
  private final DataSource database;

  @Inject
  public Tenants(DataSource database) {
    this.database = database;
  }

  /** Reads one row. */
  public interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  /** Statements within one transaction of one organisation. */
  public static final class View {
    private final Connection connection;

    private View(Connection connection) {
      this.connection = connection;
    }

    /** Parameters are texts, numbers, bytes, booleans, or collections of texts. */
    public <T> List<T> rows(String sql, Reading<T> reading, Object... parameters) {
      try (PreparedStatement select = prepared(sql, parameters);
          ResultSet row = select.executeQuery()) {
        List<T> rows = new ArrayList<>();
        while (row.next()) {
          rows.add(reading.of(row));
        }
        return rows;
      } catch (SQLException e) {
        throw new Failure("rows can't be read", e);
      }
    }

    /** The first row. */
    public <T> Optional<T> row(String sql, Reading<T> reading, Object... parameters) {
      return rows(sql, reading, parameters).stream().findFirst();
    }

    /** How many rows were changed. */
    public int change(String sql, Object... parameters) {
      try (PreparedStatement update = prepared(sql, parameters)) {
        return update.executeUpdate();
      } catch (SQLException e) {
        throw new Failure("rows can't be changed", e);
      }
    }

    private PreparedStatement prepared(String sql, Object... parameters) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(sql);
      for (int i = 0; i < parameters.length; i++) {
        if (parameters[i] instanceof Collection<?> texts) {
          statement.setArray(i + 1, connection.createArrayOf("text", texts.toArray()));
        } else if (parameters[i] instanceof byte[] bytes) {
          statement.setBytes(i + 1, bytes);
        } else {
          statement.setObject(i + 1, parameters[i]);
        }
      }
      return statement;
    }
  }

  /**
   * One transaction, committed when the work returns.
   *
   * @param gln of the organisation whose session asks
   */
  public <T> T as(String gln, Function<View, T> work) {
    return as(gln, List.of(), work);
  }

  /**
   * The same for a certifier.
   *
   * @param schemes whose certificates it may decide about; words, so without a comma
   */
  public <T> T as(String gln, Collection<String> schemes, Function<View, T> work) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        setting(connection, "sanchi.organisation", gln);
        setting(connection, "sanchi.schemes", String.join(",", schemes));
        T result = work.apply(new View(connection));
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new Failure("an organisation's rows can't be reached", e);
    }
  }

  // Ends with the transaction, so that no pooled connection keeps anybody's view
  private static void setting(Connection connection, String name, String value)
      throws SQLException {
    try (PreparedStatement set = connection.prepareStatement("select set_config(?, ?, true)")) {
      set.setString(1, name);
      set.setString(2, value);
      set.execute();
    }
  }
}
