package jp.sanchi.server.platform;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/**
 * How often one address may ask and one key may record. The defaults are far above what people do;
 * they stop a program that has gone wild. Each server counts for itself.
 *
 * <ul>
 *   <li>{@code sanchi.rate.requests} (100) requests a second and address, ten times that at once
 *   <li>{@code sanchi.rate.events} (5,000) events a second and key, ten times that at once
 *   <li>{@code sanchi.rate.forwarded} (false): the address is the last of {@code X-Forwarded-For},
 *       for a server behind a proxy of one's own
 *   <li>{@code sanchi.rate.loopback} (false): also limits this machine's own programs
 * </ul>
 */
@Singleton
public class RateLimits {
  private final boolean forwarded;
  private final boolean loopback;
  private final TokenBuckets byAddress;
  private final TokenBuckets byKey;

  @Inject
  RateLimits() {
    this(
        Settings.integer("sanchi.rate.requests", 100),
        Settings.integer("sanchi.rate.events", 5_000),
        Settings.flag("sanchi.rate.forwarded"),
        Settings.flag("sanchi.rate.loopback"));
  }

  /**
   * Limits of one's own.
   *
   * @param requests a second and address
   * @param events a second and key
   * @param forwarded whether the address is the last of {@code X-Forwarded-For}
   * @param loopback whether this machine is limited, too
   */
  public RateLimits(int requests, int events, boolean forwarded, boolean loopback) {
    this.forwarded = forwarded;
    this.loopback = loopback;
    this.byAddress = new TokenBuckets(requests, requests * 10.0);
    this.byKey = new TokenBuckets(events, events * 10.0);
  }

  void request(String remoteAddress, String forwardedFor) {
    String address = remoteAddress;
    if (forwarded && forwardedFor != null) {
      address = forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
    } else if (!loopback && isLoopback(remoteAddress)) {
      return;
    }
    int seconds = byAddress.take(address, 1, System.nanoTime());
    if (seconds > 0) {
      throw Problem.retry(Fault.RATE_LIMITED, seconds);
    }
  }

  /**
   * Before a key's events are looked at. A forged event costs its alleged signer nothing: only
   * {@link #recorded} takes.
   */
  public void mayRecord(String kid) {
    int seconds = byKey.ask(kid, System.nanoTime());
    if (seconds > 0) {
      throw Problem.retry(Fault.RATE_LIMITED, seconds);
    }
  }

  /** After a key's events were found good and new. */
  public void recorded(String kid, int count) {
    byKey.take(kid, count, System.nanoTime());
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("::1") || address.equals("0:0:0:0:0:0:0:1");
  }
}
