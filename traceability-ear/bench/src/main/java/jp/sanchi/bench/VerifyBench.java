package jp.sanchi.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ForkJoinPool;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.FastSignatures;
import jp.sanchi.kernel.proof.Freshness;
import jp.sanchi.kernel.proof.TrustRoots;

/**
 * Offline verification per signature against the bare verify loop of the same provider: one bundle
 * verified again and again, by turns with as many ECDSA P-256 checks of payloads of the same size.
 * The loop has one thread. The verification is measured as a caller sees it, with the threads that
 * it takes for itself, and once more held to one thread, which says what the rest of it costs.
 *
 * <p>Arguments: bundle.json, trust.json, the scanned URL, rounds (default 1000, after as many to
 * warm up).
 */
public final class VerifyBench {
  private VerifyBench() {}

  public static void main(String[] arguments) throws Exception {
    FastSignatures.register();
    byte[] bundle = Files.readAllBytes(Path.of(arguments[0]));
    TrustRoots trust = TrustRoots.read(Files.readAllBytes(Path.of(arguments[1])));
    DigitalLink url = DigitalLink.parse(arguments[2]);
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1000;
    Freshness freshness = new Freshness.Unknown();
    var verdict = BundleVerifier.verify(bundle, trust, url, freshness).verdict();
    Json.Obj json = verdict.json();
    Runnable whole = () -> BundleVerifier.verify(bundle, trust, url, freshness);
    int signatures = CountedSignature.of(whole);
    System.out.printf(
        Locale.ROOT,
        "verdict %s, %d signatures, %d of them in certificates, %d bytes%n",
        json.text("verdict"),
        signatures,
        signatures - json.object("counts").integer("signatures"),
        bundle.length);
    Bare bare = Bare.of(signatures);
    int processors = Runtime.getRuntime().availableProcessors();
    compare("on " + processors + " processors", signatures, rounds, whole, bare::run);
    // What is made parallel inside a pool's task stays in that pool.
    var one = new ForkJoinPool(1);
    Runnable alone = () -> one.submit(whole).join();
    compare("on one thread", signatures, rounds, alone, () -> one.submit(bare::run).join());
  }

  private static void compare(
      String where, int signatures, int rounds, Runnable whole, Runnable loop) {
    double[] ratios = new double[rounds];
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    for (int round = -rounds; round < rounds; round++) {
      double wholeSeconds = seconds(whole);
      double loopSeconds = seconds(loop);
      if (round >= 0) {
        ours[round] = signatures / wholeSeconds;
        theirs[round] = signatures / loopSeconds;
        ratios[round] = loopSeconds / wholeSeconds;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "bare verify loop (%s): %,.0f signatures/s  whole verification %s: %,.0f signatures/s"
            + "  ratio %.2f%n",
        Security.getProviders("Signature.SHA256withECDSA")[0].getName(),
        CaptureBench.median(theirs),
        where,
        CaptureBench.median(ours),
        CaptureBench.median(ratios));
  }

  /** As many signatures as the bundle has, with keys, messages and DER ready. */
  private record Bare(PublicKey key, List<byte[]> messages, List<byte[]> signatures) {
    static Bare of(int count) throws GeneralSecurityException {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      var device = new Device("bench", "4569951999998", Clock.systemUTC());
      List<byte[]> messages = new ArrayList<>();
      List<byte[]> signatures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String event =
            device.sign(
                Draft.of("weeding")
                    .lots("https://id.gs1.org/01/04569951110016/10/BENCH" + i)
                    .with("sanchi:method", "手で"));
        byte[] message =
            event.substring(0, event.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(message);
        messages.add(message);
        signatures.add(signature.sign());
      }
      return new Bare(pair.getPublic(), messages, signatures);
    }

    void run() {
      try {
        for (int i = 0; i < messages.size(); i++) {
          Signature signature = Signature.getInstance("SHA256withECDSA");
          signature.initVerify(key);
          signature.update(messages.get(i));
          if (!signature.verify(signatures.get(i))) {
            throw new IllegalStateException("a right signature was refused");
          }
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
