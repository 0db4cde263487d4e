package jp.sanchi.server.platform;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much each of many parties may still do: every party's bucket holds up to {@code burst} tokens
 * and is refilled at {@code perSecond}. Only the most recently seen parties are remembered; one
 * that is forgotten starts with a full bucket.
 */
final class TokenBuckets {
  private static final int REMEMBERED = 50_000;

  private final double perSecond;
  private final double burst;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > REMEMBERED;
        }
      };

  private static final class Bucket {
    private double tokens;
    private long filledAt;
  }

  TokenBuckets(double perSecond, double burst) {
    this.perSecond = perSecond;
    this.burst = burst;
  }

  /**
   * Takes the tokens if the party has any at all: a large request may overdraw a bucket, and its
   * sender then waits longer.
   *
   * @param nowNanos from {@link System#nanoTime()}
   * @return 0 if taken, else the seconds until it can be
   */
  synchronized int take(String party, int tokens, long nowNanos) {
    Bucket bucket = filled(party, nowNanos);
    if (bucket.tokens <= 0) {
      return wait(bucket);
    }
    bucket.tokens -= tokens;
    return 0;
  }

  /** 0 if the party may go on, else the seconds until it may. Takes nothing. */
  synchronized int ask(String party, long nowNanos) {
    Bucket bucket = filled(party, nowNanos);
    return bucket.tokens > 0 ? 0 : wait(bucket);
  }

  private int wait(Bucket bucket) {
    return (int) Math.min(3600, Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond)));
  }

  private Bucket filled(String party, long nowNanos) {
    Bucket bucket = buckets.get(party);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.tokens = burst;
      bucket.filledAt = nowNanos;
      buckets.put(party, bucket);
    } else if (nowNanos > bucket.filledAt) {
      double gained = (nowNanos - bucket.filledAt) / 1e9 * perSecond;
      bucket.tokens = Math.min(burst, bucket.tokens + gained);
      bucket.filledAt = nowNanos;
    }
    return bucket;
  }
}
