package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the browser tests of a module, which are Node's, against a running server. */
final class InChromium {
  static final Path WEB_UI = module("web-ui");
  static final Path SCANNER = module("mobile-scanner");

  private InChromium() {}

  private static Path module(String name) {
    return Path.of("../../" + name).toAbsolutePath().normalize();
  }

  /**
   * Fails with them; skips where there is no Chromium, except in CI ({@code CI=true}).
   *
   * @param administrators the folder of the members' administrators' keys, whose half the tests
   *     play
   * @param name of the report
   */
  static void run(
      RunningSanchi.Server sanchi,
      Path administrators,
      Path module,
      String name,
      Map<String, String> environment,
      String... tests)
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
    node.environment().put("SANCHI_ADMINISTRATORS", administrators.toString());
    node.environment().put("CHROMIUM", chromium.get().toString());
    node.environment().putAll(environment);

    Process running = node.start();
    running.getOutputStream().close();
    // Line by line: this JVM's own streams belong to the test runner
    try (BufferedReader lines = running.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(line -> System.out.println(name + ": " + line));
    }
    assertThat(running.waitFor()).as("exit code of the browser tests").isZero();
  }

  /** The one story, which begins with a link of its own and starts a bridge of its own. */
  static void story(RunningSanchi.Server sanchi, Path administrators, String name)
      throws Exception {
    run(
        sanchi,
        administrators,
        SCANNER,
        name,
        Map.of(
            "SANCHI_FIRST",
            firstLink(sanchi),
            "SANCHI_DATA",
            sanchi.data().toString(),
            "SANCHI_HOME",
            RunningSanchi.home().toString(),
            "JAVA",
            Path.of(System.getProperty("java.home"), "bin", "java").toString()),
        "browser/story.test.mjs");
  }

  /**
   * The part of a first administrator's link behind the address. A fresh one: the server that tests
   * share said its own at the start, and each link takes the place of the one before.
   */
  static String firstLink(RunningSanchi.Server sanchi) throws IOException, InterruptedException {
    // It answers before it has said everything
    Instant patience = Instant.now().plusSeconds(20);
    while (link(sanchi.console()).isEmpty() && Instant.now().isBefore(patience)) {
      Thread.sleep(100);
    }
    assertThat(link(sanchi.console())).as("a link at the start").isPresent();
    return link(sanchi.first()).orElseThrow();
  }

  private static Optional<String> link(String said) {
    Matcher link = Pattern.compile("console/#first=[A-Za-z0-9_-]+").matcher(said);
    return link.find() ? Optional.of(link.group()) : Optional.empty();
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
