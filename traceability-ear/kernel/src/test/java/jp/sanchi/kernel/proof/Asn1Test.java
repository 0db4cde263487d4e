package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class Asn1Test {
  @Property
  void reads_what_was_written(@ForAll BigInteger number, @ForAll byte[] octets) {
    byte[] der =
        Der.element(Asn1.SEQUENCE, Der.integer(number), Der.element(Asn1.OCTET_STRING, octets));
    Asn1 read = Asn1.read(der);
    assertThat(read.encoded()).isEqualTo(der);
    assertThat(read.children(Asn1.SEQUENCE).get(0).integer()).isEqualTo(number);
    assertThat(read.children(Asn1.SEQUENCE).get(1).octets()).isEqualTo(octets);
  }

  // The point of DER: one value, one encoding. What is accepted must be what a writer would write.
  @Property
  void whatever_is_accepted_is_written_back_the_same(@ForAll Random random) {
    byte[] der = nested(random, 3);
    int changes = random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      der[random.nextInt(der.length)] = (byte) random.nextInt(256);
    }
    Asn1 read;
    try {
      read = Asn1.read(der);
    } catch (Malformed e) {
      assertThat(e.reason()).isEqualTo("bad_der");
      return;
    }
    assertThat(rewritten(read)).isEqualTo(der);
  }

  @Property
  void every_truncation_is_refused(@ForAll Random random) {
    byte[] der = nested(random, 3);
    byte[] cut = Arrays.copyOf(der, random.nextInt(der.length));
    assertThatThrownBy(() -> Asn1.read(cut)).hasMessage("bad_der");
  }

  @Property
  void any_bytes_are_read_or_malformed(@ForAll byte[] bytes) {
    try {
      Asn1.read(bytes);
    } catch (Malformed e) {
      assertThat(e.reason()).isEqualTo("bad_der");
    }
  }

  private static byte[] rewritten(Asn1 element) {
    boolean constructed = (element.tag() & 0x20) != 0;
    return constructed
        ? Der.element(
            element.tag(),
            element.children(element.tag()).stream()
                .map(Asn1Test::rewritten)
                .toArray(byte[][]::new))
        : Der.element(element.tag(), element.content());
  }

  private static byte[] nested(Random random, int depth) {
    byte[][] parts = new byte[random.nextInt(4)][];
    for (int i = 0; i < parts.length; i++) {
      byte[] octets = new byte[random.nextInt(150)];
      random.nextBytes(octets);
      parts[i] =
          switch (random.nextInt(depth == 0 ? 2 : 3)) {
            case 0 -> Der.integer(new BigInteger(random.nextInt(300), random));
            case 1 -> Der.element(Asn1.OCTET_STRING, octets);
            default -> nested(random, depth - 1);
          };
    }
    return Der.element(random.nextBoolean() ? Asn1.SEQUENCE : 0xa0, parts);
  }
}
