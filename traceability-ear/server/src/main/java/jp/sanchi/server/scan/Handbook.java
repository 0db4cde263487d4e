package jp.sanchi.server.scan;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.history.OrganisationRights;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Failure;

/**
 * What one organisation's phones know without asking: roles, names of products, places and
 * partners, the lots that are not finished or of the last weeks, and recalls.
 */
@Singleton
class Handbook {
  private static final int LOT_DAYS = 60;
  private static final int MOST = 500;

  private final DataSource database;
  private final Ledger ledger;
  private final CurrentState state;
  private final OrganisationNames names;
  private final Recalls recalls;

  @Inject
  Handbook(
      DataSource database,
      Ledger ledger,
      CurrentState state,
      OrganisationNames names,
      Recalls recalls) {
    this.database = database;
    this.ledger = ledger;
    this.state = state;
    this.names = names;
    this.recalls = recalls;
  }

  /** The same bytes as long as nothing in it has changed. */
  Json.Obj of(String gln) {
    List<String> represented =
        column("select organisation from agent where agent = ? order by 1", gln);
    Set<String> prefixes = new LinkedHashSet<>();
    List<String> everybody = new ArrayList<>(List.of(gln));
    everybody.addAll(represented);
    for (String party : everybody) {
      state.organisation(party).ifPresent(rights -> prefixes.addAll(rights.prefixes()));
    }
    OrganisationRights rights =
        state
            .organisation(gln)
            .orElse(new OrganisationRights("", List.of(), List.of(), List.of(), List.of()));
    return Json.object(
        "consortium",
        ledger.consortium(),
        "lots",
        lots(everybody),
        "organisation",
        organisation(gln)
            .with("accreditations", Json.array(rights.accreditations().toArray()))
            .with("roles", Json.array(rights.roles().toArray())),
        "partners",
        partners(gln),
        "places",
        places(prefixes),
        "products",
        products(prefixes),
        "recalls",
        new Json.Arr(recalls.concerning(everybody)),
        "represents",
        represented.stream().map(this::withRoles).toList());
  }

  private Json.Obj organisation(String gln) {
    return Json.object("gln", gln, "name", names.of(List.of(gln)).get(gln));
  }

  private Json.Obj withRoles(String gln) {
    List<String> roles = state.organisation(gln).map(OrganisationRights::roles).orElse(List.of());
    return organisation(gln).with("roles", Json.array(roles.toArray()));
  }

  /**
   * Of these commissioners, newest first: a fish grows for years, and what is finished is soon old.
   */
  private List<Json> lots(List<String> commissioners) {
    return rows(
        """
        select gtin, lot, commissioner, recalled_since from (
          (select l.subject, l.gtin, l.lot, l.commissioner, l.recalled_since, l.commissioned_at
            from lot_listed r join lot l on l.subject = r.subject collate "default"
            where r.gln = any(?) and l.commissioner = any(?)
              and r.state in ('registered', 'growing', 'harvested', 'recalled')
            order by r.commissioned_at desc, r.subject limit ?)
          union
          (select subject, gtin, lot, commissioner, recalled_since, commissioned_at from lot
            where commissioner = any(?) and not withdrawn
              and commissioned_at > date_trunc('day', now()) - ?::interval
            order by commissioned_at desc, subject limit ?)) known
        order by commissioned_at desc, subject
        """,
        select -> {
          Array glns = select.getConnection().createArrayOf("text", commissioners.toArray());
          select.setArray(1, glns);
          select.setArray(2, glns);
          select.setInt(3, MOST);
          select.setArray(4, glns);
          select.setString(5, LOT_DAYS + " days");
          select.setInt(6, MOST);
        },
        row ->
            Json.object(
                "commissioner",
                row.getString(3),
                "gtin",
                row.getString(1),
                "link",
                DigitalLink.lot(row.getString(1), row.getString(2)).canonical(),
                "lot",
                row.getString(2),
                "recalled",
                row.getTimestamp(4) != null));
  }

  /** Whom goods can be shipped to: every organisation that was admitted. */
  private List<Json> partners(String gln) {
    return rows(
        """
        select o.gln, d.body from organisation o left join document d on d.hash = o.document
        where o.member is not null and o.gln <> ? order by o.gln limit ?
        """,
        select -> {
          select.setString(1, gln);
          select.setInt(2, MOST);
        },
        row ->
            Json.object("gln", row.getString(1), "name", OrganisationNames.name(row.getBytes(2))));
  }

  private List<Json> places(Set<String> prefixes) {
    return rows(
        """
        select p.gln, d.body from place p left join document d on d.hash = p.document
        where exists (select from unnest(?) prefix where p.gln ^@ prefix) order by p.gln limit ?
        """,
        select -> {
          select.setArray(1, select.getConnection().createArrayOf("text", prefixes.toArray()));
          select.setInt(2, MOST);
        },
        row ->
            Json.object("gln", row.getString(1), "name", OrganisationNames.name(row.getBytes(2))));
  }

  private List<Json> products(Set<String> prefixes) {
    // A GTIN's company prefix stands behind its first digit
    return rows(
        """
        select p.gtin, d.body from product p left join document d on d.hash = p.document
        where exists (select from unnest(?) prefix where substr(p.gtin, 2) ^@ prefix)
        order by p.gtin limit ?
        """,
        select -> {
          select.setArray(1, select.getConnection().createArrayOf("text", prefixes.toArray()));
          select.setInt(2, MOST);
        },
        row ->
            Json.object("gtin", row.getString(1), "name", OrganisationNames.name(row.getBytes(2))));
  }

  private List<String> column(String sql, String value) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, value);
      List<String> found = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new Failure("the handbook can't be written", e);
    }
  }

  private interface Setting {
    void on(PreparedStatement statement) throws SQLException;
  }

  private interface Reading {
    Json of(ResultSet row) throws SQLException;
  }

  private List<Json> rows(String sql, Setting setting, Reading reading) {
    try (Connection connection = database.getConnection();
        PreparedStatement select = connection.prepareStatement(sql)) {
      setting.on(select);
      List<Json> found = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(reading.of(row));
        }
      }
      return found;
    } catch (SQLException e) {
      throw new Failure("the handbook can't be written", e);
    }
  }
}
