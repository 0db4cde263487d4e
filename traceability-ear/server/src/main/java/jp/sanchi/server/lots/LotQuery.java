package jp.sanchi.server.lots;

import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * One page of an office's list of lots. A page begins where another ended, by key and never by
 * counting rows, so any page of a million lots is one reach into an index of {@code lot_listed}.
 */
final class LotQuery {
  static final int PAGE = 50;

  /** Beyond it nobody counts: the screen says "and more". */
  static final int MOST_COUNTED = 10_000;

  private static final int MOST_NAMES = 200;
  private static final int LONGEST_SEARCH = 60;

  /** Trigrams need three characters; fewer are the beginning of a number. */
  private static final int TRIGRAM = 3;

  static final String WITHDRAWN = "withdrawn";
  private static final Set<String> STATES =
      Set.of(
          "registered", "growing", "harvested", "packed", "shipped", "gone", "recalled", WITHDRAWN);

  // Each product or place of the lots of an organisation, by one reach into the index for each
  private static final String DISTINCT =
      """
      with recursive each (gln, value) as (
        select s.gln, (select min(%1$s) from lot_listed r where r.gln = s.gln) from seen_as s
        union all
        select e.gln, (select min(%1$s) from lot_listed r where r.gln = e.gln and %1$s > e.value)
        from each e where e.value is not null)
      """;

  /** What the list is ordered by. */
  enum Sort {
    NEWEST("commissioned_at", true),
    OLDEST("commissioned_at", false),
    CHANGED("changed_at", true),
    NUMBER("number", false);

    private final String column;
    private final boolean descending;

    Sort(String column, boolean descending) {
      this.column = column;
      this.descending = descending;
    }

    static Sort of(String word) {
      for (Sort sort : values()) {
        if (sort.word().equals(word)) {
          return sort;
        }
      }
      throw Problem.of(Fault.PARAMETER_MALFORMED, "sort");
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Sort sort;
  private final boolean backwards;
  private final Object key;
  private final String subject;
  private final String q;
  private final StringBuilder filters = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  /**
   * Each may be null.
   *
   * @param after the cursor of the page before
   * @param before the cursor of the page after, or {@code end} for the last page
   */
  LotQuery(
      String state,
      String gtin,
      String place,
      String q,
      Long from,
      Long to,
      String sort,
      String after,
      String before) {
    if (state != null && !STATES.contains(state)) {
      throw Problem.of(Fault.PARAMETER_MALFORMED, "state");
    }
    if (q != null && q.length() > LONGEST_SEARCH) {
      throw Problem.of(Fault.PARAMETER_MALFORMED, "q");
    }
    this.sort = sort == null ? Sort.NEWEST : Sort.of(sort);
    this.q = q == null || q.isBlank() ? null : Normalizer.normalize(q, Form.NFKC).strip();
    backwards = before != null;
    String cursor = backwards ? before : after;
    if (cursor == null || cursor.equals("end") && backwards) {
      key = null;
      subject = null;
    } else {
      String[] parts = parts(cursor, backwards ? "before" : "after");
      key = this.sort == Sort.NUMBER ? parts[0] : number(parts[0], backwards ? "before" : "after");
      subject = parts[1];
    }
    // What did not happen is of no use on a list of work
    filter(state == null ? "r.state <> ?" : "r.state = ?", state == null ? WITHDRAWN : state);
    filter("r.gtin = ?", gtin);
    filter("r.place = ?", place);
    filter("r.commissioned_at >= ?", from == null ? null : new Timestamp(from));
    filter("r.commissioned_at < ?", to == null ? null : new Timestamp(to));
  }

  private void filter(String condition, Object value) {
    if (value != null) {
      filters.append(" and ").append(condition);
      parameters.add(value);
    }
  }

  /** The rows of the page, in its order, and whether there are more beyond it. */
  record Found<T>(List<T> rows, boolean more) {}

  /** Reads a page; the columns are those of {@code lot}, {@code lot_state} and the product. */
  <T> Found<T> page(Tenants.View view, Tenants.Reading<T> reading) {
    // The values decide which index is best
    view.row("select set_config('plan_cache_mode', 'force_custom_plan', true)", row -> 1);
    List<String> branches = new ArrayList<>();
    List<Object> all = new ArrayList<>();
    boolean descending = sort.descending != backwards;
    String order = descending ? " desc" : "";
    String found =
        "(select r.subject, r."
            + sort.column
            + " as key from lot_listed r where r.gln = s.gln"
            + filters
            + (key == null
                ? ""
                : " and (r."
                    + sort.column
                    + ", r.subject) "
                    + (descending ? "<" : ">")
                    + (sort == Sort.NUMBER || sort == Sort.CHANGED
                        ? " (?, ?)"
                        : " (?::timestamptz, ?)"));
    String end =
        " order by r." + sort.column + order + ", r.subject" + order + " limit " + (PAGE + 1) + ")";
    for (Branch branch : branches(view)) {
      branches.add(found + branch.condition + end);
      all.addAll(parameters);
      if (key != null) {
        all.add(key());
        all.add(subject);
      }
      all.addAll(branch.values);
    }
    if (branches.isEmpty()) {
      return new Found<>(List.of(), false);
    }
    // The list goes by bytes, the other tables by the database's collation: their keys need to hear
    // it
    String sql =
        """
        select l.*, st.stage, st.last_kind, st.last_time, d.body, w.body as place_body from (
          select distinct b.subject, b.key from seen_as s cross join lateral (
          %s
          ) b order by b.key%s, b.subject%s limit %d) f
        join lot l on l.subject = f.subject collate "default"
        left join lot_state st on st.subject = l.subject
        left join product p on p.gtin = l.gtin
        left join document d on d.hash = p.document
        left join place o on o.gln = l.place
        left join document w on w.hash = o.document
        order by f.key%s, f.subject%s
        """
            .formatted(String.join(" union all ", branches), order, order, PAGE + 1, order, order);
    List<T> rows = new ArrayList<>(view.rows(sql, reading, all.toArray()));
    boolean more = rows.size() > PAGE;
    if (more) {
      rows.remove(PAGE);
    }
    if (backwards) {
      Collections.reverse(rows);
    }
    return new Found<>(rows, more);
  }

  /** How many lots the filters leave, at most {@value #MOST_COUNTED}; null for a search. */
  Long count(Tenants.View view) {
    if (q != null) {
      return null;
    }
    return view.row(
            "select count(*) from (select distinct b.subject from seen_as s cross join lateral"
                + " (select r.subject from lot_listed r where r.gln = s.gln"
                + filters
                + " limit "
                + MOST_COUNTED
                + ") b limit "
                + MOST_COUNTED
                + ") counted",
            row -> row.getLong(1),
            parameters.toArray())
        .orElse(0L);
  }

  /** Where a page ends or begins: not a secret; what lies beyond is read through the same view. */
  String cursor(Timestamp commissionedAt, long changedAt, String lot, String subject) {
    String at =
        switch (sort) {
          case NEWEST, OLDEST -> Long.toString(commissionedAt.getTime());
          case CHANGED -> Long.toString(changedAt);
          case NUMBER -> lot.toUpperCase(Locale.ROOT);
        };
    return Base64Url.encode((at + " " + subject).getBytes(StandardCharsets.UTF_8));
  }

  boolean backwards() {
    return backwards;
  }

  /** Whether the page lies at an end of the list. */
  boolean fromEnd() {
    return key == null;
  }

  private record Branch(String condition, List<Object> values) {}

  /** One for each thing that a search may mean: each has its own index. */
  private List<Branch> branches(Tenants.View view) {
    if (q == null) {
      return List.of(new Branch("", List.of()));
    }
    List<Branch> branches = new ArrayList<>();
    String number = escaped(q.toUpperCase(Locale.ROOT)) + "%";
    branches.add(
        new Branch(" and r.number like ?", List.of(q.length() < TRIGRAM ? number : "%" + number)));
    List<String> gtins =
        named(
            view,
            "gtin",
            """
            left join product p on p.gtin = e.value collate "default"
            left join document d on d.hash = p.document
            """);
    if (!gtins.isEmpty()) {
      branches.add(new Branch(" and r.gtin = any(?)", List.of(gtins)));
    }
    List<String> places =
        named(
            view,
            "place",
            """
            left join place p on p.gln = e.value collate "default"
            left join document d on d.hash = p.document
            """);
    if (!places.isEmpty()) {
      branches.add(new Branch(" and r.place = any(?)", List.of(places)));
    }
    return branches;
  }

  private List<String> named(Tenants.View view, String column, String description) {
    return view.rows(
        DISTINCT.formatted(column)
            + "select distinct e.value from each e "
            + description
            + """
            where e.value like ? or normalize(
              (convert_from(d.body, 'UTF8')::jsonb -> 'name')::text, NFKC) ilike any(?)
            limit ?
            """,
        row -> row.getString(1),
        "%" + escaped(q) + "%",
        List.of("%" + escaped(q) + "%", "%" + escaped(hiragana(q)) + "%"),
        MOST_NAMES);
  }

  /** As names give their readings. */
  private static String hiragana(String text) {
    return text.codePoints()
        .map(kana -> kana >= 'ァ' && kana <= 'ヶ' ? kana - ('ァ' - 'ぁ') : kana)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private Object key() {
    return switch (sort) {
      case NEWEST, OLDEST -> new Timestamp((Long) key);
      case CHANGED, NUMBER -> key;
    };
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
  }

  private static String[] parts(String cursor, String parameter) {
    try {
      String[] parts = new String(Base64Url.decode(cursor), StandardCharsets.UTF_8).split(" ", 2);
      if (parts.length == 2) {
        return parts;
      }
    } catch (MalformedEvent e) {
      // Below
    }
    throw Problem.of(Fault.PARAMETER_MALFORMED, parameter);
  }

  private static Long number(String text, String parameter) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw Problem.of(Fault.PARAMETER_MALFORMED, parameter);
    }
  }
}
