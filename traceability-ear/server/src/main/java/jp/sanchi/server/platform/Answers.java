package jp.sanchi.server.platform;

import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import jp.sanchi.kernel.event.Json;

/** Columns as members of an answer; NULL is null. */
public final class Answers {
  private Answers() {}

  public static Json text(String text) {
    return text == null ? Json.Null.VALUE : Json.of(text);
  }

  /** ms since 1970. */
  public static Json time(Timestamp time) {
    return time == null ? Json.Null.VALUE : Json.of(time.getTime());
  }

  public static Json date(Date date) {
    return date == null ? Json.Null.VALUE : Json.of(date.toString());
  }

  /** A whole number. */
  public static Json number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Json.Null.VALUE : Json.of(value);
  }
}
