package jp.sanchi.server.ledger;

/** The ledger did not answer. What was asked of it may have happened or not. */
public final class LedgerUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LedgerUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
