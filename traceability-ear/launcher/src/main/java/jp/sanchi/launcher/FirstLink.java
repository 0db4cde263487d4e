package jp.sanchi.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;

/**
 * The link that makes a browser an administrator, good once and for an hour. The server finds the
 * hash of its token in {@code first-link.json}, and leaves {@code first-link.used} when it has been
 * used.
 */
final class FirstLink {
  private static final Duration LIFE = Duration.ofHours(1);

  private FirstLink() {}

  /** Whether no browser has become an administrator by a link yet. */
  static boolean wanted(Path data) {
    return !Files.exists(data.resolve("first-link.used"));
  }

  /**
   * A new link; the one before is good no more.
   *
   * @return the path and fragment, to be put after the server's address
   */
  static String make(Path data, Clock clock) throws IOException {
    Base64.Encoder base64url = Base64.getUrlEncoder().withoutPadding();
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String token = base64url.encodeToString(random);
    Path fresh = data.resolve("first-link.new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh);
    DataFolder.onlyForOwner(fresh, "rw-------");
    Files.writeString(
        fresh,
        "{\"expires\":%d,\"hash\":\"%s\"}"
            .formatted(
                clock.instant().plus(LIFE).toEpochMilli(),
                base64url.encodeToString(sha256(token))));
    Files.move(
        fresh,
        data.resolve("first-link.json"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    return "console/#first=" + token;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
