package jp.sanchi.kernel.proof;

import java.security.Provider;
import java.security.Security;
import java.util.List;

/**
 * Conscrypt, where it is on the class path, for ECDSA with SHA-256 and its keys: some twenty times
 * as fast as the JDK's own, and nothing needs it. For nothing else: TLS stays with the JDK, and its
 * digests are native objects, each of which costs more to make and to clear away than an event's
 * hash.
 */
public final class FastSignatures {
  private FastSignatures() {}

  /**
   * Puts it before the JDK's own, for the whole JVM and once.
   *
   * @return false where there is none for this machine: the JDK's is slower and just as right
   */
  public static synchronized boolean register() {
    if (Security.getProvider("Conscrypt") != null) {
      return true;
    }
    try {
      var provider =
          (Provider) Class.forName("org.conscrypt.Conscrypt").getMethod("newProvider").invoke(null);
      for (Object key : List.copyOf(provider.keySet())) {
        if (!wanted(key.toString(), provider.get(key))) {
          provider.remove(key);
        }
      }
      Security.insertProviderAt(provider, 1);
      return true;
    } catch (ReflectiveOperationException | LinkageError e) {
      return false;
    }
  }

  private static boolean wanted(String name, Object value) {
    return name.startsWith("Provider.")
        || name.startsWith("Signature.SHA256withECDSA")
        || name.equals("KeyFactory.EC")
        // By number, too: JDK 17 itself does not know EC keys by theirs
        || (name.startsWith("Alg.Alias.Signature.") && "SHA256withECDSA".equals(value))
        || (name.startsWith("Alg.Alias.KeyFactory.") && "EC".equals(value));
  }
}
