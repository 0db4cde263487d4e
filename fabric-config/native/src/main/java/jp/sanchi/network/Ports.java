package jp.sanchi.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.random.RandomGenerator;

/** TCP ports of 127.0.0.1. */
final class Ports {
  /** How many one network may use: ten a member. */
  static final int RANGE = 100;

  // Below those that systems give to outgoing connections, so that a restart finds them free
  private static final int FIRST = 10_000;
  private static final int LAST = 32_000;

  private Ports() {}

  /** Whether nobody listens there. */
  static boolean free(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether somebody accepts connections there. */
  static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** A base from which on a whole range is free. */
  static int freeBase(RandomGenerator random) {
    for (int attempt = 0; attempt < 200; attempt++) {
      int base = FIRST + 10 * random.nextInt((LAST - FIRST - RANGE) / 10);
      boolean free = true;
      for (int port = base; free && port < base + RANGE; port++) {
        free = free(port);
      }
      if (free) {
        return base;
      }
    }
    throw new NetworkFailure(
        "Found no %d free ports in a row: say --port-base N for a range that you know to be free."
            .formatted(RANGE));
  }
}
