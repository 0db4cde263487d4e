package jp.sanchi.bridge;

/** A message that does not become a reading; ordinary, so it carries no stack trace. */
final class RefusedReading extends Exception {
  private static final long serialVersionUID = 1L;

  private final Refusal refusal;

  RefusedReading(Refusal refusal) {
    super(refusal.word(), null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
