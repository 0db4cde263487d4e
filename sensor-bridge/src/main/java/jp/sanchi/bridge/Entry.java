package jp.sanchi.bridge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jp.sanchi.kernel.proof.Reading;

/** What the journal holds, as its bytes: u8 type, then the fields in order. */
sealed interface Entry {
  byte[] bytes();

  /**
   * A reading that was taken.
   *
   * @param box the box's URI when it was taken
   */
  record Taken(String box, Reading reading) implements Entry {
    static final byte TYPE = 1;

    @Override
    public byte[] bytes() {
      byte[] leaf = reading.leaf();
      byte[] name = ascii(box);
      return ByteBuffer.allocate(2 + name.length + leaf.length)
          .put(TYPE)
          .put((byte) name.length)
          .put(name)
          .put(leaf)
          .array();
    }
  }

  /**
   * A window that was closed: all its readings stand before it.
   *
   * @param seq of the event's header
   * @param jws the signed event
   */
  record Closed(WindowId id, long seq, String jws) implements Entry {
    static final byte TYPE = 2;

    @Override
    public byte[] bytes() {
      return window(TYPE, id, 8 + jws.length()).putLong(seq).put(ascii(jws)).array();
    }
  }

  /** The server has the window's readings and its event. */
  record Delivered(WindowId id) implements Entry {
    static final byte TYPE = 3;

    @Override
    public byte[] bytes() {
      return window(TYPE, id, 0).array();
    }
  }

  /**
   * What is left of a delivered window.
   *
   * @param eventId for supplements to name
   */
  record Past(WindowId id, long seq, String eventId) implements Entry {
    static final byte TYPE = 4;

    @Override
    public byte[] bytes() {
      return window(TYPE, id, 8 + eventId.length()).putLong(seq).put(ascii(eventId)).array();
    }
  }

  /** What is left of delivered readings. */
  record Seen(String device, long first, long last) implements Entry {
    static final byte TYPE = 5;

    @Override
    public byte[] bytes() {
      byte[] name = ascii(device);
      return ByteBuffer.allocate(2 + name.length + 16)
          .put(TYPE)
          .put((byte) name.length)
          .put(name)
          .putLong(first)
          .putLong(last)
          .array();
    }
  }

  /** Bytes that the journal's checksum has found good. */
  static Entry read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte type = in.get();
    String name = text(in, in.get() & 0xff);
    switch (type) {
      case Taken.TYPE:
        byte[] leaf = new byte[in.remaining()];
        in.get(leaf);
        return new Taken(name, Reading.read(leaf));
      case Closed.TYPE:
        WindowId closed = window(name, in);
        long closedSeq = in.getLong();
        return new Closed(closed, closedSeq, text(in, in.remaining()));
      case Delivered.TYPE:
        return new Delivered(window(name, in));
      case Past.TYPE:
        WindowId past = window(name, in);
        long pastSeq = in.getLong();
        return new Past(past, pastSeq, text(in, in.remaining()));
      case Seen.TYPE:
        return new Seen(name, in.getLong(), in.getLong());
      default:
        throw new IllegalStateException("the journal is of a newer version: " + type);
    }
  }

  private static ByteBuffer window(byte type, WindowId id, int more) {
    byte[] name = ascii(id.device());
    return ByteBuffer.allocate(2 + name.length + 20 + more)
        .put(type)
        .put((byte) name.length)
        .put(name)
        .putLong(id.from())
        .putLong(id.to())
        .putInt(id.generation());
  }

  private static WindowId window(String device, ByteBuffer in) {
    return new WindowId(device, in.getLong(), in.getLong(), in.getInt());
  }

  private static String text(ByteBuffer in, int length) {
    byte[] text = new byte[length];
    in.get(text);
    return new String(text, StandardCharsets.US_ASCII);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
