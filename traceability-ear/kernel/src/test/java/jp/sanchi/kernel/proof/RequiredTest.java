package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.history.Recorded;
import org.junit.jupiter.api.Test;

class RequiredTest {
  private final Stories.Komatsuna story = Stories.Komatsuna.whole();
  private final Start start = Start.of(DigitalLink.parse(story.url), World.CONSORTIUM);

  @Test
  void asks_for_the_start_and_the_consortium_first() {
    assertThat(Required.next(start, Map.of()))
        .containsExactlyInAnyOrder(
            "consortium/" + World.CONSORTIUM,
            start.subject().text(),
            "product/" + Stories.KOMATSUNA,
            "run/" + Stories.KOMATSUNA + "/" + Stories.RUN);
  }

  @Test
  void asks_until_nothing_is_new() {
    Map<String, List<Recorded>> known = new HashMap<>();
    int rounds = 0;
    for (SortedSet<String> next = Required.next(start, known);
        !next.isEmpty();
        next = Required.next(start, known)) {
      assertThat(known.keySet()).doesNotContainAnyElementsOf(next);
      next.forEach(s -> known.put(s, story.world.ledger.getOrDefault(s, List.of())));
      rounds++;
    }
    assertThat(rounds).isBetween(3, 10);
    assertThat(Required.of(start, known).histories().keySet())
        .isEqualTo(Required.of(start, story.world.ledger).subjects());
  }

  @Test
  void others_histories_change_nothing() {
    Map<String, List<Recorded>> more = new HashMap<>(story.world.ledger);
    more.put("lot/" + Stories.KOMATSUNA + "/OTHER", new ArrayList<>());
    assertThat(Required.of(start, more).subjects())
        .isEqualTo(Required.of(start, story.world.ledger).subjects());
  }

  @Test
  void follows_crate_to_pallet_to_box_day_and_no_further() {
    Required required = Required.of(start, story.world.ledger);
    assertThat(required.units())
        .containsExactly("crate/" + story.crate + "/2026-08-14", "sscc/" + story.pallet);
    assertThat(required.boxDays()).containsExactly("box/" + story.box + "/2026-08-15");
    assertThat(required.mainLots()).containsExactly("lot/" + Stories.KOMATSUNA + "/" + Stories.LOT);
  }

  @Test
  void needs_every_place_of_the_way() {
    assertThat(Required.of(start, story.world.ledger).subjects())
        .contains("place/" + story.place, "place/" + story.marketPlace, "place/" + story.shopPlace);
  }

  @Test
  void a_rivals_record_leads_to_no_place() {
    String elsewhere = World.gln("456995100099");
    story.world.log(
        story.world.organisation("456995100090", "carrier").administrator(),
        "received",
        "2026-08-15T22:00:00.000Z",
        "epcList",
        List.of(World.uri(Gs1.Key.SSCC, story.pallet)),
        "readPoint",
        World.place(elsewhere));
    assertThat(Required.of(start, story.world.ledger).subjects())
        .doesNotContain("place/" + elsewhere);
  }

  @Test
  void takes_packages_lots_and_units_only() {
    for (String url : List.of("/414/" + story.place, "/01/" + Stories.KOMATSUNA)) {
      assertThatThrownBy(() -> Start.of(DigitalLink.parse(url), World.CONSORTIUM))
          .hasMessage("subject_unsupported");
    }
  }
}
