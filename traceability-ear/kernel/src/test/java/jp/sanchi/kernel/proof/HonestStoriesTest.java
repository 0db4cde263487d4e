package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jp.sanchi.kernel.MapState;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Recorded;
import jp.sanchi.kernel.history.Rules;
import org.junit.jupiter.api.Test;

/** What the verifier calls honest, the ledger takes: with the same record times and heads. */
class HonestStoriesTest {
  @Test
  void the_smallest_package() {
    assertTaken(new Stories.Smallest().world, true);
  }

  @Test
  void komatsuna_from_field_to_shelf() {
    assertTaken(Stories.Komatsuna.whole().world, false);
  }

  @Test
  void salmon_with_hatchery_and_feed() {
    assertTaken(new Stories.Salmon().world, true);
  }

  @Test
  void twelve_growers_in_one_bag() {
    assertTaken(new Stories.TwelveGrowers().world, true);
  }

  /**
   * @param granting whether organisations get their number ranges here, where a story has left them
   *     out: a verifier doesn't ask for them
   */
  private static void assertTaken(World world, boolean granting) {
    MapState state = new MapState();
    for (Recorded recorded : world.all) {
      TraceEvent event = recorded.event();
      assertThat(append(state, event.jws().compact(), recorded.recordTime()))
          .as(event.kind())
          .isEqualTo(new Accepted(event.id(), recorded.recordTime(), false, event.subjects()));
      if (granting && event.kind().equals("organisation_admitted")) {
        String gln = event.text("sanchi:gln");
        for (String prefix : List.of("4569951", "700000")) {
          Json.Obj granted =
              world
                  .administration("range_granted", "sanchi:gln", gln, "sanchi:prefix", prefix)
                  .with("eventTime", event.payload().get("eventTime"));
          for (int member = 0; member < 2; member++) {
            assertThat(append(state, world.signed(member, granted), recorded.recordTime()))
                .isInstanceOf(Accepted.class);
          }
        }
      }
    }
    world.ledger.forEach(
        (subject, history) -> {
          if (!granting || !subject.startsWith("organisation/")) {
            assertThat(head(state, subject)).isEqualTo(Served.head(subject, history).hash());
          }
        });
  }

  private static Outcome append(MapState state, String jws, long recordTime) {
    return Rules.append(state, List.of(jws), recordTime).get(0);
  }

  private static byte[] head(MapState state, String subject) {
    byte[] stored = state.values.get("subject/" + subject);
    Json.Obj json = (Json.Obj) Json.parse(stored, new Json.Limits(1 << 20, 16));
    return Base64Url.decode(json.text("head"));
  }
}
