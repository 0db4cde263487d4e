package jp.sanchi.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadableAddressesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/api/trust?a=%zz",
        "/01/04569951110016/10/a%2Fb",
        "/%E5%AE%AE%E5%B4%8E",
        "/a%20b"
      })
  void lets_every_address_through_that_can_be_read(String address) {
    assertThat(ReadableAddresses.isReadable(address.split("\\?", 2)[0])).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%00", "/%zz", "/%", "/a%5Cb", "/%FF", "/%C0%80", "/%E5%AE"})
  void knows_addresses_that_payara_can_not_decode(String address) {
    assertThat(ReadableAddresses.isReadable(address)).isFalse();
  }
}
