package jp.sanchi.bridge;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jp.sanchi.kernel.proof.Reading;

/** A window that the server does not have yet, wholly or in part. Guarded by its {@link Book}. */
final class Window {
  final WindowId id;
  final String box;
  final List<Reading> readings = new ArrayList<>();

  /** The journal's segments that hold something of it. */
  final Set<Long> segments = new HashSet<>();

  /** When it may be closed, ms since 1970. */
  long due;

  /** Null until it is closed. */
  String jws;

  /** That of {@link #jws}'s header. */
  long seq;

  /** Whether the server has receipted the event. The ledger may still refuse it. */
  boolean captured;

  /** Why the event was refused the last time; null if it was not. */
  String refused;

  /** How many of the readings are surely on the disk: the first ones while it is open. */
  int durable;

  /** How many of the readings the server has receipted. */
  int sent;

  Window(WindowId id, String box) {
    this.id = id;
    this.box = box;
  }
}
