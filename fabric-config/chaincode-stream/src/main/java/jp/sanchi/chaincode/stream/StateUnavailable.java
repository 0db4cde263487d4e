package jp.sanchi.chaincode.stream;

/**
 * The peer did not give or take state: it answered with an error, has abandoned the transaction, or
 * the stream has ended. The call can't succeed any more.
 */
public final class StateUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StateUnavailable(String message) {
    super(message);
  }
}
