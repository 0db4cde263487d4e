package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import jp.sanchi.kernel.event.DigitalLink;
import org.junit.jupiter.api.Test;

/** Bytes that no server wrote. */
class FlippedBitsTest {
  private final Stories.Smallest story = new Stories.Smallest();
  private final byte[] bundle = story.world.serve(story.url).bytes();
  private final TrustRoots trust = TrustRoots.read(story.world.trust().canonical());
  private final DigitalLink url = DigitalLink.parse(story.url);

  private Verdict verify(byte[] bytes) {
    return BundleVerifier.verify(bytes, trust, url, new Freshness.Challenge(Served.CHALLENGE))
        .verdict();
  }

  @Test
  void no_flipped_bit_passes() {
    assertThat(verify(bundle).result()).isEqualTo(Verdict.Result.PASSED);
    List<Integer> passed =
        IntStream.range(0, 8 * bundle.length)
            .parallel()
            .filter(
                i -> {
                  byte[] flipped = bundle.clone();
                  flipped[i / 8] ^= (byte) (1 << i % 8);
                  return verify(flipped).result() == Verdict.Result.PASSED;
                })
            .boxed()
            .toList();
    assertThat(passed).isEmpty();
  }

  @Test
  void no_truncation_passes() {
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      byte[] cut = Arrays.copyOf(bundle, random.nextInt(bundle.length));
      assertThat(verify(cut).check("bundle").reason()).isEqualTo("bundle_malformed");
    }
  }

  @Test
  void any_bytes_are_a_malformed_bundle_and_no_exception() {
    Random random = new Random(8);
    for (int i = 0; i < 2000; i++) {
      byte[] noise = new byte[random.nextInt(400)];
      random.nextBytes(noise);
      if (i % 2 == 0) {
        for (int at = 0; at < noise.length; at++) {
          noise[at] = (byte) "{}[]\",:0123456789abnullevents".charAt((noise[at] & 0xff) % 29);
        }
      }
      assertThat(verify(noise).check("bundle").reason()).isEqualTo("bundle_malformed");
    }
  }

  @Test
  void nothing_that_happens_and_no_lie_makes_it_throw() {
    MutatedBundles mutated = new MutatedBundles();
    for (int world = 0; world < 20; world++) {
      for (MutatedBundles.Made made : mutated.ofWorld(world)) {
        assertThat(made.verdict().checks()).hasSize(13);
      }
    }
  }
}
