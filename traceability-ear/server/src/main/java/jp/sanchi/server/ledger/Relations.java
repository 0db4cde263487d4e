package jp.sanchi.server.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Subject;

/**
 * Who is concerned by what, what went into what, and how far each lot is: what an office's lists
 * and a recall's tree need. No verdict rests on them.
 */
final class Relations {
  private static final Set<String> HARVESTS =
      Set.of("harvested", "slaughtered", "cooled", "graded");

  /** Members that name lots and units, whether or not the event is in their histories. */
  private static final List<String> ABOUT =
      List.of(
          "inputQuantityList",
          "outputQuantityList",
          "childQuantityList",
          "quantityList",
          "childEPCs",
          "parentID",
          "epcList",
          "sanchi:inputs");

  private static final Set<String> ENDS = Set.of("lot_destroyed", "lot_decommissioned");

  // Beyond 4, which says that goods have left: that is known by their units
  private static final int GONE = 5;

  private final Connection connection;
  private final ParsedEvents parsed;
  private final Rows concerns = new Rows(2);
  private final Rows certificateParties = new Rows(2);
  private final Rows flows = new Rows(6);
  private final Rows uses = new Rows(7);
  private final Rows loadings = new Rows(4);
  private final Set<String> touched = new TreeSet<>();
  private final Set<String> concerned = new TreeSet<>();
  private final List<byte[]> corrected = new ArrayList<>();
  private final TreeMap<String, Stage> stages = new TreeMap<>();
  private final TreeMap<String, Use> devices = new TreeMap<>();

  private record Stage(int stage, String kind, long time) {
    Stage and(Stage other) {
      Stage last = time > other.time ? this : other;
      return new Stage(Math.max(stage, other.stage), last.kind, last.time);
    }
  }

  /** The event that something went by. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Flowing(String kind, byte[] id, long recordTime, long eventTime) {}

  private record Use(int events, long seq, long time) {}

  /** Columns of rows that are inserted together. */
  private static final class Rows {
    private final List<List<Object>> columns = new ArrayList<>();
    private final Set<List<Object>> seen = new HashSet<>();

    Rows(int width) {
      for (int i = 0; i < width; i++) {
        columns.add(new ArrayList<>());
      }
    }

    void add(Object... values) {
      List<Object> key = new ArrayList<>();
      for (Object value : values) {
        key.add(value instanceof byte[] bytes ? Base64Url.encode(bytes) : value);
      }
      if (seen.add(key)) {
        for (int i = 0; i < values.length; i++) {
          columns.get(i).add(values[i]);
        }
      }
    }

    /** Bytes need an array of their own type: the driver takes no others. */
    Object[] column(int i, String type) {
      return type.equals("bytea")
          ? columns.get(i).toArray(byte[][]::new)
          : columns.get(i).toArray();
    }

    boolean isEmpty() {
      return seen.isEmpty();
    }
  }

  Relations(Connection connection, ParsedEvents parsed) {
    this.connection = connection;
    this.parsed = parsed;
  }

  void add(List<CommittedEvent> committed, List<TraceEvent> events) throws SQLException {
    for (int i = 0; i < events.size(); i++) {
      TraceEvent event = events.get(i);
      long recordTime = committed.get(i).recordTime();
      devices.merge(
          event.jws().kid(),
          new Use(1, event.jws().seq(), recordTime),
          (a, b) -> new Use(a.events + b.events, Math.max(a.seq, b.seq), Math.max(a.time, b.time)));
      touched.addAll(committed.get(i).subjects());
      concerned(committed.get(i).subjects(), event);
      if (event.row() == null) {
        continue;
      }
      for (String member : ABOUT) {
        touched.addAll(event.subjectsOf(member));
      }
      if (event.declaresError()) {
        corrected.add(Base64Url.decode(event.corrects()));
        continue;
      }
      concerns(committed.get(i).subjects(), event);
      if (!event.row().administration()) {
        flows(event, Base64Url.decode(event.id()), recordTime);
        stages(committed.get(i).subjects(), event);
      }
    }
    store();
  }

  private void concerned(List<String> subjects, TraceEvent event) {
    for (String gln :
        new String[] {event.organisation(), event.actor(), event.text("sanchi:gln")}) {
      if (gln != null) {
        concerned.add(gln);
      }
    }
    for (String subject : subjects) {
      if (subject.startsWith("organisation/")) {
        concerned.add(subject.substring("organisation/".length()));
      }
    }
  }

  private void concerns(List<String> subjects, TraceEvent event) {
    Set<String> parties = new TreeSet<>();
    for (String gln : new String[] {event.organisation(), event.actor(), holder(event)}) {
      if (gln != null) {
        parties.add(gln);
      }
    }
    parties.addAll(event.parties("destinationList"));
    Set<String> about = new TreeSet<>(subjects);
    about.addAll(event.lots("inputQuantityList"));
    about.addAll(event.lots("sanchi:inputs"));
    about.addAll(event.lots("childQuantityList"));
    for (String subject : about) {
      switch (subject.substring(0, subject.indexOf('/'))) {
        case "lot", "run", "sscc", "crate", "product", "place" ->
            parties.forEach(gln -> concerns.add(subject, gln));
        case "certificate" -> {
          String gdti = Subject.parse(subject).value();
          parties.forEach(gln -> certificateParties.add(gdti, gln));
        }
        default -> {
          // Nobody lists these by whom they concern
        }
      }
    }
  }

  private static String holder(TraceEvent event) {
    return event.kind().equals("certificate_granted") ? event.text("sanchi:holder") : null;
  }

  private void flows(TraceEvent event, byte[] id, long recordTime) {
    Flowing by = new Flowing(event.kind(), id, recordTime, event.eventTime());
    switch (event.kind()) {
      case "packed", "packed_lot" ->
          flow(event.lots("childQuantityList"), event.units("parentID"), by);
      case "packed_unit" -> flow(event.units("childEPCs"), event.units("parentID"), by);
      case "shipped", "returned" ->
          flow(event.units("epcList"), organisations(event.parties("destinationList")), by);
      case "loaded" -> {
        for (String unit : event.units("childEPCs")) {
          loadings.add(unit, event.text("parentID"), id, recordTime);
        }
      }
      case "received" -> flow(event.units("epcList"), organisations(List.of(event.actor())), by);
      default -> {
        flow(event.lots("inputQuantityList"), event.lots("outputQuantityList"), by);
        flow(event.lots("sanchi:inputs"), event.lots("quantityList"), by);
      }
    }
    labels(event, id);
  }

  private void flow(List<String> sources, List<String> targets, Flowing by) {
    for (String source : sources) {
      for (String target : targets) {
        flows.add(source, target, by.kind, by.id, by.recordTime, by.eventTime);
      }
    }
  }

  private static List<String> organisations(List<String> glns) {
    return glns.stream().map(gln -> "organisation/" + gln).toList();
  }

  private void labels(TraceEvent event, byte[] id) {
    switch (event.kind()) {
      case "labels_bound" -> {
        String lot = event.lots("quantityList").get(0);
        use(event, "sanchi:run", "bound", "sanchi:first", "sanchi:last", lot, id);
      }
      case "labels_voided" ->
          use(event, "sanchi:run", "voided", "sanchi:first", "sanchi:last", null, id);
      case "packages_relabelled" -> {
        String lot = event.lots("quantityList").get(0);
        use(event, "sanchi:run", "replaced", "sanchi:first", "sanchi:last", null, id);
        use(event, "sanchi:newRun", "bound", "sanchi:newFirst", "sanchi:newLast", lot, id);
      }
      case "packed" -> {
        String unit = event.units("parentID").get(0);
        event
            .labels("sanchi:packages")
            .forEach(
                labels ->
                    uses.add(
                        labels.run(), "packed", labels.first(), labels.last(), null, unit, id));
      }
      default -> {
        // Nothing about labels
      }
    }
  }

  private void use(
      TraceEvent event, String run, String use, String first, String last, String lot, byte[] id) {
    uses.add(
        event.subjectsOf(run).get(0),
        use,
        (int) event.integer(first),
        (int) event.integer(last),
        lot,
        null,
        id);
  }

  private void stages(List<String> subjects, TraceEvent event) {
    Set<String> lots = new TreeSet<>();
    subjects.stream().filter(subject -> subject.startsWith("lot/")).forEach(lots::add);
    if (event.kind().equals("labels_bound")) {
      lots.addAll(event.lots("quantityList"));
    }
    lots.forEach(lot -> stages.merge(lot, stage(event), Stage::and));
  }

  private static Stage stage(TraceEvent event) {
    String kind = event.kind();
    int stage =
        switch (kind) {
          case "lot_commissioned", "lot_inspected", "recalled", "recall_ended" -> 0;
          case "packed_lot", "labels_bound" -> 3;
          default -> {
            if (HARVESTS.contains(kind) || event.row().type().equals("TransformationEvent")) {
              yield 2;
            }
            yield ENDS.contains(kind) ? GONE : 1;
          }
        };
    return new Stage(stage, kind, event.eventTime());
  }

  /** After an error declaration: how far its lots are by what is left of their events. */
  private void judgeAgain() throws SQLException {
    List<String> lots = touched.stream().filter(subject -> subject.startsWith("lot/")).toList();
    if (lots.isEmpty()) {
      return;
    }
    stages.keySet().removeAll(lots);
    Set<String> ended = new HashSet<>();
    List<Map.Entry<String, TraceEvent>> all = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select h.subject, e.jws from history h join event e using (event_id)
              where h.subject = any(?)
            union all select u.lot, e.jws from run_use u join event e using (event_id)
              where u.lot = any(?) and e.kind = 'labels_bound'
            """)) {
      select.setArray(1, connection.createArrayOf("text", lots.toArray()));
      select.setArray(2, connection.createArrayOf("text", lots.toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          TraceEvent event = parsed.read(row.getString(2));
          if (event.declaresError()) {
            ended.add(event.corrects());
          } else if (event.row() != null) {
            all.add(Map.entry(row.getString(1), event));
          }
        }
      }
    }
    for (Map.Entry<String, TraceEvent> one : all) {
      if (!ended.contains(one.getValue().id())) {
        stages.merge(one.getKey(), stage(one.getValue()), Stage::and);
      }
    }
    try (PreparedStatement delete =
        connection.prepareStatement("delete from lot_stage where subject = any(?)")) {
      delete.setArray(1, connection.createArrayOf("text", lots.toArray()));
      delete.executeUpdate();
    }
  }

  private void store() throws SQLException {
    insert("insert into concern (subject, gln)", concerns, "do nothing", "text", "text");
    insert(
        "insert into certificate_party (gdti, gln)",
        certificateParties,
        "do nothing",
        "text",
        "text");
    insert(
        "insert into flow (source, target, kind, event_id, record_time, event_time)",
        flows,
        "do nothing",
        "text",
        "text",
        "text",
        "bytea",
        "bigint",
        "bigint");
    insert(
        "insert into run_use (run, use, first, last, lot, unit, event_id)",
        uses,
        "do nothing",
        "text",
        "text",
        "integer",
        "integer",
        "text",
        "text",
        "bytea");
    insert(
        "insert into loading (unit, box, event_id, record_time)",
        loadings,
        "do nothing",
        "text",
        "text",
        "bytea",
        "bigint");
    if (!corrected.isEmpty()) {
      for (String table : List.of("flow", "run_use", "loading")) {
        try (PreparedStatement delete =
            connection.prepareStatement("delete from " + table + " where event_id = any(?)")) {
          delete.setArray(1, connection.createArrayOf("bytea", corrected.toArray(byte[][]::new)));
          delete.executeUpdate();
        }
      }
      judgeAgain();
    }
    Rows stageRows = new Rows(4);
    stages.forEach((lot, of) -> stageRows.add(lot, of.stage, of.kind, of.time));
    insert(
        "insert into lot_stage as old (subject, stage, last_kind, last_time)",
        stageRows,
        """
        (subject) do update set
          stage = greatest(old.stage, excluded.stage),
          last_kind = case when excluded.last_time >= old.last_time
            then excluded.last_kind else old.last_kind end,
          last_time = greatest(old.last_time, excluded.last_time)
        """,
        "text",
        "integer",
        "text",
        "bigint");
    Rows deviceRows = new Rows(4);
    devices.forEach((kid, of) -> deviceRows.add(kid, of.events, of.seq, of.time));
    insert(
        "insert into device_use as old (kid, events, last_seq, last_time)",
        deviceRows,
        """
        (kid) do update set
          events = old.events + excluded.events,
          last_seq = greatest(old.last_seq, excluded.last_seq),
          last_time = greatest(old.last_time, excluded.last_time)
        """,
        "text",
        "integer",
        "bigint",
        "bigint");
    ListedLots listed = new ListedLots(connection);
    listed.refresh(touched, !corrected.isEmpty());
    listed.announce(touched, concerned);
  }

  private void insert(String into, Rows rows, String onConflict, String... types)
      throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    StringBuilder marks = new StringBuilder();
    for (String type : types) {
      marks.append(marks.length() == 0 ? "" : ", ").append("?::").append(type).append("[]");
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            into + " select * from unnest(" + marks + ") on conflict " + onConflict)) {
      for (int i = 0; i < types.length; i++) {
        insert.setArray(i + 1, connection.createArrayOf(types[i], rows.column(i, types[i])));
      }
      insert.executeUpdate();
    }
  }
}
