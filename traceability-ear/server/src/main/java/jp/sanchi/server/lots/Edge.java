package jp.sanchi.server.lots;

import java.sql.ResultSet;
import java.sql.SQLException;
import jp.sanchi.kernel.event.Json;

/**
 * A step from a lot or unit into another one or to an organisation.
 *
 * @param source subject
 * @param target subject
 * @param kind of the event that says so
 */
public record Edge(String source, String target, String kind) {
  /** Reads the columns source, target and kind, in this order. */
  public static Edge of(ResultSet row) throws SQLException {
    return new Edge(row.getString(1), row.getString(2), row.getString(3));
  }

  public Json json() {
    return Json.object("kind", kind, "source", source, "target", target);
  }
}
