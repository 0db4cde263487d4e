package jp.sanchi.server.labels;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class QrFamilyTest {
  private static final String BEGIN = "https://trace.example.jp/01/04569951110016/21/";

  @Property(tries = 300)
  void a_code_is_what_the_library_would_have_made_of_the_link(
      @ForAll @StringLength(20) @CharRange(from = '0', to = '9') @CharRange(from = 'A', to = 'Z')
          String one,
      @ForAll @StringLength(20) @CharRange(from = '0', to = '9') @CharRange(from = 'A', to = 'Z')
          String other) {
    QrCode quick = new QrFamily(BEGIN + one).of(BEGIN + other);

    QrCode whole = QrCode.of(BEGIN + other, quick.mask());
    assertThat(quick.size()).isEqualTo(whole.size());
    assertThat(quick.tiles()).isEqualTo(whole.tiles());
  }

  @Property(tries = 100)
  void a_link_of_another_length_or_of_other_letters_is_made_whole(
      @ForAll @StringLength(min = 1, max = 30) @Chars({'A', 'é', '産', '1'}) String tail) {
    QrCode made = new QrFamily(BEGIN + "K7Q200000000000000AA").of(BEGIN + tail);

    assertThat(made.tiles()).isEqualTo(QrCode.of(BEGIN + tail, made.mask()).tiles());
  }

  @Test
  void the_first_link_is_its_own_code() {
    QrFamily family = new QrFamily(BEGIN + "K7Q200000000000000AA");

    QrCode first = family.of(BEGIN + "K7Q200000000000000AA");

    assertThat(first.tiles()).isEqualTo(QrCode.of(BEGIN + "K7Q200000000000000AA", null).tiles());
  }
}
