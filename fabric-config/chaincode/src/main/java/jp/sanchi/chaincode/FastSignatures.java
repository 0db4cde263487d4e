package jp.sanchi.chaincode;

import java.security.Provider;
import java.security.Security;
import java.util.List;
import org.conscrypt.Conscrypt;

/**
 * Puts Conscrypt first for ECDSA, where it is some twenty times faster than the JDK, and for
 * nothing else: TLS stays with the JDK.
 */
final class FastSignatures {
  private FastSignatures() {}

  /** False if there is no Conscrypt for this machine: the JDK's own is slower and just as right. */
  static boolean register() {
    try {
      Provider provider = Conscrypt.newProvider();
      for (Object key : List.copyOf(provider.keySet())) {
        String name = key.toString();
        boolean wanted =
            name.startsWith("Signature.SHA256withECDSA")
                || name.equals("KeyFactory.EC")
                || name.startsWith("Provider.");
        if (!wanted) {
          provider.remove(key);
        }
      }
      Security.insertProviderAt(provider, 1);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }
}
