package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class X509Test {
  private final Vector vector =
      Vector.of("certificates.json")
          .filter(each -> each.name().equals("cryptogen's peer under its root"))
          .findAny()
          .orElseThrow();
  private final byte[] leaf = vector.base64("leaf");
  private final X509 root = X509.read(vector.base64List("roots").get(0));
  private final long at = vector.number("at");

  @Test
  void refuses_every_flipped_bit_of_a_certificate() {
    assertThat(X509.path(X509.read(leaf), List.of(), List.of(root), at)).isEqualTo(root);
    for (int bit = 0; bit < 8 * leaf.length; bit++) {
      byte[] flipped = leaf.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> X509.path(X509.read(flipped), List.of(), List.of(root), at))
          .as("bit %d", bit)
          .isInstanceOf(Malformed.class);
    }
  }

  @Test
  void refuses_every_truncation() {
    for (int length = 0; length < leaf.length; length++) {
      byte[] cut = Arrays.copyOf(leaf, length);
      assertThatThrownBy(() -> X509.read(cut)).hasMessage("bad_certificate");
    }
  }

  @Test
  void does_not_follow_the_array_it_was_read_from() {
    byte[] mine = leaf.clone();
    X509 certificate = X509.read(mine);
    mine[200] ^= 1;
    certificate.der()[200] ^= 1;
    certificate.publicKey()[5] ^= 1;
    assertThat(certificate).isEqualTo(X509.read(leaf)).hasSameHashCodeAs(X509.read(leaf));
    assertThat(certificate.publicKey()).isEqualTo(X509.read(leaf).publicKey());
  }
}
