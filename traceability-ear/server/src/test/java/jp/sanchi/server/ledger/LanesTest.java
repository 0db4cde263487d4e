package jp.sanchi.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final String GLN = "4569951000010";
  private static final List<Device> PHONES = IntStream.range(0, 6).mapToObj(i -> phone()).toList();

  @Test
  void work_on_different_lots_by_different_phones_goes_side_by_side() {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      events.add(weed(i, "L" + i));
    }

    assertThat(Lanes.of(events, 4, new ParsedEvents()))
        .hasSize(4)
        .allMatch(lane -> lane.size() <= 2);
    assertThat(Lanes.of(events, 1, new ParsedEvents())).containsExactly(List.of(0, 1, 2, 3, 4, 5));
  }

  @Test
  void a_phone_that_is_enrolled_first_stays_behind_its_enrolment() {
    Device fresh = phone();
    Device browser = phone();
    List<String> events =
        List.of(
            weed(0, "A"),
            browser.sign(fresh.enrolment(false)),
            weed(1, "B"),
            fresh.sign(Draft.of("weeding").lots(link("C"))));

    assertThat(Lanes.of(events, 4, new ParsedEvents()))
        .anySatisfy(lane -> assertThat(lane).containsExactly(1, 3));
  }

  @Test
  void what_is_no_event_goes_anywhere_but_goes() {
    assertThat(Lanes.of(List.of("x", weed(0, "A"), "y"), 3, new ParsedEvents()))
        .flatExtracting(lane -> lane)
        .containsExactlyInAnyOrder(0, 1, 2);
  }

  @Property(tries = 60)
  void what_has_to_do_with_one_another_stays_in_one_lane_in_its_order(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 35) Integer> who,
      @ForAll @IntRange(min = 1, max = 5) int most) {
    // Phone and lot from one number: six phones, six lots
    List<String> events = new ArrayList<>();
    for (int one : who) {
      events.add(weed(one % 6, "L" + one / 6));
    }

    List<List<Integer>> lanes = Lanes.of(events, most, new ParsedEvents());

    assertThat(lanes).hasSizeLessThanOrEqualTo(most);
    Map<Integer, Integer> laneOf = new HashMap<>();
    for (int lane = 0; lane < lanes.size(); lane++) {
      assertThat(lanes.get(lane)).isSorted();
      for (int index : lanes.get(lane)) {
        assertThat(laneOf.put(index, lane)).isNull();
      }
    }
    assertThat(laneOf).hasSize(events.size());
    for (int i = 0; i < who.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (who.get(i) % 6 == who.get(j) % 6 || who.get(i) / 6 == who.get(j) / 6) {
          assertThat(laneOf.get(i)).isEqualTo(laneOf.get(j));
        }
      }
    }
  }

  private static String link(String lot) {
    return "https://id.gs1.org/01/04569951110016/10/" + lot;
  }

  private static Device phone() {
    return new Device("aya-2026", GLN, Clock.systemUTC());
  }

  private static String weed(int phone, String lot) {
    return PHONES.get(phone).sign(Draft.of("weeding").lots(link(lot)));
  }
}
