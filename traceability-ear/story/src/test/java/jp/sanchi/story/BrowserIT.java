package jp.sanchi.story;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Looks at the pages, works with the scanner and in the office in Chromium: the tests are {@code
 * web-ui/browser/*.test.mjs} and {@code mobile-scanner/browser/*.test.mjs}. Where there is no
 * Chromium they are skipped, except in CI ({@code CI=true}).
 */
@ExtendWith(RunningSanchi.class)
class BrowserIT {
  private final RunningSanchi.Server sanchi;

  BrowserIT(RunningSanchi.Server sanchi) {
    this.sanchi = sanchi;
  }

  @Test
  void pages_tell_only_what_the_browser_has_verified() throws Exception {
    run(InChromium.WEB_UI, "page", Map.of(), "browser/page.test.mjs", "browser/verify.test.mjs");
  }

  @Test
  void an_office_works_from_the_first_link_to_a_recall() throws Exception {
    String link = InChromium.firstLink(sanchi);
    run(InChromium.WEB_UI, "console", Map.of("SANCHI_FIRST", link), "browser/console.test.mjs");
  }

  @Test
  void a_phone_logs_by_hand_what_its_camera_sees() throws Exception {
    run(
        InChromium.SCANNER,
        "scanner",
        Map.of(),
        "browser/season.test.mjs",
        "browser/scan.test.mjs");
  }

  @Test
  void the_story_from_the_first_link_to_a_recall_is_lived_by_hand() throws Exception {
    InChromium.story(sanchi, sanchi.data().resolve("administrators"), "story");
  }

  private void run(Path module, String name, Map<String, String> environment, String... tests)
      throws Exception {
    InChromium.run(
        sanchi, sanchi.data().resolve("administrators"), module, name, environment, tests);
  }
}
