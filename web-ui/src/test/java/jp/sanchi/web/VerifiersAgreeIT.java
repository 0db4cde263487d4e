package jp.sanchi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jp.sanchi.kernel.proof.FastSignatures;
import jp.sanchi.kernel.proof.MutatedBundles;
import org.junit.jupiter.api.Test;

/** The kernel's verifier and the browser's, which was written from the wire format's page alone. */
class VerifiersAgreeIT {
  private static final int BUNDLES = 10_000;

  @Test
  void both_verifiers_give_the_same_bytes_for_ten_thousand_generated_and_mutated_bundles()
      throws Exception {
    FastSignatures.register();
    Path folder = Files.createDirectories(Path.of("target", "mutated-bundles"));
    makeQuietly(folder);

    Path browser = folder.resolve("browser.jsonl");
    Process node =
        new ProcessBuilder("node", "build/verify-lines.mjs", folder.toString())
            .redirectOutput(browser.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(node.waitFor()).isZero();

    Path kernel = folder.resolve("verdicts.jsonl");
    assertThat(Files.mismatch(kernel, browser))
        .as(() -> firstDifference(kernel, browser))
        .isEqualTo(-1);
    try (var lines = Files.lines(kernel)) {
      assertThat(lines.count()).isEqualTo(BUNDLES);
    }
    // 300 MB that nobody needs once both agree
    Files.delete(folder.resolve("bundles.jsonl"));
  }

  private static void makeQuietly(Path folder) throws Exception {
    PrintStream console = System.out;
    try (var summary =
        new PrintStream(folder.resolve("summary.txt").toFile(), StandardCharsets.UTF_8)) {
      System.setOut(summary);
      MutatedBundles.main(new String[] {folder.toString(), String.valueOf(BUNDLES)});
    } finally {
      System.setOut(console);
    }
  }

  private static String firstDifference(Path kernel, Path browser) {
    try (BufferedReader one = Files.newBufferedReader(kernel);
        BufferedReader other = Files.newBufferedReader(browser)) {
      for (int line = 1; ; line++) {
        String verdict = one.readLine();
        String told = other.readLine();
        if (verdict == null || !verdict.equals(told)) {
          return "line %d of bundles.jsonl%nkernel:  %s%nbrowser: %s"
              .formatted(line, verdict, told);
        }
      }
    } catch (IOException e) {
      return e.toString();
    }
  }
}
