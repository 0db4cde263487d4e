package jp.sanchi.server.ledger;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.History;

/** Writes blocks into the projection's tables, within the caller's transaction. */
final class Projection {
  private final Connection connection;
  private final ParsedEvents parsed;

  Projection(Connection connection, ParsedEvents parsed) {
    this.connection = connection;
    this.parsed = parsed;
  }

  /** The blocks that follow the checkpoint. */
  void add(List<LedgerBlock> blocks) throws SQLException {
    List<CommittedEvent> events = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    for (LedgerBlock block : blocks) {
      for (CommittedEvent event : block.events()) {
        events.add(event);
        numbers.add(block.number());
      }
    }
    if (!events.isEmpty()) {
      List<TraceEvent> read = new ArrayList<>(events.size());
      events.forEach(event -> read.add(parsed.read(event.jws())));
      addEvents(events, read, numbers);
      addHistories(events);
      new ReadModel(connection).add(events, read);
      new Relations(connection, parsed).add(events, read);
      announce(read);
    }
    try (PreparedStatement update =
        connection.prepareStatement("update projection_checkpoint set block = ?")) {
      update.setLong(1, blocks.get(blocks.size() - 1).number());
      update.executeUpdate();
    }
  }

  private void addEvents(List<CommittedEvent> events, List<TraceEvent> read, List<Long> blocks)
      throws SQLException {
    int n = events.size();
    byte[][] ids = new byte[n][];
    String[] jws = new String[n];
    String[] kinds = new String[n];
    String[] kids = new String[n];
    Long[] times = new Long[n];
    for (int i = 0; i < n; i++) {
      ids[i] = Base64Url.decode(events.get(i).eventId());
      jws[i] = events.get(i).jws();
      kinds[i] = read.get(i).kind();
      kids[i] = read.get(i).jws().kid();
      times[i] = events.get(i).recordTime();
    }
    insert(
        "insert into event (event_id, jws, kind, block, record_time, kid)"
            + " select * from unnest(?, ?, ?, ?, ?, ?)",
        array("bytea", ids),
        array("text", jws),
        array("text", kinds),
        array("bigint", blocks.toArray()),
        array("bigint", times),
        array("text", kids));
  }

  private record Head(int n, byte[] hash) {}

  private void addHistories(List<CommittedEvent> events) throws SQLException {
    Map<String, Head> heads = heads(events);
    List<String> subjects = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    List<byte[]> ids = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    List<byte[]> hashes = new ArrayList<>();
    for (CommittedEvent event : events) {
      byte[] id = Base64Url.decode(event.eventId());
      for (String subject : event.subjects()) {
        Head before = heads.getOrDefault(subject, new Head(0, History.emptyHead()));
        int n = before.n() + 1;
        byte[] hash = History.head(subject, n, before.hash(), id, event.recordTime());
        heads.put(subject, new Head(n, hash));
        subjects.add(subject);
        numbers.add(n);
        ids.add(id);
        times.add(event.recordTime());
        hashes.add(hash);
      }
    }
    insert(
        "insert into history (subject, n, event_id, record_time, head)"
            + " select * from unnest(?, ?, ?, ?, ?)",
        array("text", subjects.toArray()),
        array("integer", numbers.toArray()),
        array("bytea", ids.toArray(byte[][]::new)),
        array("bigint", times.toArray()),
        array("bytea", hashes.toArray(byte[][]::new)));
  }

  private Map<String, Head> heads(List<CommittedEvent> events) throws SQLException {
    TreeSet<String> subjects = new TreeSet<>();
    events.forEach(event -> subjects.addAll(event.subjects()));
    // One index probe a subject, however long its history is
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select s, last.n, last.head from unnest(?::text[]) s
            cross join lateral
            (select n, head from history where subject = s order by n desc limit 1) last
            """)) {
      select.setArray(1, array("text", subjects.toArray()));
      try (ResultSet row = select.executeQuery()) {
        Map<String, Head> heads = new HashMap<>();
        while (row.next()) {
          heads.put(row.getString(1), new Head(row.getInt(2), row.getBytes(3)));
        }
        return heads;
      }
    }
  }

  // Events that another server of the consortium captured announce their uploads here
  private void announce(List<TraceEvent> events) throws SQLException {
    Announcements announced = new Announcements();
    events.forEach(event -> announced.add(event.jws()));
    if (!announced.isEmpty()) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "insert into announced (hash, subject, size)"
                  + " select * from unnest(?, ?, ?) on conflict do nothing")) {
        announced.set(connection, insert, 1);
        insert.executeUpdate();
      }
    }
  }

  private Array array(String type, Object[] values) throws SQLException {
    return connection.createArrayOf(type, values);
  }

  private void insert(String sql, Array... columns) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < columns.length; i++) {
        insert.setArray(i + 1, columns[i]);
      }
      insert.executeUpdate();
    }
  }
}
