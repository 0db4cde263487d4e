package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AssetsTest {
  @Test
  void finds_script_style_and_what_a_reader_of_the_language_needs() {
    String manifest =
        """
        {"_ask.js": {"file": "assets/a-1.js"},
         "src/page.css": {"file": "assets/s-2.css", "isEntry": true},
         "src/page/easy.ts": {"file": "assets/e-4.js"},
         "src/page/tongue.ts": {"file": "assets/t-7.js"},
         "src/shared/words/ja.json": {"file": "assets/ja-5.js"},
         "src/shared/words/easy.json": {"file": "assets/w-8.js"},
         "src/shared/words/en.json": {"file": "assets/en-6.js"},
         "src/page/page.ts": {"file": "assets/p-3.js", "imports": ["_ask.js"]}}""";

    Assets assets = Assets.read(manifest.getBytes(StandardCharsets.UTF_8));

    assertThat(assets.style()).isEqualTo("/assets/s-2.css");
    assertThat(assets.script()).isEqualTo("/assets/p-3.js");
    assertThat(assets.first()).containsExactly("/assets/a-1.js");
    assertThat(assets.preloads("en")).containsExactly("/assets/t-7.js", "/assets/en-6.js");
    assertThat(assets.preloads("easy")).containsExactly("/assets/e-4.js", "/assets/w-8.js");
  }

  @Test
  void finds_a_style_that_an_empty_script_names() {
    String manifest =
        """
        {"src/page.css": {"file": "assets/s-1.js", "css": ["assets/p-2.css"], "isEntry": true},
         "src/page/page.ts": {"file": "assets/p-3.js"}}""";

    assertThat(Assets.read(manifest.getBytes(StandardCharsets.UTF_8)).style())
        .isEqualTo("/assets/p-2.css");
  }
}
