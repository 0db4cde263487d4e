package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HomePageTest {
  @Test
  void links_only_to_codes_on_this_host() {
    String json =
        """
        {"packages": [
          {"name": {"en": "Salmon", "ja": "さけ"}, "path": "/01/07090014110027/21/A",
           "photo": "../01/x"},
          {"name": {"en": "x", "ja": "x"}, "path": "//evil.example/01/1"},
          {"name": {"en": "x", "ja": "x"}, "path": "javascript:alert(1)"},
          {"name": {"en": "x", "ja": "x"}, "path": "/01/\\\\evil.example"}]}""";

    assertThat(HomePage.samples(json.getBytes(StandardCharsets.UTF_8), "ja"))
        .containsExactly(new Pages.Sample("さけ", "/01/07090014110027/21/A", null));
  }

  @Test
  void claims_no_more_keepers_of_the_ledger_than_the_trust_list_names() throws IOException {
    byte[] several =
        Files.readAllBytes(
            Path.of("../traceability-ear/kernel/src/test/resources/vectors/bundles/trust.json"));
    String one =
        new String(several, StandardCharsets.UTF_8)
            .replaceAll("\"operator\":\"[^\"]*\"", "\"operator\":\"A\"");
    assertThat(HomePage.keeping(several)).isEqualTo("homeShared");
    assertThat(HomePage.keeping(one.getBytes(StandardCharsets.UTF_8))).isEqualTo("homeOneOperator");
    assertThat(HomePage.keeping(new byte[0])).isEqualTo("homeChained");
    assertThat(Words.JAPANESE.ui("homeOneOperator")).doesNotContain("いくつもの");
  }
}
