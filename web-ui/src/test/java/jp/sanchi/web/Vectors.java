package jp.sanchi.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.FastSignatures;
import jp.sanchi.kernel.proof.Freshness;
import jp.sanchi.kernel.proof.TrustRoots;

/** The kernel's bundles: whole stories, and lies. */
final class Vectors {
  static final Path FOLDER =
      Path.of("../traceability-ear/kernel/src/test/resources/vectors/bundles");

  private static final Json.Limits LIMITS = new Json.Limits(1 << 24, 16);

  static {
    // Thousands of signatures: the JDK's own provider takes a minute for them
    FastSignatures.register();
  }

  private Vectors() {}

  static List<Json.Obj> all() {
    return ((Json.Arr) Json.parse(read("bundles.json"), LIMITS))
        .items().stream().map(Json.Obj.class::cast).toList();
  }

  static Json.Obj named(String name) {
    return all().stream().filter(one -> one.text("name").equals(name)).findFirst().orElseThrow();
  }

  static BundleVerifier.Result verify(Json.Obj vector) {
    Freshness freshness = new Freshness.Unknown();
    if (vector.has("challenge")) {
      freshness = new Freshness.Challenge(Base64Url.decode(vector.text("challenge")));
    } else if (vector.has("maxAgeMs")) {
      freshness = new Freshness.MaxAge(vector.integer("maxAgeMs"), vector.integer("now"));
    }
    return BundleVerifier.verify(
        read(vector.text("bundle")),
        TrustRoots.read(read(vector.text("trust"))),
        DigitalLink.parse(vector.text("subject")),
        freshness);
  }

  /** What a page tells of it; null where it fails. */
  static Telling tell(Json.Obj vector, Words words) {
    BundleVerifier.Result result = verify(vector);
    return result.story() == null ? null : Teller.tell(result, words);
  }

  private static byte[] read(String file) {
    try {
      return Files.readAllBytes(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
