package jp.sanchi.chaincode.stream;

/**
 * A chaincode: answers calls.
 *
 * <p>Every peer that endorses a transaction calls on its own, and all must give the same answer and
 * the same writes: so nothing but the call may decide them, no clock, random number, locale or
 * order of a hash table.
 */
@FunctionalInterface
public interface Contract {
  /**
   * Answers one call. Calls come from several threads at a time. An exception is answered with
   * status 500, for this call only, and is logged; nothing is written then.
   */
  Response invoke(Call call);
}
