package jp.sanchi.kernel.proof;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A strict reader for protobuf messages in the one form that Go and Java write them. The protobuf
 * encoding lets a message be written in many ways; were they all accepted, a proof could be changed
 * without changing its meaning. So fields ascend by number, each stands at most once, varints are
 * minimal, only the fields that the caller names may appear, and a proto3 scalar never stands on
 * the wire with its default value (writers leave out zero and empty bytes or text; only a
 * sub-message may be present and empty). Every fault is {@link Malformed} {@code bad_protobuf}.
 */
final class Protobuf {
  private static final String BAD = "bad_protobuf";
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;

  private enum Kind {
    BYTES,
    TEXT,
    MESSAGE,
    NUMBER
  }

  /** A field that may appear: its number and what it holds. */
  record Field(int number, Kind kind) {}

  static Field bytes(int number) {
    return new Field(number, Kind.BYTES);
  }

  /** A {@code string}: its bytes must be UTF-8. */
  static Field text(int number) {
    return new Field(number, Kind.TEXT);
  }

  /** A sub-message, which unlike bytes and text may be present and empty. */
  static Field message(int number) {
    return new Field(number, Kind.MESSAGE);
  }

  static Field varint(int number) {
    return new Field(number, Kind.NUMBER);
  }

  /** The fields of one message; absent ones read as their proto3 default. */
  static final class Message {
    private final Map<Integer, byte[]> bytes = new HashMap<>();
    private final Map<Integer, Long> numbers = new HashMap<>();

    boolean has(int number) {
      return bytes.containsKey(number) || numbers.containsKey(number);
    }

    byte[] bytes(int number) {
      return bytes.getOrDefault(number, new byte[0]);
    }

    String text(int number) {
      return Utf8.text(bytes(number), BAD);
    }

    /** The 64 bits as they stand on the wire; a {@code uint64} above 2^63-1 shows as negative. */
    long varint(int number) {
      return numbers.getOrDefault(number, 0L);
    }

    /** An {@code int32} that must not be negative. */
    int count(int number) {
      long value = varint(number);
      if (value < 0 || value > Integer.MAX_VALUE) {
        throw new Malformed(BAD);
      }
      return (int) value;
    }
  }

  private final byte[] source;
  private int at;

  private Protobuf(byte[] source) {
    this.source = source;
  }

  static Message read(byte[] source, Field... allowed) {
    return new Protobuf(source).message(allowed);
  }

  private Message message(Field[] allowed) {
    Message message = new Message();
    long previous = 0;
    while (at < source.length) {
      long tag = varint();
      // Unsigned, so that a tag of 64 bits does not pass for a small negative number.
      long number = tag >>> 3;
      if (number <= previous) {
        throw new Malformed(BAD);
      }
      previous = number;
      Field field = find(allowed, number);
      if ((tag & 7) != (field.kind == Kind.NUMBER ? VARINT : LENGTH_DELIMITED)) {
        throw new Malformed(BAD);
      }
      if (field.kind == Kind.NUMBER) {
        long value = varint();
        if (value == 0) {
          throw new Malformed(BAD);
        }
        message.numbers.put(field.number, value);
      } else {
        byte[] value = delimited();
        if (value.length == 0 && field.kind != Kind.MESSAGE) {
          throw new Malformed(BAD);
        }
        if (field.kind == Kind.TEXT) {
          Utf8.text(value, BAD);
        }
        message.bytes.put(field.number, value);
      }
    }
    return message;
  }

  private static Field find(Field[] allowed, long number) {
    for (Field field : allowed) {
      if (field.number == number) {
        return field;
      }
    }
    throw new Malformed(BAD);
  }

  private byte[] delimited() {
    long length = varint();
    if (length < 0 || length > source.length - at) {
      throw new Malformed(BAD);
    }
    byte[] value = Arrays.copyOfRange(source, at, at + (int) length);
    at += (int) length;
    return value;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == source.length) {
        throw new Malformed(BAD);
      }
      int next = source[at++] & 0xff;
      // The tenth byte holds bit 63 alone.
      if (shift == 63 && next > 1) {
        throw new Malformed(BAD);
      }
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        // A last byte of zero adds nothing: the same number has a shorter form.
        if (next == 0 && shift > 0) {
          throw new Malformed(BAD);
        }
        return value;
      }
    }
    throw new Malformed(BAD);
  }
}
