package jp.sanchi.server.recall;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/**
 * Recalls that are being decided. Two administrators' keys must agree where an organisation has
 * two, else one twice, two minutes apart: a recall is dear, and a slip of the finger must not make
 * one. Only then do the screens sign it. The ledger itself takes a recall by one key: whoever has
 * one and no console must not be kept from warning people.
 */
@Singleton
public class RecallPlans {
  /** Between the confirmations of who is alone. */
  static final Duration PAUSE = Duration.ofMinutes(2);

  private static final Json.Limits LIMITS = new Json.Limits(16 * 1024, 4);

  private final Tenants tenants;

  @Inject
  public RecallPlans(Tenants tenants) {
    this.tenants = tenants;
  }

  private record Confirmation(String kid, Timestamp at) {}

  private record Plan(String id, String body, String madeBy, Timestamp madeAt) {}

  /** Makes a plan, with its maker's confirmation. */
  String make(String gln, String kid, String id, Json.Obj body) {
    tenants.as(
        gln,
        view ->
            view.change(
                    "insert into recall_plan (organisation, id, body, made_by) values (?, ?, ?, ?)",
                    gln,
                    id,
                    body.canonicalText(),
                    kid)
                + confirm(view, gln, kid, id));
    return id;
  }

  /**
   * Open plans, newest first. One whose lots are all recalled is done, also where whoever signed it
   * lost the connection before saying so.
   */
  public List<Json> open(String gln) {
    return tenants.as(
        gln,
        view -> {
          long administrators = administrators(view);
          List<Json> plans = new ArrayList<>();
          for (Plan plan :
              view.rows(
                  """
                  select id, body, made_by, made_at from recall_plan
                  where ended_at is null order by made_at desc limit 100
                  """,
                  row ->
                      new Plan(
                          row.getString(1),
                          row.getString(2),
                          row.getString(3),
                          row.getTimestamp(4)))) {
            Json.Obj body =
                (Json.Obj) Json.parse(plan.body.getBytes(StandardCharsets.UTF_8), LIMITS);
            if (!inForce(view, body)) {
              plans.add(shown(view, plan, body, administrators));
            }
          }
          return plans;
        });
  }

  /** 404 if there is no such open plan of theirs; 409 if it is too early, or was done before. */
  void confirm(String gln, String kid, String id) {
    tenants.as(
        gln,
        view -> {
          required(view, id);
          List<Confirmation> before = confirmations(view, id);
          boolean alone = administrators(view) < 2;
          Optional<Confirmation> own =
              before.stream().filter(one -> one.kid.equals(kid)).findFirst();
          boolean tooEarly =
              own.isPresent()
                  && (!alone
                      || own.get().at.getTime() + PAUSE.toMillis() > System.currentTimeMillis());
          if (tooEarly) {
            throw Problem.of(Fault.CONFLICT);
          }
          return confirm(view, gln, kid, id);
        });
  }

  /** Signed, or given up. */
  void end(String gln, String id) {
    tenants.as(
        gln,
        view -> {
          required(view, id);
          return view.change("update recall_plan set ended_at = now() where id = ?", id);
        });
  }

  private static int confirm(Tenants.View view, String gln, String kid, String id) {
    return view.change(
        "insert into recall_confirmation (organisation, plan, kid) values (?, ?, ?)", gln, id, kid);
  }

  private static void required(Tenants.View view, String id) {
    if (view.row("select 1 from recall_plan where id = ? and ended_at is null", row -> 1, id)
        .isEmpty()) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }

  private static boolean inForce(Tenants.View view, Json.Obj body) {
    List<String> lots = new ArrayList<>();
    for (Json link : ((Json.Arr) body.get("lots")).items()) {
      DigitalLink lot = DigitalLink.parseCanonical(((Json.Text) link).value());
      lots.add(Subject.of(Subject.Kind.LOT, lot.value(), lot.lot()).text());
    }
    return view.row(
            "select count(*) from lot where recalled_since is not null and subject = any(?)",
            row -> row.getLong(1),
            lots)
        .filter(recalled -> recalled == lots.size())
        .isPresent();
  }

  private static long administrators(Tenants.View view) {
    return view.row(
            "select count(*) from seen_device where administrator and revoked_at is null",
            row -> row.getLong(1))
        .orElse(0L);
  }

  private static List<Confirmation> confirmations(Tenants.View view, String id) {
    return view.rows(
        "select kid, confirmed_at from recall_confirmation where plan = ? order by confirmed_at",
        row -> new Confirmation(row.getString(1), row.getTimestamp(2)),
        id);
  }

  private static Json shown(Tenants.View view, Plan plan, Json.Obj body, long administrators) {
    List<Confirmation> confirmations = confirmations(view, plan.id);
    boolean alone = administrators < 2;
    long keys = confirmations.stream().map(Confirmation::kid).distinct().count();
    boolean ready = keys >= 2 || (alone && confirmations.size() >= 2);
    Confirmation last = confirmations.get(confirmations.size() - 1);
    return Json.object(
        "alone",
        alone,
        "body",
        body,
        "confirmedBy",
        confirmations.stream().map(Confirmation::kid).distinct().toList(),
        "id",
        plan.id,
        "lastAt",
        last.at.getTime(),
        "madeAt",
        plan.madeAt.getTime(),
        "madeBy",
        plan.madeBy,
        "nextAt",
        alone && !ready ? Json.of(last.at.getTime() + PAUSE.toMillis()) : Json.Null.VALUE,
        "ready",
        ready);
  }
}
