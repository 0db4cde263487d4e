package jp.sanchi.kernel.proof;

/** By what a verifier knows that a statement is not an old one. */
public sealed interface Freshness {

  /**
   * The statement must answer this challenge.
   *
   * @param bytes 16 to 64 random bytes that the verifier has sent along
   */
  record Challenge(byte[] bytes) implements Freshness {}

  /**
   * The statement must be young.
   *
   * @param ageMs the most milliseconds that it may be old
   * @param nowMs the verifier's clock, in milliseconds since 1970
   */
  record MaxAge(long ageMs, long nowMs) implements Freshness {}

  /** Nothing is known: freshness is not checked. */
  record Unknown() implements Freshness {}
}
