package jp.sanchi.server.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;

/**
 * Keeps the offices' lists of lots: a row for each lot and each organisation that it concerns, as
 * the view {@code seen_lot} defines it, so that any page of a list is one reach into an index.
 */
final class ListedLots {
  // The lots themselves, those in a unit, and those in a unit within it
  private static final String LOTS =
      """
      with touched (subject) as (select distinct unnest(?::text[])),
      lots (subject) as (
        select subject from touched where subject like 'lot/%'
        union select f.source from touched t
          join flow f on f.target = t.subject and f.kind in ('packed', 'packed_lot')
        union select f.source from touched t
          join flow p on p.target = t.subject and p.kind = 'packed_unit'
          join flow f on f.target = p.source and f.kind in ('packed', 'packed_lot'))
      """;

  private final Connection connection;

  ListedLots(Connection connection) {
    this.connection = connection;
  }

  /**
   * Lists anew what these subjects have to do with.
   *
   * @param corrected whether an event about them no longer counts, so that rows may have to go
   */
  void refresh(Collection<String> subjects, boolean corrected) throws SQLException {
    if (corrected) {
      run(LOTS + "delete from lot_listed x using lots where x.subject = lots.subject", subjects);
    }
    run(
        LOTS
            + """
            update lot_stage s set moved_kind = m.kind, moved_time = m.event_time
            from lots l left join lateral (
              select m.kind, m.event_time from (
                select f.target as unit from flow f
                  where f.source = l.subject and f.kind in ('packed', 'packed_lot')
                union select p.target from flow f
                  join flow p on p.source = f.target and p.kind = 'packed_unit'
                  where f.source = l.subject and f.kind in ('packed', 'packed_lot')) u
              join flow m on m.source = u.unit and m.kind in ('shipped', 'received', 'returned')
              order by m.event_time desc, m.event_id limit 1) m on true
            where s.subject = l.subject
              and (s.moved_kind, s.moved_time) is distinct from (m.kind, m.event_time)
            """,
        subjects);
    run(
        LOTS
            + """
            , seen (subject, gln) as (
              select l.subject, c.gln from lots l join concern c on c.subject = l.subject
              union select l.subject, c.gln from lots l
                join flow f on f.source = l.subject and f.kind in ('packed', 'packed_lot')
                join concern c on c.subject = f.target
              union select l.subject, c.gln from lots l
                join flow f on f.source = l.subject and f.kind in ('packed', 'packed_lot')
                join flow p on p.source = f.target and p.kind = 'packed_unit'
                join concern c on c.subject = p.target)
            insert into lot_listed as old
              (gln, subject, gtin, number, place, state, commissioned_at, changed_at)
            select seen.gln, l.subject, l.gtin, upper(l.lot), l.place,
              case when l.recalled_since is not null then 'recalled'
                when l.withdrawn then 'withdrawn'
                else (array['registered', 'growing', 'harvested', 'packed', 'shipped', 'gone'])
                  [coalesce(s.stage, 0) + 1] end,
              l.commissioned_at,
              coalesce(s.last_time, (extract(epoch from l.commissioned_at) * 1000)::bigint)
            from seen join lot l on l.subject = seen.subject
            left join lot_state s on s.subject = l.subject
            where l.commissioned_at is not null
            on conflict (gln, subject) do update set
              place = excluded.place, state = excluded.state, changed_at = excluded.changed_at,
              commissioned_at = excluded.commissioned_at
            where (old.place, old.state, old.changed_at, old.commissioned_at)
              is distinct from
                (excluded.place, excluded.state, excluded.changed_at, excluded.commissioned_at)
            """,
        subjects);
  }

  /** Says to the offices that these subjects concern, and to these, that something has changed. */
  void announce(Collection<String> subjects, Collection<String> glns) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into office_change (gln, number)
            select gln, nextval('office_change_number') from (
              select gln from concern where subject = any(?)
              union select gln from certificate_party where 'certificate/' || gdti = any(?)
              union select unnest(?)
              order by gln) changed
            on conflict (gln) do update set number = excluded.number
            """)) {
      insert.setArray(1, connection.createArrayOf("text", subjects.toArray()));
      insert.setArray(2, connection.createArrayOf("text", subjects.toArray()));
      insert.setArray(3, connection.createArrayOf("text", glns.toArray()));
      insert.executeUpdate();
    }
  }

  private void run(String sql, Collection<String> subjects) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setArray(1, connection.createArrayOf("text", subjects.toArray()));
      statement.executeUpdate();
    }
  }
}
