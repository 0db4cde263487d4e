package jp.sanchi.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SentencesTest {
  private static final Pattern CODE =
      Pattern.compile("(?:new Fault|ledger|refused)\\(\\s*\"([a-z_]+)\"");

  /** Faults of a part of something: whoever catches them finds the whole. */
  private static final Set<String> INNER = Set.of("malformed", "identity", "policy", "transaction");

  @Test
  void there_are_words_in_both_languages_for_every_finding() throws IOException {
    Set<String> codes = new TreeSet<>();
    try (Stream<Path> sources = Files.list(Path.of("src/main/java/jp/sanchi/audit"))) {
      for (Path source : sources.toList()) {
        Matcher matcher = CODE.matcher(Files.readString(source));
        while (matcher.find()) {
          codes.add(matcher.group(1));
        }
      }
    }
    codes.removeAll(INNER);
    assertThat(codes).hasSizeGreaterThan(25);
    for (String code : codes) {
      Finding finding = new Finding(code, 7, "data", 2, new Finding.Region(10, 20), "why");
      assertThat(Sentences.in("en").finding(finding))
          .startsWith("FOUND  block 7, data, transaction 2, bytes 10-19: ")
          .endsWith(" (" + code + ": why)");
      assertThat(Sentences.in("ja").finding(finding))
          .startsWith("発見  ブロック 7, data, 取引 2, バイト 10-19: ");
    }
  }

  @Test
  void there_are_words_for_all_that_is_not_covered() {
    for (String code :
        List.of(
            "orderers",
            "flags",
            "commit_hash",
            "lifecycle_calls",
            "invalid_calls",
            "genesis",
            "clocks")) {
      assertThat(Sentences.in("en").notCovered(code)).startsWith("Not covered: ");
      assertThat(Sentences.in("ja").notCovered(code)).startsWith("対象外：");
    }
  }
}
