package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityHeadersTest {
  private static final Pattern CONNECT = Pattern.compile("connect-src ([^;\"]*)");

  private static String connect(String policy) {
    var found = CONNECT.matcher(policy);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/verify/", "/verify/index.html"})
  void lets_the_verifier_ask_what_its_own_page_says(String path) throws IOException {
    String page = Files.readString(Path.of("verify/index.html"));
    assertThat(connect(SecurityHeaders.policyFor(path)))
        .isEqualTo(connect(page))
        .isEqualTo("'self' https: http://localhost:*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/01",
        "/console/",
        "/verify/trust.json",
        "/verify/assets/index.js",
        "/verifying/"
      })
  void lets_no_other_page_ask_other_servers(String path) {
    assertThat(connect(SecurityHeaders.policyFor(path))).isEqualTo("'self'");
  }

  @Test
  void is_as_strict_with_everything_else() {
    String verifier = SecurityHeaders.policyFor("/verify/");
    assertThat(verifier.replace(" https: http://localhost:*", ""))
        .isEqualTo(SecurityHeaders.policyFor("/"));
  }
}
