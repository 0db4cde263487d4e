package jp.sanchi.audit;

import java.io.Closeable;
import java.io.IOException;

/** Where blocks come from, from block 0 on. */
public interface BlockSource extends Closeable {
  /**
   * The next block: Fabric's {@code common.Block} in protobuf, or what is given out for it.
   *
   * @return null after the last
   */
  byte[] next() throws IOException;

  /** How many blocks there will be. */
  long count();

  /** For reports: what was read. */
  String name();

  @Override
  default void close() throws IOException {}
}
