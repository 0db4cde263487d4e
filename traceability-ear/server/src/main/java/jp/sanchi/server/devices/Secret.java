package jp.sanchi.server.devices;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import jp.sanchi.kernel.event.Base64Url;

/** Random words that let in whoever has them. Only their hashes are stored. */
public final class Secret {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Secret() {}

  public static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return random;
  }

  /** A word of 192 bits. */
  public static String fresh() {
    return Base64Url.encode(random(24));
  }

  /** SHA-256; any text has one. */
  public static byte[] hash(String word) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(word.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
