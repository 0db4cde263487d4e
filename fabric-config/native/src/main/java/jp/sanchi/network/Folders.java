package jp.sanchi.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;

/** The data folder's files: each written whole or not at all. */
final class Folders {
  private Folders() {}

  static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8), "rw-r--r--");
  }

  static void write(Path file, byte[] bytes) {
    write(file, bytes, "rw-r--r--");
  }

  static void writeSecret(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8), "rw-------");
  }

  static void writeProgram(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8), "rwxr-xr-x");
  }

  private static void write(Path file, byte[] bytes, String permissions) {
    try {
      Files.createDirectories(file.getParent());
      Path part =
          Files.createTempFile(
              file.getParent(), file.getFileName().toString(), ".part", only(file, permissions));
      Files.write(part, bytes);
      if (permissions.indexOf('x') >= 0) {
        // The process's mask may have taken it away
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString(permissions));
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new NetworkFailure("Can't write " + file + ": " + e, e);
    }
  }

  /** Makes the folder if need be, for its owner alone. */
  static void secret(Path folder) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, only(folder, "rwx------"));
      }
    } catch (IOException e) {
      throw new NetworkFailure("Can't make the folder " + folder + ": " + e, e);
    }
  }

  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new NetworkFailure("Can't read " + file + ": " + e, e);
    }
  }

  static void copy(Path from, Path to) {
    write(to, read(from));
  }

  static void move(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new NetworkFailure("Can't move " + from + " to " + to + ": " + e, e);
    }
  }

  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new NetworkFailure("Can't delete " + folder + ": " + e, e);
    }
  }

  private static FileAttribute<?>[] only(Path path, String permissions) {
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
