package jp.sanchi.server.devices;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.server.platform.Settings;

/**
 * The link that makes a browser an administrator of the local members. The launcher leaves its hash
 * and end in {@code first-link.json} in the data folder: who can write there owns this ledger's
 * keys anyway.
 */
@Singleton
class FirstLink {
  private static final Json.Limits LIMITS = new Json.Limits(1024, 2);

  private final Path folder;

  FirstLink() {
    this(Settings.text("sanchi.data") == null ? null : Path.of(Settings.text("sanchi.data")));
  }

  FirstLink(Path folder) {
    this.folder = folder;
  }

  /**
   * Whether the token is good; it is for one call only.
   *
   * @param now ms since 1970
   */
  boolean take(String token, long now) {
    if (folder == null) {
      return false;
    }
    Path file = folder.resolve("first-link.json");
    try {
      Json.Obj link = (Json.Obj) Json.parse(Files.readAllBytes(file), LIMITS);
      return MessageDigest.isEqual(Secret.hash(token), Base64Url.decode(link.text("hash")))
          && now < link.integer("expires")
          && Files.deleteIfExists(file);
    } catch (NoSuchFileException | MalformedEvent | ClassCastException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on starts print no link of their own accord. */
  void used(String kid) {
    try {
      Files.writeString(folder.resolve("first-link.used"), kid + "\n", StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
