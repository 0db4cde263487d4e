package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.history.Finding;
import org.junit.jupiter.api.Test;

/** Honest bundles of whole stories. */
class BundleVerifierTest {
  private static BundleVerifier.Result verify(World world, String url) {
    return BundleVerifier.verify(
        world.serve(url).bytes(),
        TrustRoots.read(world.trust().canonical()),
        DigitalLink.parse(url),
        new Freshness.Challenge(Served.CHALLENGE));
  }

  private static void assertPassed(Verdict verdict) {
    assertThat(verdict.result())
        .as(verdict.json().canonicalText())
        .isEqualTo(Verdict.Result.PASSED);
  }

  @Test
  void passes_the_smallest_package() {
    var story = new Stories.Smallest();
    Verdict verdict = verify(story.world, story.url).verdict();
    assertPassed(verdict);
    assertThat(verdict.findings()).extracting(Finding::code).containsExactly("carriage_not_known");
    assertThat(verdict.completeUpTo()).isEqualTo(story.farm.gln());
  }

  @Test
  void follows_komatsuna_from_field_to_shelf() {
    var story = Stories.Komatsuna.whole();
    Verdict verdict = verify(story.world, story.url).verdict();
    assertPassed(verdict);
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.completeUpTo()).isEqualTo(story.shop.gln());
  }

  @Test
  void follows_salmon_to_hatchery_and_feed() {
    var story = new Stories.Salmon();
    BundleVerifier.Result result = verify(story.world, story.url);
    assertPassed(result.verdict());
    assertThat(result.story().inputLots()).hasSize(3);
  }

  @Test
  void follows_twelve_growers_into_one_bag() {
    var story = new Stories.TwelveGrowers();
    BundleVerifier.Result result = verify(story.world, story.url);
    assertPassed(result.verdict());
    assertThat(result.story().inputLots()).hasSize(12);
  }
}
