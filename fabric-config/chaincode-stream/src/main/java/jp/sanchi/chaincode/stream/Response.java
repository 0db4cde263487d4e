package jp.sanchi.chaincode.stream;

/**
 * What a chaincode answers.
 *
 * @param status below 400: endorsed, and the call's writes with it; from 400: refused
 * @param message for whoever called; empty if there is nothing to say
 * @param payload the answer itself; empty if there is none
 */
public record Response(int status, String message, byte[] payload) {
  private static final byte[] NOTHING = {};
  private static final int REFUSED = 400;

  /** Status 200 with this payload. */
  public static Response ok(byte[] payload) {
    return new Response(200, "", payload);
  }

  /**
   * An answer that nobody endorses.
   *
   * @param status from 400 to 599; gateways give the client status and message
   */
  public static Response refused(int status, String message) {
    if (status < REFUSED) {
      throw new IllegalArgumentException(status + " is no status of a refusal");
    }
    return new Response(status, message, NOTHING);
  }

  boolean refused() {
    return status >= REFUSED;
  }
}
