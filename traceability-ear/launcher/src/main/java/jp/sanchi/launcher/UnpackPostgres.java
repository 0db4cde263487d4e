package jp.sanchi.launcher;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A step of the build, so that no start pays for it: unpacks the PostgreSQL of this machine's
 * operating system, which comes as one {@code .txz} in a jar.
 */
public final class UnpackPostgres {
  private static final List<String> NAMES =
      List.of(
          "postgres-linux-x86_64.txz",
          "postgres-linux-arm_64.txz",
          "postgres-darwin-x86_64.txz",
          "postgres-darwin-arm_64.txz",
          "postgres-windows-x86_64.txz");

  private UnpackPostgres() {}

  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[0]);
    String version = arguments[1];
    Path done = target.resolve("VERSION");
    if (Files.exists(done) && Files.readString(done).equals(version)) {
      return;
    }
    Folders.delete(target);
    for (String name : NAMES) {
      try (var archive = UnpackPostgres.class.getResourceAsStream("/" + name)) {
        if (archive != null) {
          unpack(
              new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive))),
              target);
          Files.writeString(done, version);
          return;
        }
      }
    }
    throw new IOException("no PostgreSQL for this operating system among " + NAMES);
  }

  private static void unpack(TarArchiveInputStream archive, Path target) throws IOException {
    for (var entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
      Path path = target.resolve(entry.getName()).normalize();
      if (!path.startsWith(target)) {
        throw new IOException("entry outside the archive: " + entry.getName());
      }
      if (entry.isDirectory()) {
        Files.createDirectories(path);
        continue;
      }
      Files.createDirectories(path.getParent());
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      } else {
        Files.copy(archive, path);
        if ((entry.getMode() & 0100) != 0) {
          DataFolder.onlyForOwner(path, "rwxr-xr-x");
        }
      }
    }
  }
}
