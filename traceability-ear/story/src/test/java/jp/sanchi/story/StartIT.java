package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RunningSanchi.class)
class StartIT {
  private final RunningSanchi.Server sanchi;

  StartIT(RunningSanchi.Server sanchi) {
    this.sanchi = sanchi;
  }

  @Test
  void health_says_up_when_the_database_answers() throws Exception {
    var answer = get("api/health");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("UP");
  }

  @Test
  void the_home_page_links_to_the_verifier() throws Exception {
    assertThat(get("").body()).contains("/verify/");
    assertThat(get("verify/").statusCode()).isEqualTo(200);
  }

  @Test
  void the_console_tells_the_addresses_and_nothing_alarming() throws IOException {
    assertThat(sanchi.console())
        .contains("Home page", sanchi.address().toString(), "/verify/")
        .doesNotContain("Exception", "SEVERE");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(sanchi.address().resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
