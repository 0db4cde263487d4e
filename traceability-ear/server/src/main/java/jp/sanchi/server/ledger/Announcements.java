package jp.sanchi.server.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;

/** Hashes that events name and whose content may be uploaded afterwards. */
public final class Announcements {
  private final List<byte[]> hashes = new ArrayList<>();
  private final List<String> subjects = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();

  /** Whether an event of these subjects may be of a kind that announces something. */
  public static boolean mayAnnounce(List<String> subjects) {
    String first = subjects.get(0);
    return first.startsWith("run/")
        || first.startsWith("product/")
        || first.startsWith("place/")
        || first.startsWith("organisation/");
  }

  /** The root of a run of labels, or the hash of a description; other events announce nothing. */
  public void add(Jws jws) {
    switch (jws.payload().text("sanchi:kind")) {
      case "labels_printed" -> {
        TraceEvent event = TraceEvent.read(jws);
        add(event, "sanchi:root", (int) event.integer("sanchi:count"));
      }
      case "product_described", "place_described", "organisation_described" ->
          add(TraceEvent.read(jws), "sanchi:document", 0);
      default -> {
        // Most events
      }
    }
  }

  private void add(TraceEvent event, String member, int size) {
    hashes.add(Base64Url.decode(event.text(member)));
    subjects.add(event.subjects().get(0));
    sizes.add(size);
  }

  /** Sets three array parameters: hashes, subjects, sizes. */
  public void set(Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    statement.setArray(first, connection.createArrayOf("bytea", hashes.toArray(byte[][]::new)));
    statement.setArray(first + 1, connection.createArrayOf("text", subjects.toArray()));
    statement.setArray(first + 2, connection.createArrayOf("integer", sizes.toArray()));
  }

  public boolean isEmpty() {
    return hashes.isEmpty();
  }
}
