package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptTest {
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "-                                                        | false",
        "*/*                                                      | false",
        "text/html,application/xhtml+xml,application/xml;q=0.9    | false",
        "application/linkset+json                                 | true",
        "APPLICATION/LINKSET+JSON , */*;q=0.1                     | true",
        "application/json                                         | true",
        "text/html, application/linkset+json                      | false",
        "text/html;q=0.5, application/linkset+json                | true",
        "text/html, application/linkset+json;q=0.9                | false",
        "application/linkset+json;q=0                             | false",
        "text/plain                                               | false",
        ",;,q=                                                    | false",
      })
  void prefers_json_only_where_it_is_named_and_liked_best(String header, boolean json) {
    assertThat(Accept.prefersJson(header)).isEqualTo(json);
  }
}
