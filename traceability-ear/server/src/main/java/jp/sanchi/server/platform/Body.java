package jp.sanchi.server.platform;

import java.io.IOException;
import java.io.InputStream;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;

/** Reads a request's body within a limit that does not trust Content-Length. */
public final class Body {
  /** A client that is still sending when the connection closes never reads why. */
  private static final int DRAINED = 32 << 20;

  private Body() {}

  /** At most {@code limit} bytes, else {@link Fault#BODY_TOO_LARGE}. */
  public static byte[] read(InputStream body, int limit) throws IOException {
    byte[] bytes = body.readNBytes(limit + 1);
    if (bytes.length > limit) {
      drain(body);
      throw Problem.of(Fault.BODY_TOO_LARGE);
    }
    return bytes;
  }

  private static void drain(InputStream body) throws IOException {
    byte[] dropped = new byte[64 * 1024];
    for (int left = DRAINED; left > 0; ) {
      int read = body.read(dropped);
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }

  /** One JSON value in any order and with any spaces; else 400 with the kernel's reason. */
  public static Json json(InputStream body, int limit, int depth) throws IOException {
    try {
      return Json.parse(read(body, limit), new Json.Limits(limit, depth));
    } catch (MalformedEvent malformed) {
      throw Problem.of(malformed);
    }
  }
}
