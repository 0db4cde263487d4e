package jp.sanchi.network;

/** What the operator can mend: one sentence that says what is wrong and what to do. */
public final class NetworkFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NetworkFailure(String sentence) {
    super(sentence);
  }

  NetworkFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
