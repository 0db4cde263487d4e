package jp.sanchi.network;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something that other processes do. */
final class Waiting {
  private static final Duration STEP = Duration.ofMillis(30);

  private Waiting() {}

  /** Whether the condition held within the time. */
  static boolean until(Duration atMost, BooleanSupplier condition) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      pause(STEP);
    }
    return true;
  }

  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetworkFailure("Interrupted.", e);
    }
  }
}
