package jp.sanchi.kernel.proof;

/**
 * Bytes that are not what they claim to be. The reason is one short {@code snake_case} word that
 * both verifiers and the shared vectors use, so it never changes once published. It carries no
 * stack trace: hostile input must not make refusing dearer than accepting.
 */
public final class Malformed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Malformed(String reason) {
    super(reason, null, false, false);
  }

  /** The reason code, for example {@code bad_der}. */
  public String reason() {
    return getMessage();
  }
}
