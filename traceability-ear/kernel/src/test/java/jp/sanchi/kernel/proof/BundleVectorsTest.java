package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BundleVectorsTest {
  private static final List<Json.Obj> ALL = read();

  private static List<Json.Obj> read() {
    List<Json.Obj> all = new ArrayList<>();
    for (Json line :
        ((Json.Arr) Json.parse(file("bundles.json"), new Json.Limits(1 << 24, 16))).items()) {
      all.add((Json.Obj) line);
    }
    return all;
  }

  private static byte[] file(String name) {
    try {
      return Files.readAllBytes(BundleVectors.FOLDER.resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> names() {
    return ALL.stream().map(one -> one.text("name"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void gives_the_exact_verdict(String name) {
    Json.Obj one =
        ALL.stream().filter(each -> each.text("name").equals(name)).findFirst().orElseThrow();
    Freshness freshness =
        one.has("challenge")
            ? new Freshness.Challenge(Base64Url.decode(one.text("challenge")))
            : one.has("now")
                ? new Freshness.MaxAge(one.integer("maxAgeMs"), one.integer("now"))
                : new Freshness.Unknown();
    Verdict verdict =
        BundleVerifier.verify(
                file(one.text("bundle")),
                TrustRoots.read(file(one.text("trust"))),
                DigitalLink.parse(one.text("subject")),
                freshness)
            .verdict();
    assertThat(verdict.json().canonicalText()).isEqualTo(one.get("verdict").canonicalText());
  }

  // Signatures and so ids may differ between Java versions; what is judged may not.
  @Test
  void tells_all_stories_and_lies_of_today() {
    List<String> today = new ArrayList<>();
    BundleVectors.cases()
        .forEach((name, one) -> today.add(name + " " + meaning(one.verify().verdict().json())));
    assertThat(ALL)
        .extracting(one -> one.text("name") + " " + meaning(one.object("verdict")))
        .containsExactlyElementsOf(today);
  }

  private static String meaning(Json.Obj verdict) {
    List<String> findings = new ArrayList<>();
    verdict
        .array("findings")
        .items()
        .forEach(finding -> findings.add(((Json.Obj) finding).text("code")));
    return verdict.get("checks").canonicalText()
        + verdict.get("counts").canonicalText()
        + findings.stream().sorted().toList();
  }
}
