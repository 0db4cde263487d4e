package jp.sanchi.audit;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import jp.sanchi.kernel.proof.TrustRoots;

/**
 * A chain with the trust roots that belong to it.
 *
 * @param blocks from block 0 on
 */
record Fixture(byte[] trustJson, List<byte[]> blocks) {
  /** A real Fabric network's; its README says what it holds. */
  static Fixture fabric() {
    return read("/chains/fabric.zip");
  }

  /** The first blocks of an embedded ledger with the demonstration's events. */
  static Fixture embedded() {
    return read("/chains/embedded.zip");
  }

  /** A Fabric network's that a fourth member has joined, with the trust roots from after that. */
  static Fixture joined() {
    return read("/chains/joined.zip");
  }

  private static Fixture read(String resource) {
    byte[] trust = null;
    var blocks = new ArrayList<byte[]>();
    try (InputStream in = Fixture.class.getResourceAsStream(resource);
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals("trust.json")) {
          trust = zip.readAllBytes();
        } else {
          blocks.add(zip.readAllBytes());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return new Fixture(trust, blocks);
  }

  TrustRoots trust() {
    return TrustRoots.read(trustJson);
  }

  /** The audit of these blocks, which may be others than the fixture's. */
  AuditReport audit(List<byte[]> changed) {
    try {
      return Auditor.audit(
          BlockSource.of("test", changed), trust(), Optional.empty(), progress -> {});
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
