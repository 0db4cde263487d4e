package jp.sanchi.server.recall;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * Recalls that are only tried out: the same steps, timed, and nothing is signed. The result is what
 * a recall at that moment would have reached.
 */
@Singleton
public class Rehearsals {
  private static final String KEPT =
      """
      select id, gtin, lot, started_at, ended_at, result,
        (select i.name from invitation i where i.kid = made_by and i.organisation = viewer())
      from recall_rehearsal
      """;

  private static final int MOST = 100;
  private static final Json.Limits LIMITS = new Json.Limits(4 << 20, 8);

  private final Tenants tenants;
  private final Affected affected;

  @Inject
  public Rehearsals(Tenants tenants, Affected affected) {
    this.tenants = tenants;
    this.affected = affected;
  }

  /** Starts the clock; 403 or 404 for a lot that the organisation could not recall. */
  String begin(String gln, String kid, String lot) {
    affected.of(lot, gln);
    String id = UUID.randomUUID().toString();
    List<String> values = Subject.parse(lot).values();
    tenants.as(
        gln,
        view ->
            view.change(
                "insert into recall_rehearsal (organisation, id, gtin, lot, made_by)"
                    + " values (?, ?, ?, ?, ?)",
                gln,
                id,
                values.get(0),
                values.get(1),
                kid));
    return id;
  }

  /** Stops the clock and keeps what the recall would have reached; 404 where none is going on. */
  void end(String gln, String id) {
    String lot =
        tenants
            .as(
                gln,
                view ->
                    view.row(
                        "select gtin, lot from recall_rehearsal where id = ? and ended_at is null",
                        row ->
                            Subject.of(Subject.Kind.LOT, row.getString(1), row.getString(2)).text(),
                        id))
            .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
    Json.Obj reached = affected.of(lot, gln);
    tenants.as(
        gln,
        view ->
            view.change(
                "update recall_rehearsal set ended_at = now(), result = ? where id = ?",
                reached.canonicalText(),
                id));
  }

  /** Newest first, without what they reached but the counts. */
  List<Json> all(String gln) {
    return tenants.as(
        gln,
        view ->
            view.rows(KEPT + "order by started_at desc limit ?", row -> shown(row, false), MOST));
  }

  /** 404 if there is none of theirs. */
  Json one(String gln, String id) {
    return tenants
        .as(gln, view -> view.row(KEPT + "where id = ?", row -> shown(row, true), id))
        .orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
  }

  private static Json shown(ResultSet row, boolean whole) throws SQLException {
    String text = row.getString(6);
    Json.Obj result =
        text == null ? null : (Json.Obj) Json.parse(text.getBytes(StandardCharsets.UTF_8), LIMITS);
    Json.Obj shown =
        Json.object(
            "counts",
            result == null ? Json.Null.VALUE : result.get("counts"),
            "endedAt",
            Answers.time(row.getTimestamp(5)),
            "gtin",
            row.getString(2),
            "id",
            row.getString(1),
            "lot",
            row.getString(3),
            "madeBy",
            Answers.text(row.getString(7)),
            "startedAt",
            row.getTimestamp(4).getTime());
    return whole ? shown.with("reached", result == null ? Json.Null.VALUE : result) : shown;
  }
}
