package jp.sanchi.kernel.proof;

import java.security.Provider;
import java.security.Security;

/** Conscrypt where there is one for this machine: whole suites of bundles in seconds. */
final class FastProvider {
  private FastProvider() {}

  static synchronized void use() {
    if (Security.getProvider("Conscrypt") != null) {
      return;
    }
    try {
      Object provider =
          Class.forName("org.conscrypt.Conscrypt").getMethod("newProvider").invoke(null);
      Security.insertProviderAt((Provider) provider, 1);
    } catch (ReflectiveOperationException | LinkageError e) {
      // the JDK's own does the same, slower
    }
  }
}
