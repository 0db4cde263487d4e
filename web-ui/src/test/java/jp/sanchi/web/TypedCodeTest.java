package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypedCodeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "4569951110016 /01/04569951110016",
        "４５６９９５１１１００１６ /01/04569951110016",
        "04569951110016 /01/04569951110016",
        "(01)04569951110016(10)AY1 /01/04569951110016/10/AY1",
        "123456789012345675 /00/123456789012345675",
        "00123456789012345675 /00/123456789012345675",
        "https://a.example/01/04569951110016/10/AY1?lang=en /01/04569951110016/10/AY1",
        "a.example/01/4569951110016/10/AY1 /01/04569951110016/10/AY1",
        "/01/04569951110016/21/2mmf00036b1dsew984hc /01/04569951110016/21/2MMF00036B1DSEW984HC",
        "/01/04569951110016/21/2MMFOOO36BLDSEW984HC /01/04569951110016/21/2MMF00036B1DSEW984HC",
        "/01/04901234567894/21/abc123 /01/04901234567894/21/abc123",
        "010456995111001621QZMZ0003H4YWEYA0PR98 /01/04569951110016/21/QZMZ0003H4YWEYA0PR98",
        "]Q3010456995111001621qzmz0003h4yweya0pr98 /01/04569951110016/21/QZMZ0003H4YWEYA0PR98",
        "0104569951110016 /01/04569951110016",
        "010456995111001610AY1 /01/04569951110016/10/AY1",
        "01045699511100161726120510AY1 /01/04569951110016/10/AY1",
        "010456995111001610AY121QZMZ0003H4YWEYA0PR98"
            + " /01/04569951110016/10/AY1/21/QZMZ0003H4YWEYA0PR98"
      })
  void leads_to_the_page_that_it_names(String typed, String path) {
    assertThat(TypedCode.path(typed)).isEqualTo(path);
  }

  @Test
  void forgives_spaces_and_hyphens() {
    assertThat(TypedCode.path(" 4569951 110016 ")).isEqualTo("/01/04569951110016");
    assertThat(TypedCode.path("456-9951-110016")).isEqualTo("/01/04569951110016");
    assertThat(TypedCode.shortCode("ｋ７ｑ２ー０ｍｘ４")).isEqualTo("K7Q2-0MX4");
    assertThat(TypedCode.shortCode("k7q2omx4")).isEqualTo("K7Q2-0MX4");
  }

  @Test
  void reads_a_serial_as_labels_have_it_and_in_groups() {
    String serial = "QZMZ0003H4YWEYA0PR98";
    assertThat(TypedCode.serial(serial)).isEqualTo(serial);
    assertThat(TypedCode.serial("qzmz 0oo3 h4yw-eya0 pr98")).isEqualTo(serial);
    assertThat(TypedCode.serial("ＱＺＭＺ０００３Ｈ４ＹＷＥＹＡ０ＰＲ９８")).isEqualTo(serial);
    assertThat(TypedCode.serial("QZMZ0003H4YWEYA0PR9")).isNull();
    assertThat(TypedCode.path("0104569951110016 21 QZMZ 0003 H4YW EYA0 PR98"))
        .isEqualTo("/01/04569951110016/21/" + serial);
  }

  @Test
  void takes_a_lots_number_with_or_without_its_word() {
    assertThat(TypedCode.lot("HO261125")).isEqualTo("HO261125");
    assertThat(TypedCode.lot("ロット ＨＯ２６１１２５")).isEqualTo("HO261125");
    assertThat(TypedCode.lot("ロット番号: K261127-02")).isEqualTo("K261127-02");
    assertThat(TypedCode.lot("Lot no. 7")).isEqualTo("7");
    assertThat(TypedCode.lot("小松菜")).isNull();
    assertThat(TypedCode.lot("a lot of words that are none")).isNull();
  }

  @Test
  void tells_other_sites_and_barcodes_with_a_slip_from_codes() {
    assertThat(TypedCode.site("https://www.Instagram.com/p/abc?x=1"))
        .isEqualTo("www.instagram.com");
    assertThat(TypedCode.site("example.com")).isEqualTo("example.com");
    assertThat(TypedCode.site("K7Q2-0MX4")).isNull();
    assertThat(TypedCode.site("HO.261125")).isNull();
    assertThat(TypedCode.isBarcode("4569951110017")).isTrue();
    assertThat(TypedCode.isBarcode("HO261125")).isFalse();
    assertThat(TypedCode.named("x".repeat(100))).hasSize(41).endsWith("…");
  }

  @Test
  void reads_a_query_as_utf_8_and_nothing_of_a_broken_one() {
    assertThat(CodePage.typed("lang=en&code=%EF%BC%94%EF%BC%95+6")).isEqualTo("４５ 6");
    assertThat(CodePage.typed("code=%E")).isNull();
    assertThat(CodePage.typed("lang=en")).isNull();
    assertThat(CodePage.typed(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "hello",
        "4569951110017",
        "https://a.example/",
        "https://a.example/about",
        "(01)04569951110016(10",
        "//evil.example/01/04569951110016",
        "javascript:alert(1)",
        "12345"
      })
  void names_no_page_where_it_is_none(String typed) {
    assertThat(TypedCode.path(typed))
        .satisfiesAnyOf(
            path -> assertThat(path).isNull(), path -> assertThat(path).startsWith("/01/"));
  }
}
