package jp.sanchi.audit;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

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

  /** Blocks that are at hand. */
  static BlockSource of(String name, List<byte[]> blocks) {
    Iterator<byte[]> next = blocks.iterator();
    return new BlockSource() {
      @Override
      public byte[] next() {
        return next.hasNext() ? next.next() : null;
      }

      @Override
      public long count() {
        return blocks.size();
      }

      @Override
      public String name() {
        return name;
      }
    };
  }
}
