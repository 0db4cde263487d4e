package jp.sanchi.web;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.Freshness;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.TrustRoots;

/** What the server beside says, each time asked with a challenge of its own and verified. */
@ApplicationScoped
public class Bundles {
  private final SecureRandom random = new SecureRandom();
  @Inject private RestApi api;

  /** Null where nothing is said. */
  BundleVerifier.Result verified(HttpServletRequest request, DigitalLink link)
      throws RestApi.Unreachable {
    byte[] challenge = new byte[32];
    random.nextBytes(challenge);
    RestApi.Answer bundle = api.bundle(request, link.path(), challenge);
    RestApi.Answer trust = api.trust(request);
    return bundle.ok() && trust.ok()
        ? BundleVerifier.verify(
            bundle.body(), TrustRoots.read(trust.body()), link, new Freshness.Challenge(challenge))
        : null;
  }

  /** What a thing's page is called; its path where that can't be known now. */
  String title(HttpServletRequest request, DigitalLink link) {
    try {
      BundleVerifier.Result verified = verified(request, link);
      if (verified != null && verified.story() != null) {
        return Teller.tell(verified, Page.wordsFor(request)).headline();
      }
    } catch (RestApi.Unreachable | Malformed e) {
      // Its address will do
    }
    return link.path();
  }
}
