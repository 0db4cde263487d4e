package jp.sanchi.server.platform;

/** Something that should not fail did; carries the cause up to whoever answers or tries again. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Failure(String what, Throwable cause) {
    super(what, cause);
  }
}
