package jp.sanchi.kernel.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyMainTest {
  private static final Path VECTORS = Path.of("src/test/resources/vectors/bundles");

  @TempDir Path folder;
  private String out;
  private String err;

  private int run(String... args) {
    var printed = new ByteArrayOutputStream();
    var complained = new ByteArrayOutputStream();
    int code =
        VerifyMain.run(
            args,
            new PrintStream(printed, true, StandardCharsets.UTF_8),
            new PrintStream(complained, true, StandardCharsets.UTF_8),
            InstantSource.fixed(Instant.parse("2026-11-23T00:00:00Z")),
            ZoneOffset.ofHours(9),
            Locale.ROOT);
    out = printed.toString(StandardCharsets.UTF_8);
    err = complained.toString(StandardCharsets.UTF_8);
    return code;
  }

  private static Json.Obj vector(String name) throws IOException {
    byte[] index = Files.readAllBytes(VECTORS.resolve("bundles.json"));
    for (Json one : ((Json.Arr) Json.parse(index, new Json.Limits(1 << 24, 16))).items()) {
      if (((Json.Obj) one).text("name").equals(name)) {
        return (Json.Obj) one;
      }
    }
    throw new IllegalArgumentException(name);
  }

  private int verify(String name, String... more) throws IOException {
    Json.Obj one = vector(name);
    String[] args = new String[4 + more.length];
    args[0] = VECTORS.resolve(one.text("bundle")).toString();
    args[1] = VECTORS.resolve(one.text("trust")).toString();
    args[2] = "--subject";
    args[3] = one.text("subject");
    System.arraycopy(more, 0, args, 4, more.length);
    return run(args);
  }

  private static String[] challenge(String name) throws IOException {
    return new String[] {"--challenge", vector(name).text("challenge")};
  }

  @Test
  void passes_and_says_up_to_whom() throws IOException {
    String name = "komatsuna_from_field_to_shelf";
    assertThat(verify(name, challenge(name))).isZero();
    assertThat(out)
        .contains("passed       signatures")
        .contains("PASSED: unchanged and complete up to 4569951000300, as AyaMSP and NagashimaMSP");
    assertThat(err).isEmpty();
  }

  @Test
  void fails_and_says_why() throws IOException {
    String name = "the_recall_is_left_out";
    assertThat(verify(name, challenge(name))).isEqualTo(1);
    assertThat(out)
        .contains("FAILED       histories")
        .contains("FAILED: events have been left out of a history. Do not rely on it.");
  }

  @Test
  void does_not_call_valid_what_it_did_not_check() throws IOException {
    assertThat(verify("komatsuna_from_field_to_shelf")).isEqualTo(3);
    assertThat(out).contains("not checked  freshness").contains("NOT CHECKED");
  }

  @Test
  void prints_findings_with_the_verdict() throws IOException {
    assertThat(verify("a_recalled_lot", challenge("a_recalled_lot"))).isZero();
    assertThat(out)
        .contains("this lot is recalled (recalled) lot 0456995")
        .contains("mind what is red above");
  }

  @Test
  void prints_the_exact_verdict_alone() throws IOException {
    String name = "a_stranger_endorses";
    assertThat(verify(name, "--json", "--challenge", vector(name).text("challenge"))).isEqualTo(1);
    assertThat(out.trim()).isEqualTo(vector(name).get("verdict").canonicalText());
  }

  @Test
  void takes_the_age_of_a_statement() throws IOException {
    assertThat(verify("the_smallest_package", "--max-age", "10m")).isEqualTo(1);
    assertThat(out).contains("statement_too_old");
    assertThat(verify("the_smallest_package", "--max-age", "365d")).isZero();
  }

  @Test
  void a_file_of_other_bytes_is_no_proof_and_speaks_against_nothing() throws IOException {
    assertThat(verify("an_empty_file", challenge("an_empty_file"))).isEqualTo(1);
    assertThat(out).contains("bundle_malformed", "NO PROOF").doesNotContain("Do not rely");
  }

  @Test
  void a_proof_that_is_too_old_is_unchanged_as_of_its_time() throws IOException {
    assertThat(verify("the_smallest_package", "--max-age", "10m")).isEqualTo(1);
    assertThat(out)
        .contains("statement_too_old", "TOO OLD: unchanged and complete as ")
        .doesNotContain("Do not rely");
    // An age does not hide a lie
    assertThat(verify("the_recall_is_left_out", "--max-age", "10m")).isEqualTo(1);
    assertThat(out).contains("statement_too_old", "FAILED: events have been left out");
  }

  @Test
  void an_old_proof_of_a_recalled_thing_says_that_it_is_recalled() throws IOException {
    assertThat(verify("a_recalled_lot", "--max-age", "1m")).isEqualTo(1);
    assertThat(out)
        .contains("FAILED       freshness")
        .contains("passed       histories")
        .contains("this lot is recalled (recalled)")
        .contains("TOO OLD: ")
        .contains("mind what is red above");
  }

  @Test
  void times_are_told_by_the_readers_clock() throws IOException {
    verify("a_recalled_lot");
    assertThat(out).containsPattern(" said at 2026-\\d\\d-\\d\\d \\d\\d:\\d\\d \\+09:00");
  }

  private int rewritten(String name, UnaryOperator<Json.Obj> edit) throws IOException {
    Json.Obj one = vector(name);
    byte[] bundle = Files.readAllBytes(VECTORS.resolve(one.text("bundle")));
    Json.Obj edited = edit.apply((Json.Obj) Json.parse(bundle, new Json.Limits(1 << 24, 16)));
    Path file =
        Files.writeString(folder.resolve("edited.json"), " " + edited.canonicalText() + "\n");
    String trust = VECTORS.resolve(one.text("trust")).toString();
    return run(file.toString(), trust, "--subject", one.text("subject"));
  }

  @Test
  void a_record_that_somebody_rewrote_is_named_though_the_file_has_not_its_form()
      throws IOException {
    assertThat(
            rewritten(
                "the_smallest_package",
                bundle -> {
                  List<Json> events = new ArrayList<>(bundle.array("events").items());
                  String[] parts = ((Json.Text) events.get(0)).value().split("\\.", -1);
                  String payload = new String(Base64Url.decode(parts[1]), StandardCharsets.UTF_8);
                  String other = payload.replaceFirst("T0(\\d):", "T1$1:");
                  assertThat(other).isNotEqualTo(payload);
                  parts[1] = Base64Url.encode(other.getBytes(StandardCharsets.UTF_8));
                  events.set(0, Json.of(String.join(".", parts)));
                  return bundle.with("events", new Json.Arr(events));
                }))
        .isEqualTo(1);
    assertThat(out).contains("FAILED: ", "Do not rely").doesNotContain("NO PROOF");
  }

  @Test
  void an_edited_file_is_said_to_say_the_same_only_where_nothing_is_missing() throws IOException {
    assertThat(rewritten("komatsuna_from_field_to_shelf", bundle -> bundle)).isEqualTo(1);
    assertThat(out).contains("WRITTEN ANEW: it seems to say the same");
    assertThat(
            rewritten(
                "komatsuna_from_field_to_shelf",
                bundle -> bundle.with("readings", Json.Null.VALUE)))
        .isEqualTo(1);
    assertThat(out).contains("parts of it may be gone").doesNotContain("the same");
  }

  @Test
  void counts_descriptions_that_are_missing() throws IOException {
    Json.Obj one = vector("komatsuna_from_field_to_shelf");
    byte[] whole = Files.readAllBytes(VECTORS.resolve(one.text("bundle")));
    Json.Obj bundle = (Json.Obj) Json.parse(whole, new Json.Limits(1 << 24, 16));
    Path bare = folder.resolve("bare.json");
    Files.write(bare, bundle.with("documents", Json.array()).canonical());
    String trust = VECTORS.resolve(one.text("trust")).toString();
    String[] args = {bare.toString(), trust, "--subject", one.text("subject")};
    assertThat(run(args, "--challenge", one.text("challenge"))).isZero();
    int count = bundle.array("documents").size();
    assertThat(count).isPositive();
    assertThat(out)
        .containsPattern(
            "passed       documents .* " + count + " of " + count + " descriptions are not here");
  }

  @Test
  void a_proof_without_a_challenge_or_an_age_says_when_it_held() throws IOException {
    assertThat(verify("the_smallest_package")).isEqualTo(3);
    assertThat(out)
        .contains("no_challenge", "NOT CHECKED whether it is still so", " said at 2026-");
    assertThat(verify("the_smallest_package", "--language", "ja")).isEqualTo(3);
    assertThat(out).contains("の時点では、記録はかわっていません");
  }

  @Test
  void a_proof_of_another_thing_is_called_so() throws IOException {
    Json.Obj one = vector("the_smallest_package");
    String bundle = VECTORS.resolve(one.text("bundle")).toString();
    String trust = VECTORS.resolve(one.text("trust")).toString();
    String other = "/01/04569951110016/10/ANOTHER";
    assertThat(run(bundle, trust, "--subject", other)).isEqualTo(1);
    assertThat(out)
        .contains("missing_history", "ANOTHER THING: ", "but of package/", ", run/")
        .doesNotContain("left out");
  }

  @Test
  void prints_the_address_that_was_asked_for() throws IOException {
    verify("the_smallest_package");
    assertThat(out).startsWith("Subject  " + vector("the_smallest_package").text("subject"));
  }

  @Test
  void tells_findings_for_those_who_handle_it_from_those_for_shoppers() throws IOException {
    int concerned = 0;
    for (Json one : vectors()) {
      Json.Obj verdict = ((Json.Obj) one).object("verdict");
      for (Json found : verdict.array("findings").items()) {
        Json.Obj finding = (Json.Obj) found;
        boolean other = finding.text("audience").equals("concerned");
        if (!other || concerned > 20) {
          continue;
        }
        concerned++;
        verify(((Json.Obj) one).text("name"));
        String code = finding.text("code");
        assertThat(out)
            .containsPattern("\\(" + code + "\\) .* \\[for those who handle it]")
            .doesNotContainPattern("\\(recalled\\) .* \\[");
      }
    }
    assertThat(concerned).isPositive();
  }

  private static List<Json> vectors() throws IOException {
    byte[] index = Files.readAllBytes(VECTORS.resolve("bundles.json"));
    return ((Json.Arr) Json.parse(index, new Json.Limits(1 << 24, 16))).items();
  }

  @Test
  void says_in_one_sentence_what_it_cannot_use() throws IOException {
    String bundle = VECTORS.resolve("the_smallest_package.json").toString();
    String trust = VECTORS.resolve("trust.json").toString();
    String url = "/01/04569951110016/10/X";
    Path noTrust = Files.writeString(folder.resolve("trust.json"), "{}");
    for (List<String> args :
        List.of(
            List.<String>of(),
            List.of(bundle),
            List.of(bundle, trust),
            List.of(bundle, trust, bundle, "--subject", url),
            List.of(bundle, trust, "--subject"),
            List.of(bundle, trust, "--subject", "not a link"),
            List.of(bundle, trust, "--subject", "/01/04569951110016"),
            List.of(bundle, trust, "--subject", url, "--subject", url),
            List.of(bundle, trust, "--subject", url, "--verbose"),
            List.of(bundle, trust, "--subject", url, "--max-age", "soon"),
            List.of(bundle, trust, "--subject", url, "--challenge", "short"),
            List.of(bundle, trust, "--subject", url, "--max-age", "1m", "--max-age", "2m"),
            List.of(bundle, noTrust.toString(), "--subject", url),
            List.of(folder.resolve("none").toString(), trust, "--subject", url),
            List.of(folder.toString(), trust, "--subject", url),
            List.of("\0", trust, "--subject", url))) {
      assertThat(run(args.toArray(String[]::new))).as("%s", args).isEqualTo(2);
      assertThat(out).isEmpty();
      assertThat(err.trim()).isNotEmpty().doesNotContain("\n").doesNotContain("Exception");
    }
  }

  @Test
  void helps() {
    assertThat(run("--help")).isZero();
    assertThat(out).startsWith("Usage: java -jar sanchi-verify.jar");
  }

  @Test
  void says_it_in_japanese_too() throws IOException {
    String name = "the_recall_is_left_out";
    String[] own = challenge(name);
    assertThat(verify(name, own[0], own[1], "--language", "ja")).isEqualTo(1);
    assertThat(out)
        .contains("不合格")
        .contains("記録がかくされています。 (history_incomplete)")
        .contains("不合格: 記録がかくされています。信じないでください。");

    String good = "komatsuna_from_field_to_shelf";
    String[] challenge = challenge(good);
    assertThat(verify(good, challenge[0], challenge[1], "--language", "ja")).isZero();
    assertThat(out).contains("合格: 記録は 4569951000300 まで").contains("AyaMSP と NagashimaMSP が ");
    assertThat(run("a", "b", "--subject", "/", "--language", "fr")).isEqualTo(2);
  }

  @Test
  void speaks_japanese_where_the_machine_does() {
    assertThat(Sentences.of(Locale.JAPAN)).isSameAs(Sentences.JAPANESE);
    assertThat(Sentences.of(Locale.FRANCE)).isSameAs(Sentences.ENGLISH);
  }

  @Test
  void has_a_sentence_for_every_code_in_both_languages() throws IOException {
    byte[] index = Files.readAllBytes(VECTORS.resolve("bundles.json"));
    for (Json one : ((Json.Arr) Json.parse(index, new Json.Limits(1 << 24, 16))).items()) {
      Json.Obj verdict = ((Json.Obj) one).object("verdict");
      for (Json check : verdict.array("checks").items()) {
        assertThat(Sentences.ENGLISH.check(((Json.Obj) check).text("check"))).isNotNull();
        if (((Json.Obj) check).get("reason") instanceof Json.Text reason) {
          assertThat(Sentences.ENGLISH.reason(reason.value())).isNotEqualTo(reason.value());
        }
      }
      for (Json finding : verdict.array("findings").items()) {
        String code = ((Json.Obj) finding).text("code");
        assertThat(Sentences.ENGLISH.finding(code)).isNotEqualTo(code);
      }
    }
    assertThat(Sentences.JAPANESE.words().keySet()).isEqualTo(Sentences.ENGLISH.words().keySet());
  }

  /** The bundle of a vector without its readings, and those in two files. */
  private String[] apart(String name) throws IOException {
    byte[] whole = Files.readAllBytes(VECTORS.resolve(vector(name).text("bundle")));
    Json.Obj bundle = (Json.Obj) Json.parse(whole, new Json.Limits(1 << 24, 16));
    List<Json> items = bundle.array("readings").items();
    assertThat(items).hasSize(2);
    Path without = folder.resolve("bundle.json");
    Files.write(without, bundle.with("readings", Json.Null.VALUE).canonical());
    Path days = Files.createDirectories(folder.resolve("days"));
    // In an order that is not the bundle's
    Files.write(days.resolve("1.json"), new Json.Arr(items.subList(1, items.size())).canonical());
    Files.write(days.resolve("2.json"), new Json.Arr(items.subList(0, 1)).canonical());
    Files.write(days.resolve("3.json"), new Json.Arr(List.of()).canonical());
    return new String[] {
      without.toString(),
      VECTORS.resolve(vector(name).text("trust")).toString(),
      "--subject",
      vector(name).text("subject"),
      "--challenge",
      vector(name).text("challenge")
    };
  }

  private int run(String[] args, String... more) {
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return run(all);
  }

  @Test
  void takes_readings_that_lie_beside_the_bundle() throws IOException {
    String name = "a_journey_over_four_days_with_two_windows";
    String[] args = apart(name);
    String days = folder.resolve("days").toString();
    assertThat(run(args)).isEqualTo(3);
    assertThat(out).contains("readings_not_included");

    assertThat(run(args, "--readings", days)).isZero();
    String said = out;
    assertThat(verify(name, challenge(name))).isZero();
    assertThat(said).isEqualTo(out);

    // One file of two
    assertThat(run(args, "--readings", days + "/1.json")).isEqualTo(3);
    assertThat(run(args, "--readings", days + "/1.json", "--readings", days + "/2.json")).isZero();
  }

  @Test
  void refuses_readings_beside_the_bundle_that_are_none_come_twice_or_are_wrong()
      throws IOException {
    String name = "a_journey_over_four_days_with_two_windows";
    String[] args = apart(name);
    String one = folder.resolve("days/1.json").toString();
    assertThat(run(args, "--readings", one, "--readings", one)).isEqualTo(1);
    assertThat(out).contains("bundle_malformed");
    assertThat(verify(name, "--readings", one)).isEqualTo(1);

    Files.writeString(folder.resolve("days/2.json"), "[[1]]");
    assertThat(run(args, "--readings", folder.resolve("days").toString())).isEqualTo(2);
    assertThat(err).contains("no readings");
    assertThat(run(args, "--readings", "nowhere.json")).isEqualTo(2);

    String text = Files.readString(Path.of(one));
    int leaf = text.indexOf("[[\"") > 0 ? text.indexOf("[[\"") : text.indexOf(",[\"");
    char was = text.charAt(leaf + 30);
    Files.writeString(
        Path.of(one),
        text.substring(0, leaf + 30) + (was == 'A' ? 'B' : 'A') + text.substring(leaf + 31));
    assertThat(run(args, "--readings", one)).isEqualTo(1);
    assertThat(out).contains("readings_");
  }
}
