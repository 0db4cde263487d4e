package jp.sanchi.audit;

import jp.sanchi.kernel.proof.FastSignatures;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Tests that verify by the thousand take the provider that the program takes. */
final class FastProvider implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    FastSignatures.register();
  }
}
