package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedLinkTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"/ARFKk4XB0CDKWcnpq", "/DBHKVAdpQgqrcwCBmQ", "/01/04569951110016/ARFKk4XB0CA"})
  void knows_a_packed_link(String path) {
    assertThat(CompressedLink.looksLike(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/favicon.ico",
        "/manifesting",
        "/nothing/here",
        "/01/04569951110016",
        "/01/04569951110016/10/A",
        "/AR"
      })
  void takes_no_other_address_for_one(String path) {
    assertThat(CompressedLink.looksLike(path)).isFalse();
  }
}
