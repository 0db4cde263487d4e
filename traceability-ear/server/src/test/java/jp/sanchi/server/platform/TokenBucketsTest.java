package jp.sanchi.server.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketsTest {
  private static final long SECOND = 1_000_000_000L;

  private final TokenBuckets buckets = new TokenBuckets(2, 10);

  @Test
  void lets_a_burst_through_and_then_the_steady_rate() {
    for (int i = 0; i < 10; i++) {
      assertThat(buckets.take("a", 1, 0)).isZero();
    }
    assertThat(buckets.take("a", 1, 0)).isEqualTo(1);
    assertThat(buckets.take("a", 1, SECOND)).isZero();
    assertThat(buckets.take("a", 1, SECOND)).isZero();
    assertThat(buckets.take("a", 1, SECOND)).isEqualTo(1);
  }

  @Test
  void makes_who_overdrew_wait_longer() {
    assertThat(buckets.take("a", 30, 0)).isZero();
    assertThat(buckets.take("a", 1, 0)).isEqualTo(11);
    assertThat(buckets.take("a", 1, 10 * SECOND)).isEqualTo(1);
    assertThat(buckets.take("a", 1, 11 * SECOND)).isZero();
  }

  @Test
  void counts_each_party_for_itself_and_takes_nothing_for_asking() {
    buckets.take("a", 10, 0);
    assertThat(buckets.ask("a", 0)).isPositive();
    for (int i = 0; i < 20; i++) {
      assertThat(buckets.ask("b", 0)).isZero();
    }
  }

  @Test
  void never_holds_more_than_a_burst() {
    buckets.take("a", 1, 0);
    buckets.take("a", 11, 1_000 * SECOND);
    assertThat(buckets.ask("a", 1_000 * SECOND)).isPositive();
  }
}
