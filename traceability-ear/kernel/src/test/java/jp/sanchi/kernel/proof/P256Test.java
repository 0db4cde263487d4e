package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class P256Test {
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private final KeyPair pair = pair();
  private final byte[] point = point(pair);

  @Property(tries = 100)
  void a_signature_holds_in_both_forms(@ForAll byte[] message) throws Exception {
    byte[] raw = sign(message);
    assertThat(P256.verifyRaw(point, message, raw)).isTrue();
    assertThat(P256.verifyRaw(point, message, mirrored(raw))).isTrue();
    byte[] low = P256.lowS(raw) ? raw : mirrored(raw);
    assertThat(P256.verifyDer(point, message, Der.signature(low))).isTrue();
    assertThat(P256.verifyDer(point, message, Der.signature(mirrored(low)))).isFalse();
    assertThat(P256.verifyCertificate(point, message, Der.signature(mirrored(low)))).isTrue();
    assertThat(P256.rawOf(Der.signature(raw))).isEqualTo(raw);
  }

  @Test
  void refuses_every_flipped_bit_of_an_endorsement_signature() throws Exception {
    byte[] message = {1, 2, 3};
    byte[] raw = sign(message);
    byte[] der = Der.signature(P256.lowS(raw) ? raw : mirrored(raw));
    assertThat(P256.verifyDer(point, message, der)).isTrue();
    for (int bit = 0; bit < 8 * der.length; bit++) {
      assertThat(P256.verifyDer(point, message, flip(der, bit))).as("bit %d", bit).isFalse();
    }
    for (int bit = 0; bit < 8 * raw.length; bit++) {
      assertThat(P256.verifyRaw(point, message, flip(raw, bit))).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void refuses_every_flipped_bit_of_a_key() throws Exception {
    byte[] message = {1, 2, 3};
    byte[] raw = sign(message);
    for (int bit = 0; bit < 8 * point.length; bit++) {
      byte[] flipped = flip(point, bit);
      boolean holds;
      try {
        holds = P256.verifyRaw(flipped, message, raw);
      } catch (Malformed e) {
        assertThat(e.reason()).isEqualTo("bad_key");
        continue;
      }
      assertThat(holds).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void s_of_exactly_half_the_order_is_low_and_one_more_is_not() {
    BigInteger half = ORDER.shiftRight(1);
    assertThat(P256.lowS(raw(BigInteger.ONE, half))).isTrue();
    assertThat(P256.lowS(raw(BigInteger.ONE, half.add(BigInteger.ONE)))).isFalse();
  }

  @Test
  void a_cached_key_does_not_follow_the_array_it_came_from() throws Exception {
    byte[] message = {9};
    byte[] raw = sign(message);
    byte[] mine = point.clone();
    assertThat(P256.verifyRaw(mine, message, raw)).isTrue();
    Arrays.fill(mine, (byte) 0);
    assertThat(P256.verifyRaw(point, message, raw)).isTrue();
    assertThat(P256.publicKey(point)).isSameAs(P256.publicKey(point.clone()));
  }

  private byte[] sign(byte[] message) throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(pair.getPrivate());
    signature.update(message);
    return signature.sign();
  }

  private static byte[] mirrored(byte[] raw) {
    return raw(new BigInteger(1, raw, 0, 32), ORDER.subtract(new BigInteger(1, raw, 32, 32)));
  }

  private static byte[] raw(BigInteger r, BigInteger s) {
    byte[] raw = new byte[64];
    put(r, raw, 0);
    put(s, raw, 32);
    return raw;
  }

  private static void put(BigInteger number, byte[] to, int at) {
    byte[] bytes = number.toByteArray();
    int from = Math.max(0, bytes.length - 32);
    System.arraycopy(bytes, from, to, at + 32 - (bytes.length - from), bytes.length - from);
  }

  private static byte[] flip(byte[] bytes, int bit) {
    byte[] flipped = bytes.clone();
    flipped[bit / 8] ^= (byte) (1 << bit % 8);
    return flipped;
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] point(KeyPair pair) {
    ECPublicKey key = (ECPublicKey) pair.getPublic();
    byte[] point = new byte[65];
    point[0] = 4;
    put(key.getW().getAffineX(), point, 1);
    put(key.getW().getAffineY(), point, 33);
    return point;
  }
}
