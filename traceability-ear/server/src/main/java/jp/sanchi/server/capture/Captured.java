package jp.sanchi.server.capture;

import java.util.List;
import jp.sanchi.kernel.history.Refused;

/**
 * What became of a request's events.
 *
 * @param accepted ids, in the request's order; durable
 * @param receipt the server's signed promise to commit them, or null where there is none
 */
record Captured(List<String> accepted, List<At> refused, String receipt) {
  /**
   * One that was refused.
   *
   * @param index where it stood in the request, from 0
   */
  record At(int index, Refused refused) {}
}
