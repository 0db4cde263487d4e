package jp.sanchi.server.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressAnswersTest {
  @ParameterizedTest
  @CsvSource(
      value = {
        "gzip| true",
        "gzip, deflate, br| true",
        "br;q=1.0, GZIP;q=0.5| true",
        "gzip;q=0| false",
        "gzip; q=0.0, br| false",
        "br| false",
        "''| false",
        "| false",
      },
      delimiter = '|')
  void asks_whether_the_reader_takes_gzip(String header, boolean takes) {
    assertThat(CompressAnswers.takesGzip(header)).isEqualTo(takes);
  }
}
