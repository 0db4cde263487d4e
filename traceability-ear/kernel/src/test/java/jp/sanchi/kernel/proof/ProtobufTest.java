package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProtobufTest {
  private static final Protobuf.Field[] FIELDS = {
    Protobuf.bytes(1), Protobuf.varint(2), Protobuf.message(20)
  };

  @Property
  void reads_what_was_written(
      @ForAll byte[] bytes, @ForAll long number, @ForAll byte[] subMessage) {
    byte[] wire = written(bytes, number, subMessage);
    Protobuf.Message message = Protobuf.read(wire, FIELDS);
    assertThat(message.bytes(1)).isEqualTo(bytes);
    assertThat(message.varint(2)).isEqualTo(number);
    assertThat(message.bytes(20)).isEqualTo(subMessage);
    assertThat(message.has(1)).isEqualTo(bytes.length > 0);
    assertThat(message.has(2)).isEqualTo(number != 0);
    assertThat(message.has(20)).isTrue();
  }

  // One message, one encoding: what is accepted must be what a writer would write.
  @Property
  void whatever_is_accepted_is_written_back_the_same(@ForAll byte[] wire) {
    Protobuf.Message message;
    try {
      message = Protobuf.read(wire, FIELDS);
    } catch (Malformed e) {
      assertThat(e.reason()).isEqualTo("bad_protobuf");
      return;
    }
    assertThat(
            written(
                message.bytes(1), message.varint(2), message.has(20) ? message.bytes(20) : null))
        .isEqualTo(wire);
  }

  @Test
  void every_flipped_bit_of_an_answer_changes_what_is_read_or_is_refused() {
    byte[] wire =
        Vector.of("protobuf.json")
            .filter(vector -> vector.name().equals("an endorsed answer as Go marshals it"))
            .findAny()
            .orElseThrow()
            .hex("endorsed");
    Map<String, Integer> refused = new TreeMap<>();
    for (int bit = 0; bit < 8 * wire.length; bit++) {
      byte[] flipped = wire.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        Endorsed.read(flipped);
      } catch (Malformed e) {
        refused.merge(e.reason(), 1, Integer::sum);
      }
    }
    // The rest differ in a value and fall to the signature.
    assertThat(refused).containsOnlyKeys("bad_protobuf");
  }

  private static byte[] written(byte[] bytes, long number, byte[] subMessage) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (bytes.length > 0) {
      varint(out, 1 << 3 | 2);
      varint(out, bytes.length);
      out.writeBytes(bytes);
    }
    if (number != 0) {
      varint(out, 2 << 3);
      varint(out, number);
    }
    if (subMessage != null) {
      varint(out, 20 << 3 | 2);
      varint(out, subMessage.length);
      out.writeBytes(subMessage);
    }
    return out.toByteArray();
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    while ((value & ~0x7fL) != 0) {
      out.write((int) (value & 0x7f | 0x80));
      value >>>= 7;
    }
    out.write((int) value);
  }
}
