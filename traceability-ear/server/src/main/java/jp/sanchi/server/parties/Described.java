package jp.sanchi.server.parties;

import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;

/**
 * A document in which somebody describes itself, a place or a product. Only its hash was signed:
 * what it holds is up to who uploaded it, and what can't be read is as good as not there.
 */
final class Described {
  private static final Json.Limits LIMITS = new Json.Limits(64 * 1024, 16);

  private Described() {}

  /** Null where there is none, or none that can be read. */
  static Json.Obj read(byte[] document) {
    try {
      return document != null && Json.parse(document, LIMITS) instanceof Json.Obj described
          ? described
          : null;
    } catch (MalformedEvent e) {
      // Who uploaded it let nobody read it
      return null;
    }
  }

  /** A member, if it is of that type; else JSON null. */
  static Json member(byte[] document, String name, Class<? extends Json> type) {
    Json.Obj described = read(document);
    return described != null && type.isInstance(described.get(name))
        ? described.get(name)
        : Json.Null.VALUE;
  }
}
