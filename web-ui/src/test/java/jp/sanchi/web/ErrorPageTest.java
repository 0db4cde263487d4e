package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorPageTest {
  @ParameterizedTest
  @CsvSource({
    "/nothing/here, noPage",
    "/foo, noPage",
    "/01/, notFound",
    "/01/04569951110016/21/%00, notFound",
    "/error, notFound",
    "'', notFound",
    "/ARFKk4XB0CDKWcn, compressed"
  })
  void speaks_of_codes_only_where_the_address_may_be_one(String path, String what) {
    assertThat(ErrorPage.what(path)).isEqualTo(what);
  }
}
