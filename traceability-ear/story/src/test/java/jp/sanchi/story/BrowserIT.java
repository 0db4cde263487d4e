package jp.sanchi.story;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Looks at the pages, works with the scanner and in the office in Chromium: the tests are {@code
 * web-ui/browser/*.test.mjs} and {@code mobile-scanner/browser/*.test.mjs}. Where there is no
 * Chromium they are skipped, except in CI ({@code CI=true}). Two at a time: people wait for cameras
 * and networks more than they compute, and the server that they share has many users anyway.
 */
@ExtendWith(RunningSanchi.class)
class BrowserIT {
  /** A new link takes the place of the one before: who uses one must not be overtaken. */
  private static final String FIRST_LINK = "the first administrator's link";

  private final RunningSanchi.Server sanchi;

  BrowserIT(RunningSanchi.Server sanchi) {
    this.sanchi = sanchi;
  }

  @Test
  @Execution(CONCURRENT)
  void pages_tell_only_what_the_browser_has_verified() throws Exception {
    run(InChromium.WEB_UI, "page", Map.of(), "browser/page.test.mjs", "browser/verify.test.mjs");
  }

  @Test
  @Execution(CONCURRENT)
  void every_lie_of_the_vectors_is_caught_on_the_page() throws Exception {
    run(InChromium.WEB_UI, "vectors", Map.of(), "browser/vectors.test.mjs");
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(FIRST_LINK)
  void an_office_works_from_the_first_link_to_a_recall() throws Exception {
    String link = InChromium.firstLink(sanchi);
    run(InChromium.WEB_UI, "console", Map.of("SANCHI_FIRST", link), "browser/console.test.mjs");
  }

  @Test
  @Execution(CONCURRENT)
  void a_phone_logs_by_hand_what_its_camera_sees() throws Exception {
    run(
        InChromium.SCANNER,
        "scanner",
        Map.of(),
        "browser/season.test.mjs",
        "browser/scan.test.mjs",
        "browser/goods.test.mjs");
  }

  @Test
  @Execution(CONCURRENT)
  void nothing_that_a_phone_saved_is_lost_or_doubled_by_clumsy_hands(@TempDir Path folder)
      throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Map<String, String> settings =
        Map.of("sanchi.port", Integer.toString(port), "sanchi.demonstration", "off");
    Path kill = folder.resolve("kill");
    try (var server = new Killed(folder, settings, kill)) {
      InChromium.run(
          server.first,
          folder.resolve("administrators"),
          InChromium.SCANNER,
          "clumsy",
          Map.of("SANCHI_KILL", kill.toString()),
          "browser/clumsy.test.mjs");
    }
  }

  /** A server that is killed with -9 and started again whenever a file appears. */
  private static final class Killed implements AutoCloseable {
    final RunningSanchi.Server first;
    private final Thread watch;
    private volatile RunningSanchi.Server server;
    private volatile boolean over;

    Killed(Path folder, Map<String, String> settings, Path kill) throws IOException {
      first = RunningSanchi.start(folder, settings);
      server = first;
      watch =
          new Thread(
              () -> {
                try {
                  while (!over) {
                    Thread.sleep(100);
                    if (Files.exists(kill)) {
                      server.process().destroyForcibly().waitFor();
                      server = RunningSanchi.start(folder, settings);
                      Files.delete(kill);
                    }
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              "killer");
      watch.start();
    }

    @Override
    public void close() throws IOException {
      over = true;
      try {
        watch.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      server.close();
    }
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(FIRST_LINK)
  void the_story_from_the_first_link_to_a_recall_is_lived_by_hand() throws Exception {
    InChromium.story(sanchi, sanchi.data().resolve("administrators"), "story");
  }

  private void run(Path module, String name, Map<String, String> environment, String... tests)
      throws Exception {
    InChromium.run(
        sanchi, sanchi.data().resolve("administrators"), module, name, environment, tests);
  }
}
