package jp.sanchi.web;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.SecureRandom;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.Freshness;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.Start;
import jp.sanchi.kernel.proof.TrustRoots;

/**
 * What a scanned code leads to. The page is written from a bundle that was asked for with a
 * challenge of its own and verified, and says nothing at all where that fails; yet it never says
 * "verified": that is for the reader's own device to say.
 */
@WebServlet({"/01/*", "/00/*"})
public class ThingPage extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient SecureRandom random = new SecureRandom();
  @Inject private transient RestApi api;
  @Inject private transient Pages pages;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // As it came over the wire: decoding first would make two codes of "%252F" and "%2F" alike
    String address = request.getRequestURI();
    DigitalLink link = read(address);
    if (link == null) {
      pages.message(request, response, 404, "notFoundTitle", "notFoundText");
      return;
    }
    try {
      byte[] challenge = new byte[32];
      random.nextBytes(challenge);
      RestApi.Answer bundle = api.bundle(request, link.path(), challenge);
      RestApi.Answer trust = api.trust(request);
      if (!bundle.ok() || !trust.ok()) {
        pages.thing(request, response, 503, null, address);
        return;
      }
      BundleVerifier.Result verified =
          BundleVerifier.verify(
              bundle.body(),
              TrustRoots.read(trust.body()),
              link,
              new Freshness.Challenge(challenge));
      if (verified.story() == null) {
        getServletContext()
            .log(
                "A bundle from the server beside fails verification: "
                    + verified.verdict().failure().name()
                    + ", "
                    + verified.verdict().failure().reason());
        pages.thing(request, response, 502, null, address);
        return;
      }
      pages.thing(request, response, 200, Teller.tell(verified, Page.wordsFor(request)), address);
    } catch (RestApi.Unreachable e) {
      pages.thing(request, response, 503, null, address);
    } catch (Malformed e) {
      getServletContext().log("The server beside hands out a trust.json that can't be read");
      pages.thing(request, response, 502, null, address);
    }
  }

  /** Null for an address that is no code of a package, lot or unit. */
  private static DigitalLink read(String address) {
    try {
      DigitalLink link = DigitalLink.parse(address);
      Start.of(link, "any");
      return link;
    } catch (MalformedEvent | Malformed e) {
      return null;
    }
  }
}
