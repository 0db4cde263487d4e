package jp.sanchi.audit;

import jp.sanchi.kernel.event.Json;

/**
 * One thing that is not as it must be.
 *
 * @param code what, as {@link Sentences} has words for it
 * @param block number of the block, counted by position in the chain; -1 for the ledger as a whole
 * @param part of the block, such as {@code header} or {@code data}
 * @param transaction number within the block, or -1
 * @param region where in the block's bytes the part stands; null where it can't be told
 * @param detail in plain English, for engineers
 */
public record Finding(
    String code, long block, String part, int transaction, Region region, String detail) {

  /**
   * Bytes of a block.
   *
   * @param from first
   * @param to behind the last
   */
  public record Region(int from, int to) {}

  Json.Obj json() {
    Json.Obj json =
        Json.object("block", block, "code", code, "detail", ascii(detail), "part", part);
    if (transaction >= 0) {
      json = json.with("transaction", Json.of(transaction));
    }
    return region == null
        ? json
        : json.with("bytes", Json.array((long) region.from(), (long) region.to()));
  }

  /** Details repeat what stands in blocks, which may be any text at all. */
  private static String ascii(String text) {
    return text.replaceAll("[^ -~]", "?");
  }
}
