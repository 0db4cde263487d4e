package jp.sanchi.demonstration;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.proof.Merkle;

/** The labels of one run: serials that only the printer and who holds a package know. */
public final class LabelRun {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String gtin;
  private final String run;
  private final List<String> serials = new ArrayList<>();
  private final List<byte[]> hashes = new ArrayList<>();

  public LabelRun(String gtin, String run, int count) {
    this.gtin = gtin;
    this.run = run;
    for (int number = 0; number < count; number++) {
      byte[] random = new byte[8];
      RANDOM.nextBytes(random);
      String serial = Serial.make(run, number, random).text();
      serials.add(serial);
      hashes.add(Serial.hash(gtin, serial));
    }
  }

  public static String randomRun() {
    return Serial.run(RANDOM.nextInt(1 << 20));
  }

  public String run() {
    return run;
  }

  /** The path of a label's Digital Link. */
  public String path(int number) {
    return "/01/" + gtin + "/21/" + serials.get(number);
  }

  /** How scans name the package: by hash. */
  public String packageUrn(int number) {
    return "urn:sanchi:package:" + Base64Url.encode(hashes.get(number));
  }

  public Draft printed() {
    return Draft.of("labels_printed")
        .quantity(
            "quantityList", "https://id.gs1.org/01/" + gtin, Integer.toString(serials.size()), null)
        .with("sanchi:run", run)
        .with("sanchi:count", serials.size())
        .with("sanchi:root", Base64Url.encode(root()));
  }

  private byte[] root() {
    List<byte[]> leaves = new ArrayList<>();
    for (byte[] hash : hashes) {
      leaves.add(Merkle.leaf(hash));
    }
    return Merkle.root(leaves);
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The upload that lets the server hand out inclusion paths: hashes only. */
  Json.Obj upload() {
    return Json.object(
        "gtin", gtin, "run", run, "hashes", hashes.stream().map(Base64Url::encode).toList());
  }
}
