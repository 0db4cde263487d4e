package jp.sanchi.server.scan;

import java.util.Collection;
import java.util.List;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Standing;
import jp.sanchi.server.platform.Answers;

/**
 * What a lot says of itself, so that phones neither ask for it again nor offer medicine for greens.
 *
 * @param goods what grows in soil or what swims; null where nothing tells
 * @param variety the last that was said; null for none
 * @param species the same
 * @param withdrawal the treatment after which the lot has to wait longest; null for none
 */
record LotFacts(
    String goods, boolean registered, String variety, String species, Withdrawal withdrawal) {
  /**
   * What must not be harvested yet.
   *
   * @param product the medicine
   * @param end the last day, {@code YYYY-MM-DD}
   */
  record Withdrawal(String product, String end) {}

  static final String PLANTS = "plants";
  static final String FISH = "fish";

  /**
   * @param history of the lot, whole
   * @param roles of who asks: what nobody has said follows from what they do
   */
  static LotFacts of(List<Standing> history, Collection<String> roles) {
    String goods = null;
    boolean registered = false;
    String variety = null;
    String species = null;
    Withdrawal withdrawal = null;
    for (Standing standing : history) {
      if (!standing.live() || standing.event().row() == null) {
        continue;
      }
      TraceEvent event = standing.event();
      registered |= standing.commissions();
      variety = said(event, "sanchi:variety", variety);
      species = said(event, "sanchi:species", species);
      if (standing.is("treatment")) {
        String end = event.text("sanchi:withdrawalEnd");
        if (withdrawal == null || end.compareTo(withdrawal.end) > 0) {
          withdrawal = new Withdrawal(event.text("sanchi:product"), end);
        }
      }
      if (goods == null) {
        goods = goodsOf(event.row().roles());
      }
    }
    if (goods == null && species != null) {
      goods = FISH;
    }
    if (goods == null && variety != null) {
      goods = PLANTS;
    }
    return new LotFacts(
        goods == null ? goodsOf(roles) : goods, registered, variety, species, withdrawal);
  }

  Json.Obj json() {
    return Json.object(
        "goods",
        Answers.text(goods),
        "registered",
        registered,
        "species",
        Answers.text(species),
        "variety",
        Answers.text(variety),
        "withdrawal",
        withdrawal == null
            ? Json.Null.VALUE
            : Json.object("end", withdrawal.end, "product", withdrawal.product));
  }

  private static String said(TraceEvent event, String member, String before) {
    return event.payload().get(member) instanceof Json.Text text ? text.value() : before;
  }

  /** Only growers sow, and only fishers stock. */
  private static String goodsOf(Collection<String> roles) {
    boolean grows = roles.contains("grower");
    boolean fishes = roles.contains("fisher");
    return grows == fishes ? null : grows ? PLANTS : FISH;
  }
}
