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
        String aliasOf = name.startsWith("Alg.Alias.") ? String.valueOf(provider.get(key)) : "";
        boolean wanted =
            name.startsWith("Signature.SHA256withECDSA")
                || name.equals("KeyFactory.EC")
                // By number, too: JDK 17 itself does not know EC keys by theirs
                || (name.startsWith("Alg.Alias.Signature.") && aliasOf.equals("SHA256withECDSA"))
                || (name.startsWith("Alg.Alias.KeyFactory.") && aliasOf.equals("EC"));
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
