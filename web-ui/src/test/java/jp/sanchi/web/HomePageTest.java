package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HomePageTest {
  @Test
  void links_only_to_codes_on_this_host() {
    String json =
        """
        {"packages": [
          {"name": {"en": "Salmon", "ja": "さけ"}, "path": "/01/07090014110027/21/A"},
          {"name": {"en": "x", "ja": "x"}, "path": "//evil.example/01/1"},
          {"name": {"en": "x", "ja": "x"}, "path": "javascript:alert(1)"},
          {"name": {"en": "x", "ja": "x"}, "path": "/01/\\\\evil.example"}]}""";

    assertThat(HomePage.samples(json.getBytes(StandardCharsets.UTF_8), "ja"))
        .containsExactly(new Pages.Sample("さけ", "/01/07090014110027/21/A"));
  }
}
