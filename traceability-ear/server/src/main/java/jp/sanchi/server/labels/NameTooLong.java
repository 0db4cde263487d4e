package jp.sanchi.server.labels;

import java.io.IOException;

/** A product's name that a format has no room for, however small it is written. */
final class NameTooLong extends IOException {
  private static final long serialVersionUID = 1L;

  NameTooLong() {
    super("the product's name would be cut off");
  }
}
