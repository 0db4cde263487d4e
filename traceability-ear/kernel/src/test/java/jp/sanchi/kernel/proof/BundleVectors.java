package jp.sanchi.kernel.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.BadBundles.Case;

/**
 * Writes every story and every lie as files that verifiers in other languages read: {@code
 * bundles.json} names bundle, trust, subject, what is known about freshness, and the exact verdict.
 * Run it after a change of the format, from the kernel's folder.
 */
public final class BundleVectors {
  static final Path FOLDER = Path.of("src/test/resources/vectors/bundles");

  private BundleVectors() {}

  /** All cases by name, the honest ones first. */
  static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    TrueBundles.all().forEach(story -> cases.put(story.name(), story.made().get()));
    BadBundles.all().forEach(lie -> cases.put(lie.name(), lie.made().get()));
    return cases;
  }

  /** Rewrites the folder. */
  public static void main(String[] args) throws IOException {
    Files.createDirectories(FOLDER);
    try (var old = Files.list(FOLDER)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    Map<String, String> trusts = new HashMap<>();
    Map<String, String> bundles = new HashMap<>();
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Case> each : cases().entrySet()) {
      Case one = each.getValue();
      byte[] trust = one.trust().canonical();
      String trustFile =
          file(trusts, trust, trusts.isEmpty() ? "trust.json" : "trust-" + each.getKey() + ".json");
      String bundleFile = file(bundles, one.bundle(), each.getKey() + ".json");
      Json.Obj line =
          Json.object(
              "bundle",
              bundleFile,
              "name",
              each.getKey(),
              "subject",
              one.url(),
              "trust",
              trustFile,
              "verdict",
              one.verify().verdict().json());
      if (one.freshness() instanceof Freshness.Challenge own) {
        line = line.with("challenge", Json.of(Base64Url.encode(own.bytes())));
      } else if (one.freshness() instanceof Freshness.MaxAge most) {
        line = line.with("maxAgeMs", Json.of(most.ageMs())).with("now", Json.of(most.nowMs()));
      }
      lines.add(line.canonicalText());
    }
    write(
        "bundles.json",
        ("[\n" + String.join(",\n", lines) + "\n]\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String file(Map<String, String> known, byte[] bytes, String name) {
    return known.computeIfAbsent(
        Bundle.hash(bytes),
        any -> {
          write(name, bytes);
          return name;
        });
  }

  private static void write(String name, byte[] bytes) {
    try {
      Files.write(FOLDER.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
