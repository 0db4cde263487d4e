package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.Freshness;
import jp.sanchi.kernel.proof.TrustRoots;
import jp.sanchi.kernel.proof.Verdict;
import jp.sanchi.network.FabricBinaries;
import jp.sanchi.network.Network;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The demonstration's stories, from sowing to recall, lived on a Fabric network and verified. */
@Tag("fabric")
class FabricStoryIT {
  private static final Json.Limits ANSWERS = new Json.Limits(16 << 20, 16);

  private static RunningSanchi.Server server;
  private static Network network;

  @BeforeAll
  static void start() throws Exception {
    Path target = Files.createDirectories(Path.of("target", "data").toAbsolutePath());
    Path folder = Files.createTempDirectory(target, "fabric-story-");
    server = RunningSanchi.start(folder, Map.of("sanchi.ledger", "fabric"));
    network = new Network(folder.resolve("fabric"), FabricBinaries.find(), System.out::println);
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
    if (network != null) {
      network.reset();
    }
  }

  @Test
  void every_package_of_the_demonstration_is_what_its_story_says() throws Exception {
    Map<String, Verdict> verdicts = new TreeMap<>();
    Json.Obj answer = (Json.Obj) Json.parse(get("api/demonstration"), ANSWERS);
    for (Json item : answer.array("packages").items()) {
      Json.Obj one = (Json.Obj) item;
      verdicts.put(((Json.Obj) one.get("name")).text("en"), verdict(one.text("path")));
    }

    assertThat(verdicts).hasSizeGreaterThanOrEqualTo(6);
    verdicts.forEach(
        (name, verdict) ->
            assertThat(verdict.failure())
                .as(name + ": " + verdict.json().canonicalText())
                .isNull());
    assertThat(codes(verdicts, "Organic komatsuna"))
        .doesNotContain("recalled", "certificate_revoked", "label_unknown");
    assertThat(codes(verdicts, "Salmon")).doesNotContain("recalled", "label_unknown");
    assertThat(codes(verdicts, "Spinach")).contains("recalled");
    assertThat(codes(verdicts, "Organic carrots")).contains("certificate_revoked");
    assertThat(codes(verdicts, "Mizuna")).contains("corrected");
    assertThat(codes(verdicts, "A code that was never issued")).contains("label_unknown");
  }

  @Test
  void the_verdict_names_the_members_whose_peers_answered_and_that_one_operator_runs_them()
      throws Exception {
    Json.Obj answer = (Json.Obj) Json.parse(get("api/demonstration"), ANSWERS);
    Json.Obj first = (Json.Obj) answer.array("packages").get(0);

    String json = verdict(first.text("path")).json().canonicalText();

    assertThat(json).contains("\"mode\":\"fabric\"", "\"oneOperator\":true");
    Set<String> named = new TreeSet<>();
    for (String member : Set.of("GrowersMSP", "InspectorsMSP", "LogisticsMSP")) {
      if (json.contains("\"" + member + "\"")) {
        named.add(member);
      }
    }
    assertThat(named).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void an_office_a_phone_and_a_shopper_work_on_it_in_their_browsers() throws Exception {
    String link = InChromium.firstLink(server);
    inChromium(
        InChromium.WEB_UI, "console", Map.of("SANCHI_FIRST", link), "browser/console.test.mjs");
    inChromium(InChromium.SCANNER, "scanner", Map.of(), "browser/season.test.mjs");
    inChromium(InChromium.WEB_UI, "page", Map.of(), "browser/page.test.mjs");
  }

  @Test
  void a_member_with_an_authority_of_its_own_makes_a_browser_its_administrator() throws Exception {
    inChromium(
        InChromium.WEB_UI,
        "member",
        Map.of(
            "SANCHI_NETWORK_TOOL",
            RunningSanchi.home().resolve("fabric/sanchi-network.jar").toString(),
            "SANCHI_NETWORK",
            server.data().resolve("fabric").toString()),
        "browser/member.test.mjs");
  }

  @Test
  void the_story_from_the_first_link_to_a_recall_is_lived_by_hand() throws Exception {
    InChromium.story(server, server.data().resolve("fabric/administrators"), "fabric-story");
  }

  private static void inChromium(
      Path module, String name, Map<String, String> environment, String test) throws Exception {
    InChromium.run(
        server,
        server.data().resolve("fabric/administrators"),
        module,
        "fabric-" + name,
        environment,
        test);
  }

  private static Set<String> codes(Map<String, Verdict> verdicts, String name) {
    Verdict verdict =
        verdicts.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(name))
            .findFirst()
            .orElseThrow()
            .getValue();
    Set<String> codes = new TreeSet<>();
    for (Json finding : verdict.json().array("findings").items()) {
      codes.add(((Json.Obj) finding).text("code"));
    }
    return codes;
  }

  private static Verdict verdict(String path) throws Exception {
    byte[] challenge = new byte[16];
    new SecureRandom().nextBytes(challenge);
    byte[] bundle =
        get("api/bundles?subject=" + path + "&challenge=" + Base64Url.encode(challenge));
    return BundleVerifier.verify(
            bundle,
            TrustRoots.read(get("trust.json")),
            DigitalLink.parse(path),
            new Freshness.Challenge(challenge))
        .verdict();
  }

  private static byte[] get(String path) throws Exception {
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.address().resolve(path))
                    .timeout(Duration.ofSeconds(60))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }
}
