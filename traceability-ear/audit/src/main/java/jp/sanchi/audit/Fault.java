package jp.sanchi.audit;

/** What is wrong with something; who catches it knows where it stands. */
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * A fault.
   *
   * @param code of {@link Finding}
   * @param detail in plain English, for engineers
   */
  Fault(String code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  String code() {
    return code;
  }

  String detail() {
    return getMessage();
  }
}
