package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Looks at the pages, works with the scanner and in the office in Chromium: the tests are {@code
 * web-ui/browser/*.test.mjs} and {@code mobile-scanner/browser/*.test.mjs}. Where there is no
 * Chromium they are skipped, except in CI ({@code CI=true}).
 */
@ExtendWith(RunningSanchi.class)
class BrowserIT {
  private static final Path WEB_UI = module("web-ui");
  private static final Path SCANNER = module("mobile-scanner");

  private final RunningSanchi.Server sanchi;

  BrowserIT(RunningSanchi.Server sanchi) {
    this.sanchi = sanchi;
  }

  private static Path module(String name) {
    return Path.of("../../" + name).toAbsolutePath().normalize();
  }

  @Test
  void pages_tell_only_what_the_browser_has_verified() throws Exception {
    run(WEB_UI, "page", Map.of(), "browser/page.test.mjs", "browser/verify.test.mjs");
  }

  @Test
  void an_office_works_from_the_first_link_to_a_recall() throws Exception {
    Matcher link = Pattern.compile("console/#first=[A-Za-z0-9_-]+").matcher(sanchi.console());
    assertThat(link.find()).as("a link for the first administrator").isTrue();
    run(WEB_UI, "console", Map.of("SANCHI_FIRST", link.group()), "browser/console.test.mjs");
  }

  @Test
  void a_phone_logs_by_hand_what_its_camera_sees() throws Exception {
    run(SCANNER, "scanner", Map.of(), "browser/season.test.mjs", "browser/scan.test.mjs");
  }

  private void run(Path module, String name, Map<String, String> environment, String... tests)
      throws Exception {
    Optional<Path> chromium = chromium();
    if (chromium.isEmpty()) {
      assertThat(System.getenv("CI"))
          .as("Chromium is missing, and this is CI")
          .isNotEqualTo("true");
      System.err.println(
          "\n*** NO CHROMIUM: THE BROWSER TESTS ARE SKIPPED. Install it, or name it by CHROMIUM. ***\n");
      assumeTrue(false, "no Chromium");
    }
    Path report = Path.of("target/failsafe-reports/TEST-browser-" + name + ".xml").toAbsolutePath();
    Files.createDirectories(report.getParent());
    var command =
        new ArrayList<>(
            List.of(
                "node",
                "--no-warnings=ExperimentalWarning",
                "--test",
                "--test-reporter=spec",
                "--test-reporter-destination=stdout",
                "--test-reporter=junit",
                "--test-reporter-destination=" + report));
    command.addAll(List.of(tests));
    var node = new ProcessBuilder(command);
    node.directory(module.toFile()).redirectErrorStream(true);
    node.environment().put("SANCHI_ADDRESS", sanchi.address().toString());
    // The local members' administrators, whose half the tests play
    node.environment().put("SANCHI_DATA", sanchi.data().toString());
    node.environment().put("CHROMIUM", chromium.get().toString());
    node.environment().putAll(environment);

    Process running = node.start();
    running.getOutputStream().close();
    // Line by line: this JVM's own streams belong to the test runner
    try (BufferedReader lines = running.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(System.out::println);
    }
    assertThat(running.waitFor()).as("exit code of the browser tests").isZero();
  }

  private static Optional<Path> chromium() {
    String named = System.getenv("CHROMIUM");
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named));
    }
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name ->
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                    .filter(folder -> !folder.isEmpty())
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
