package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstStartIT {
  @TempDir Path folder;

  @Test
  void who_names_no_folder_gets_the_demonstration_too() throws Exception {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path console = folder.resolve("console.log");
    Process sanchi =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Duser.home=" + folder,
                "-Dsanchi.port=" + port,
                "-jar",
                RunningSanchi.home().resolve("sanchi.jar").toString())
            .redirectErrorStream(true)
            .redirectOutput(console.toFile())
            .start();
    try {
      var said = new TreeSet<Integer>();
      while (!Files.readString(console).contains("Ctrl-C stops it")) {
        assertThat(sanchi.isAlive()).as(Files.readString(console)).isTrue();
        said.add(status(port));
        Thread.sleep(20);
      }
      assertThat(Files.readString(console)).contains("Organic komatsuna");
      assertThat(folder.resolve(".sanchi/administrators/GrowersMSP.pem")).exists();
      // Until the application is there, whoever comes is asked to come back
      assertThat(said).contains(503, 200).doesNotContain(404);
    } finally {
      sanchi.destroy();
      sanchi.waitFor(60, TimeUnit.SECONDS);
    }
  }

  private static int status(int port) throws InterruptedException {
    try {
      var answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/events"))
                      .POST(HttpRequest.BodyPublishers.ofString("[\"a\"]"))
                      .header("Content-Type", "application/json")
                      .build(),
                  BodyHandlers.ofString());
      if (answer.statusCode() == 503) {
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.body()).contains("\"reason\":\"unavailable\"");
      }
      return answer.statusCode() == 202 ? 200 : answer.statusCode();
    } catch (IOException e) {
      // Nobody listens yet
      return 0;
    }
  }

  @Test
  void the_embedded_ledger_says_in_one_sentence_why_it_is_not_for_production() throws Exception {
    assertThatThrownBy(
            () -> RunningSanchi.start(folder, Map.of("sanchi.profile", "production")).close())
        .hasMessageContaining("exit code 1");
    assertThat(Files.readAllLines(folder.resolve("console.log")).stream().skip(1))
        .singleElement()
        .asString()
        .contains("does not start with sanchi.profile=production");
  }
}
