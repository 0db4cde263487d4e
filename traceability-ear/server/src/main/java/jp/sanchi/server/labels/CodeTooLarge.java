package jp.sanchi.server.labels;

import java.io.IOException;

/** A link that a format has no room for. */
final class CodeTooLarge extends IOException {
  private static final long serialVersionUID = 1L;

  CodeTooLarge() {
    super("the code's modules would be too small");
  }
}
