package jp.sanchi.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;

/** The one folder that Sanchi writes to, held by one living server at a time. */
final class DataFolder implements AutoCloseable {
  /** A server that was told to stop gets this long to go, so that Ctrl-C and "again" just works. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private DataFolder(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  static DataFolder take(Path path) throws StartFailure {
    try {
      Files.createDirectories(path);
      onlyForOwner(path, "rwx------");
      Files.createDirectories(path.resolve("logs"));
      FileChannel channel =
          FileChannel.open(
              path.resolve("sanchi.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = lock(path, channel);
      Files.deleteIfExists(path.resolve("sanchi.address"));
      Files.deleteIfExists(path.resolve("sanchi.stopping"));
      Files.writeString(path.resolve("sanchi.pid"), ProcessHandle.current().pid() + "\n");
      return new DataFolder(path, channel, lock);
    } catch (IOException e) {
      throw new StartFailure(
          "Sanchi can't write to its data folder "
              + path
              + " ("
              + reason(e)
              + "); choose another with -Dsanchi.data=FOLDER.",
          e);
    }
  }

  private static FileLock lock(Path path, FileChannel channel) throws IOException, StartFailure {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      boolean leaving = Files.exists(path.resolve("sanchi.stopping"));
      if (!leaving || System.nanoTime() > deadline) {
        throw new StartFailure(
            "Another Sanchi (process "
                + pid(path)
                + ") is running on the data folder "
                + path
                + "; stop it, or choose another folder with -Dsanchi.data=FOLDER.");
      }
      pause();
    }
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /** Reads a secret of this installation, made at the first call and readable by the owner only. */
  String secret(String name) throws IOException {
    Path file = path.resolve(name);
    if (!Files.exists(file)) {
      byte[] bytes = new byte[24];
      new SecureRandom().nextBytes(bytes);
      Path fresh = path.resolve(name + ".new");
      try {
        Files.createFile(fresh);
      } catch (FileAlreadyExistsException e) {
        // left by a start that was killed; overwritten below
      }
      onlyForOwner(fresh, "rw-------");
      Files.writeString(fresh, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
      Files.move(fresh, file);
    }
    return Files.readString(file).strip();
  }

  /** Tells other programs where this server answers, and that it does. */
  void ready(String address) throws IOException {
    Path fresh = path.resolve("sanchi.address.new");
    Files.writeString(fresh, address + "\n" + ProcessHandle.current().pid() + "\n");
    Files.move(fresh, path.resolve("sanchi.address"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  /** From here on the next start waits for the lock instead of refusing. */
  void stopping() throws IOException {
    Files.deleteIfExists(path.resolve("sanchi.address"));
    Files.writeString(path.resolve("sanchi.stopping"), "");
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path.resolve("sanchi.address"));
    Files.deleteIfExists(path.resolve("sanchi.pid"));
    Files.deleteIfExists(path.resolve("sanchi.stopping"));
    lock.release();
    channel.close();
  }

  static void onlyForOwner(Path file, String permissions) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
  }

  private static String pid(Path path) {
    try {
      return Files.readString(path.resolve("sanchi.pid")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String reason(IOException e) {
    if (e instanceof java.nio.file.AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file is in its place";
    }
    if (e instanceof java.nio.file.NoSuchFileException) {
      return "it can't be made there";
    }
    return e instanceof java.nio.file.FileSystemException f && f.getReason() != null
        ? f.getReason()
        : e.getMessage();
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
