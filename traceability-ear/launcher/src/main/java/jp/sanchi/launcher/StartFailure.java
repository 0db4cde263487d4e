package jp.sanchi.launcher;

/** Sanchi can't start, for a reason that one sentence tells; the user needs no stack trace. */
final class StartFailure extends Exception {
  private static final long serialVersionUID = 1;

  StartFailure(String sentence) {
    super(sentence);
  }

  StartFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
