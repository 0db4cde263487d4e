package jp.sanchi.launcher;

import java.security.Provider;
import java.security.Security;
import java.util.List;
import org.conscrypt.Conscrypt;

/**
 * Puts Conscrypt first for ECDSA, where it is some twenty times faster than the JDK, and for
 * nothing else: TLS stays with the JDK, which Payara is tested with.
 */
final class FastSignatures {
  private FastSignatures() {}

  static void register() {
    try {
      Provider provider = Conscrypt.newProvider();
      for (Object key : List.copyOf(provider.keySet())) {
        String name = key.toString();
        boolean wanted =
            name.startsWith("Signature.SHA256withECDSA")
                || name.startsWith("Alg.Alias.Signature.SHA256withECDSA")
                || name.startsWith("KeyFactory.EC");
        if (!wanted && !name.startsWith("Provider.")) {
          provider.remove(key);
        }
      }
      Security.insertProviderAt(provider, 1);
    } catch (UnsatisfiedLinkError e) {
      // No native code for this machine: the JDK's own is slower and just as right
    }
  }
}
