package jp.sanchi.network;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.jar.JarFile;
import java.util.zip.GZIPOutputStream;
import jp.sanchi.kernel.event.Json;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * What peers install: not the chaincode but the SHA-256 of its jar, so that members who install the
 * same package have agreed on the same jar. Each runs that jar itself, as a service.
 *
 * @param digest of the jar, in hexadecimal
 * @param bytes of the package
 */
record ChaincodePackage(String digest, byte[] bytes) {

  /** Of a jar that stands in the data folder under its digest. */
  static ChaincodePackage of(String digest) {
    try {
      byte[] code = archive("chaincode.sha256", digest.getBytes(StandardCharsets.US_ASCII));
      byte[] metadata = Json.object("label", label(digest), "type", "sanchi").canonical();
      return new ChaincodePackage(digest, archive("metadata.json", metadata, "code.tar.gz", code));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One that the data folder keeps. */
  static ChaincodePackage read(DataFolder data, String digest) {
    return new ChaincodePackage(digest, Folders.read(data.chaincode(digest, "package.tar.gz")));
  }

  /**
   * Refuses what is no chaincode server.
   *
   * @return the jar's digest
   */
  static String check(Path jar) {
    if (!Files.isReadable(jar)) {
      throw new NetworkFailure(
          "There is no chaincode jar %s: build it with `mvn -pl fabric-config/chaincode -am -DskipTests package`, or name another with --chaincode."
              .formatted(jar));
    }
    try (var file = new JarFile(jar.toFile())) {
      if (file.getManifest() == null
          || file.getManifest().getMainAttributes().getValue("Main-Class") == null) {
        throw new NetworkFailure(
            jar + " is no chaincode: its manifest names no main class. Nothing was changed.");
      }
    } catch (IOException e) {
      throw new NetworkFailure(
          "%s is no jar (%s). Nothing was changed.".formatted(jar, e.getMessage()), e);
    }
    return FabricBinaries.sha256(jar);
  }

  /** As Fabric computes it: label and SHA-256 of the package. */
  String id() {
    return label(digest) + ":" + HexFormat.of().formatHex(Identity.sha256(bytes));
  }

  /** Stands in the definition that members approve. */
  static String version(String digest) {
    return digest.substring(0, 12);
  }

  private static String label(String digest) {
    return "trace_" + version(digest);
  }

  private static byte[] archive(Object... namesAndBytes) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (int i = 0; i < namesAndBytes.length; i += 2) {
        byte[] content = (byte[]) namesAndBytes[i + 1];
        var entry = new TarArchiveEntry((String) namesAndBytes[i]);
        entry.setSize(content.length);
        // The same bytes from the same jar, whenever and by whomever
        entry.setModTime(0);
        entry.setIds(0, 0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
