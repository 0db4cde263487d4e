package jp.sanchi.server.bundles;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.SecureRandom;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.server.platform.AnyOrigin;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/**
 * Everything that a verifier needs about one package, lot or logistic unit. As public as the code
 * is: a verifier on another origin asks with a challenge of its own.
 */
@Path("bundles")
@Singleton
@AnyOrigin
public class BundlesResource {
  private static final int LONGEST_CHALLENGE = 86;

  private final MakeBundle bundles;
  private final SecureRandom random = new SecureRandom();

  @Inject
  BundlesResource(MakeBundle bundles) {
    this.bundles = bundles;
  }

  /**
   * Makes a bundle now.
   *
   * @param subject a GS1 Digital Link with any host, or only its path
   * @param challenge base64url of 16 to 64 bytes; without it, a random one that proves nothing to
   *     anybody: the verifier then looks at the statement's age
   */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Response bundle(
      @QueryParam("subject") String subject, @QueryParam("challenge") String challenge) {
    if (subject == null) {
      throw Problem.of(Fault.PARAMETER_MISSING, "subject");
    }
    try {
      return Response.ok(bundles.of(DigitalLink.parse(subject), challenge(challenge))).build();
    } catch (MalformedEvent malformed) {
      throw Problem.ofParameter(malformed, "subject");
    } catch (Malformed unsupported) {
      throw Problem.ofParameter(new MalformedEvent(unsupported.reason(), null), "subject");
    }
  }

  /**
   * The readings of one box day that a bundle names: canonical JSON, the items that would stand at
   * its {@code readings}.
   *
   * @param subject of a box day, {@code box/…/YYYY-MM-DD}
   * @param head base64url, that of the bundle's statement
   */
  @GET
  @Path("readings")
  @Produces(MediaType.APPLICATION_JSON)
  public Response readings(@QueryParam("subject") String subject, @QueryParam("head") String head) {
    MakeBundle.DayOfReadings day = bundles.readings(boxDay(subject), head(head));
    Response.ResponseBuilder answer = Response.ok(day.items());
    if (day.whole()) {
      answer.header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable");
    }
    return answer.build();
  }

  private static Subject boxDay(String text) {
    if (text == null) {
      throw Problem.of(Fault.PARAMETER_MISSING, "subject");
    }
    try {
      Subject subject = Subject.parse(text);
      if (subject.kind() == Subject.Kind.BOX) {
        return subject;
      }
    } catch (MalformedEvent malformed) {
      throw Problem.ofParameter(malformed, "subject");
    }
    throw Problem.of(Fault.PARAMETER_MALFORMED, "subject");
  }

  private static byte[] head(String text) {
    if (text == null) {
      throw Problem.of(Fault.PARAMETER_MISSING, "head");
    }
    try {
      return Base64Url.decode(text);
    } catch (MalformedEvent malformed) {
      throw Problem.of(Fault.PARAMETER_MALFORMED, "head");
    }
  }

  private byte[] challenge(String text) {
    if (text == null) {
      byte[] own = new byte[16];
      random.nextBytes(own);
      return own;
    }
    byte[] challenge = null;
    if (text.length() <= LONGEST_CHALLENGE) {
      try {
        challenge = Base64Url.decode(text);
      } catch (MalformedEvent e) {
        // Below, like one of the wrong length
      }
    }
    if (challenge == null || challenge.length < 16 || challenge.length > 64) {
      throw Problem.of(Fault.PARAMETER_MALFORMED, "challenge");
    }
    return challenge;
  }
}
