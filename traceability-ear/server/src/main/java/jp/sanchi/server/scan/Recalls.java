package jp.sanchi.server.scan;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.bundles.Histories;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Failure;

/** Which recalls are in force over goods, who recalled them and where to call. */
@Singleton
class Recalls {
  /** Lots came out of lots: so far back it is looked. */
  private static final int GENERATIONS = 8;

  private static final int MOST = 50;

  private final DataSource database;
  private final Histories histories;
  private final OrganisationNames names;

  @Inject
  Recalls(DataSource database, Histories histories, OrganisationNames names) {
    this.database = database;
    this.histories = histories;
    this.names = names;
  }

  /**
   * Over these lots or over what went into them, oldest first.
   *
   * @param lots subjects
   */
  List<Json> of(Collection<String> lots) {
    return lots.isEmpty()
        ? List.of()
        : read(
            """
            with recursive made (subject, generation) as (
              select unnest(?), 0
              union select f.source, m.generation + 1 from made m
                join flow f on f.target = m.subject and f.source like 'lot/%'
                where m.generation < ?)
            select l.subject, l.gtin, l.lot, l.recalled_since, d.body from lot l
            left join product p on p.gtin = l.gtin
            left join document d on d.hash = p.document
            where l.recalled_since is not null and l.subject in (select subject from made)
            order by l.recalled_since, l.subject limit ?
            """,
            select -> {
              select.setArray(1, select.getConnection().createArrayOf("text", lots.toArray()));
              select.setInt(2, GENERATIONS);
              select.setInt(3, MOST);
            });
  }

  /** Over what concerns any of these organisations, newest first. */
  List<Json> concerning(Collection<String> glns) {
    return read(
        """
        select distinct l.subject, l.gtin, l.lot, l.recalled_since, d.body from lot_listed r
        join lot l on l.subject = r.subject collate "default"
        left join product p on p.gtin = l.gtin
        left join document d on d.hash = p.document
        where r.gln = any(?) and r.state = 'recalled' and l.recalled_since is not null
        order by l.recalled_since desc, l.subject limit ?
        """,
        select -> {
          select.setArray(1, select.getConnection().createArrayOf("text", glns.toArray()));
          select.setInt(2, MOST);
        });
  }

  private interface Setting {
    void on(PreparedStatement statement) throws SQLException;
  }

  private record Recalled(String subject, String gtin, String lot, long since, Json product) {}

  private List<Json> read(String sql, Setting setting) {
    List<Recalled> found = new ArrayList<>();
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      setting.on(select);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(
              new Recalled(
                  row.getString(1),
                  row.getString(2),
                  row.getString(3),
                  row.getTimestamp(4).getTime(),
                  OrganisationNames.name(row.getBytes(5))));
        }
      }
    } catch (SQLException e) {
      throw new Failure("recalls can't be read", e);
    }
    return shown(found);
  }

  private List<Json> shown(List<Recalled> found) {
    Map<String, TraceEvent> words = new TreeMap<>();
    histories
        .standings(found.stream().map(Recalled::subject).toList())
        .forEach(
            (subject, history) -> {
              for (Standing standing : history) {
                if (standing.live() && standing.is("recalled")) {
                  words.put(subject, standing.event());
                }
              }
            });
    List<String> recallers = words.values().stream().map(TraceEvent::actor).distinct().toList();
    Map<String, Json> called = names.of(recallers);
    Map<String, Json> reached = names.contacts(recallers);
    List<Json> shown = new ArrayList<>();
    for (Recalled one : found) {
      TraceEvent event = words.get(one.subject);
      String recaller = event == null ? null : event.actor();
      shown.add(
          Json.object(
              "contact",
              recaller == null ? Json.Null.VALUE : byLanguage(reached.get(recaller)),
              "link",
              DigitalLink.lot(one.gtin, one.lot).canonical(),
              "lot",
              Subject.parse(one.subject).values().get(1),
              "product",
              one.product,
              "reason",
              event == null ? Json.Null.VALUE : Json.of(event.text("sanchi:reason")),
              "recaller",
              OrganisationNames.shown(recaller, called),
              "since",
              one.since));
    }
    return shown;
  }

  /** Who wrote one text wrote it in Japanese. */
  private static Json byLanguage(Json contact) {
    return contact instanceof Json.Text ? Json.object("ja", contact) : contact;
  }
}
