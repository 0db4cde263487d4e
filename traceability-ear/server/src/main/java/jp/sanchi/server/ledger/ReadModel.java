package jp.sanchi.server.ledger;

import java.sql.Array;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Subject;

/**
 * Current rows of lots, parties, products, certificates, devices and runs of labels: what lists and
 * searches need. No verdict rests on them.
 */
final class ReadModel {
  private final Connection connection;
  private final Map<String, Lot> lots = new TreeMap<>();
  private final Map<String, Map<String, Integer>> counts = new TreeMap<>();

  private static final class Lot {
    private int events;
    private String commissioner;
    private Timestamp commissionedAt;
    private String place;
    private boolean withdrawn;
    private boolean anew;
    private boolean recallChanged;
    private Timestamp recalledSince;
  }

  ReadModel(Connection connection) {
    this.connection = connection;
  }

  void add(List<CommittedEvent> committed, List<TraceEvent> events) throws SQLException {
    for (int i = 0; i < events.size(); i++) {
      for (String subject : committed.get(i).subjects()) {
        count(subject);
      }
      if (events.get(i).row() == null) {
        continue;
      }
      if (events.get(i).declaresError()) {
        withdraw(events.get(i));
      } else {
        lots(committed.get(i), events.get(i));
      }
    }
    storeLots();
    storeCounts();
    for (int i = 0; i < events.size(); i++) {
      if (!events.get(i).declaresError()) {
        others(committed.get(i), events.get(i));
      }
    }
  }

  private void count(String subject) {
    String kind = subject.substring(0, subject.indexOf('/'));
    switch (kind) {
      case "lot" -> lots.computeIfAbsent(subject, none -> new Lot()).events++;
      case "organisation", "product", "place", "certificate" ->
          counts
              .computeIfAbsent(kind, none -> new TreeMap<>())
              .merge(Subject.parse(subject).value(), 1, Integer::sum);
      default -> {
        // No list of these is ever shown
      }
    }
  }

  private static List<String> commissioned(TraceEvent event) {
    return switch (event.kind()) {
      case "lot_commissioned" -> event.lots("quantityList");
      default -> event.lots("outputQuantityList");
    };
  }

  /** What came into being by an event did not, if that is declared an error. */
  private void withdraw(TraceEvent declaration) {
    for (String subject : commissioned(declaration)) {
      Lot lot = lots.get(subject);
      if (lot != null) {
        lot.withdrawn = true;
      }
    }
  }

  private void lots(CommittedEvent committed, TraceEvent event) {
    for (String subject : commissioned(event)) {
      Lot lot = lots.get(subject);
      if (lot != null && (lot.commissioner == null || lot.withdrawn)) {
        lot.anew = lot.withdrawn;
        lot.withdrawn = false;
        lot.commissioner = event.actor();
        lot.commissionedAt = new Timestamp(event.eventTime());
        lot.place =
            event.subjectsOf("readPoint").stream()
                .map(place -> Subject.parse(place).value())
                .findFirst()
                .orElse(null);
      }
    }
    if (event.kind().equals("recalled") || event.kind().equals("recall_ended")) {
      for (String subject : committed.subjects()) {
        Lot lot = lots.get(subject);
        if (lot != null) {
          lot.recallChanged = true;
          lot.recalledSince =
              event.kind().equals("recalled") ? new Timestamp(committed.recordTime()) : null;
        }
      }
    }
  }

  private void storeLots() throws SQLException {
    if (lots.isEmpty()) {
      return;
    }
    int n = lots.size();
    String[] subjects = lots.keySet().toArray(String[]::new);
    String[] gtins = new String[n];
    String[] names = new String[n];
    String[] commissioners = new String[n];
    Timestamp[] times = new Timestamp[n];
    String[] places = new String[n];
    Boolean[] changed = new Boolean[n];
    Timestamp[] recalls = new Timestamp[n];
    Boolean[] withdrawn = new Boolean[n];
    Boolean[] anew = new Boolean[n];
    Integer[] events = new Integer[n];
    for (int i = 0; i < n; i++) {
      Subject subject = Subject.parse(subjects[i]);
      Lot lot = lots.get(subjects[i]);
      gtins[i] = subject.values().get(0);
      names[i] = subject.values().get(1);
      commissioners[i] = lot.commissioner;
      times[i] = lot.commissionedAt;
      places[i] = lot.place;
      changed[i] = lot.recallChanged;
      recalls[i] = lot.recalledSince;
      withdrawn[i] = lot.withdrawn;
      anew[i] = lot.anew;
      events[i] = lot.events;
    }
    Array keys = array("text", subjects);
    run(
        """
        insert into lot as old (subject, gtin, lot, commissioner, commissioned_at, place, events)
        select * from unnest(?, ?, ?, ?, ?, ?, ?)
        on conflict (subject) do update set
          commissioner = coalesce(old.commissioner, excluded.commissioner),
          commissioned_at = coalesce(old.commissioned_at, excluded.commissioned_at),
          place = coalesce(old.place, excluded.place),
          events = old.events + excluded.events
        """,
        keys,
        array("text", gtins),
        array("text", names),
        array("text", commissioners),
        array("timestamptz", times),
        array("text", places),
        array("integer", events));
    run(
        """
        update lot set
          recalled_since = case when r.changed then r.since else lot.recalled_since end,
          withdrawn = r.withdrawn or (lot.withdrawn and r.commissioned_at is null),
          commissioned_at = coalesce(
            case when r.anew or lot.withdrawn then r.commissioned_at end, lot.commissioned_at),
          place = case when r.commissioned_at is not null and (r.anew or lot.withdrawn)
            then r.place else lot.place end
        from unnest(?, ?, ?, ?, ?, ?, ?)
          r (subject, changed, since, withdrawn, anew, commissioned_at, place)
        where lot.subject = r.subject
          and (r.changed or r.withdrawn or r.anew
            or (lot.withdrawn and r.commissioned_at is not null))
        """,
        keys,
        array("boolean", changed),
        array("timestamptz", recalls),
        array("boolean", withdrawn),
        array("boolean", anew),
        array("timestamptz", times),
        array("text", places));
  }

  private void storeCounts() throws SQLException {
    for (Map.Entry<String, Map<String, Integer>> kind : counts.entrySet()) {
      String sql =
          switch (kind.getKey()) {
            case "organisation" -> "insert into organisation as old (gln, events)";
            case "product" -> "insert into product as old (gtin, events)";
            case "place" -> "insert into place as old (gln, events)";
            default -> "insert into certificate as old (gdti, events, status)";
          };
      boolean certificate = kind.getKey().equals("certificate");
      run(
          sql
              + " select key, n"
              + (certificate ? ", 'applied'" : "")
              + " from unnest(?::text[], ?::integer[]) c (key, n) on conflict ("
              + (certificate ? "gdti" : kind.getKey().equals("product") ? "gtin" : "gln")
              + ") do update set events = old.events + excluded.events",
          array("text", kind.getValue().keySet().toArray()),
          array("integer", kind.getValue().values().toArray()));
    }
  }

  // Rare kinds, one statement each
  private void others(CommittedEvent committed, TraceEvent event) throws SQLException {
    switch (event.kind()) {
      case "organisation_admitted" ->
          update(
              "update organisation set member = coalesce(member, ?) where gln = ?",
              event.member(),
              event.text("sanchi:gln"));
      case "organisation_described" ->
          update(
              "update organisation set document = ? where gln = ?",
              document(event),
              event.organisation());
      case "product_described" ->
          update(
              "update product set document = ? where gtin = ?",
              document(event),
              event.text("sanchi:gtin"));
      case "place_described" ->
          update(
              "update place set document = ? where gln = ?",
              document(event),
              event.text("sanchi:place"));
      case "agent_appointed" ->
          update(
              "insert into agent (organisation, agent) values (?, ?) on conflict do nothing",
              event.organisation(),
              event.text("sanchi:agent"));
      case "agent_dismissed" ->
          update(
              "delete from agent where organisation = ? and agent = ?",
              event.organisation(),
              event.text("sanchi:agent"));
      case "device_enrolled" ->
          update(
              "insert into device (kid, organisation, administrator, enrolled_at)"
                  + " values (?, ?, ?, ?)",
              Subject.parse(committed.subjects().get(0)).value(),
              event.text("sanchi:gln"),
              event.payload().bool("sanchi:administrator"),
              committed.recordTime());
      case "device_revoked" ->
          update(
              "update device set revoked_at = coalesce(revoked_at, ?) where kid = ?",
              committed.recordTime(),
              event.text("sanchi:kid"));
      case "labels_printed" -> {
        Subject run = Subject.parse(committed.subjects().get(0));
        update(
            "insert into run (subject, gtin, run, printer, labels, root) values (?, ?, ?, ?, ?, ?)",
            run.text(),
            run.value(),
            run.values().get(1),
            event.actor(),
            (int) event.integer("sanchi:count"),
            Base64Url.decode(event.text("sanchi:root")));
      }
      case "certificate_applied" ->
          update(
              "update certificate set scheme = coalesce(scheme, ?) where gdti = ?",
              event.text("sanchi:scheme"),
              gdti(committed));
      case "certificate_granted" ->
          update(
              "update certificate set status = 'granted', scheme = ?, holder = ?,"
                  + " valid_from = coalesce(valid_from, ?), valid_to = ? where gdti = ?",
              event.text("sanchi:scheme"),
              event.text("sanchi:holder"),
              Date.valueOf(event.text("sanchi:validFrom")),
              Date.valueOf(event.text("sanchi:validTo")),
              gdti(committed));
      case "certificate_renewed" ->
          update(
              "update certificate set status = 'granted', valid_to = ? where gdti = ?",
              Date.valueOf(event.text("sanchi:validTo")),
              gdti(committed));
      case "certificate_refused", "certificate_suspended", "certificate_revoked" ->
          update(
              "update certificate set status = ? where gdti = ?",
              event.kind().substring("certificate_".length()),
              gdti(committed));
      default -> {
        // Seen in histories only
      }
    }
  }

  private static byte[] document(TraceEvent event) {
    return Base64Url.decode(event.text("sanchi:document"));
  }

  private static String gdti(CommittedEvent committed) {
    return Subject.parse(committed.subjects().get(0)).value();
  }

  private Array array(String type, Object[] values) throws SQLException {
    return connection.createArrayOf(type, values);
  }

  private void run(String sql, Array... arrays) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arrays.length; i++) {
        statement.setArray(i + 1, arrays[i]);
      }
      statement.executeUpdate();
    }
  }

  private void update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof byte[] bytes) {
          statement.setBytes(i + 1, bytes);
        } else if (values[i] == null) {
          statement.setNull(i + 1, Types.VARCHAR);
        } else {
          statement.setObject(i + 1, values[i]);
        }
      }
      statement.executeUpdate();
    }
  }
}
