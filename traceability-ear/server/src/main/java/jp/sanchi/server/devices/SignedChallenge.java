package jp.sanchi.server.devices;

import java.nio.charset.StandardCharsets;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.P256;

/**
 * How a device shows that it holds its key: a compact JWS with the header {@code
 * {"alg":"ES256","kid":…,"typ":"sanchi-session"}} over {@code {"challenge":…,"consortium":…,
 * "origin":…}}, both canonical. No event has this type, and the origin keeps a server that is asked
 * for a login from using the answer at another.
 */
record SignedChallenge(
    String kid,
    String challenge,
    String consortium,
    String origin,
    byte[] input,
    byte[] signature) {
  private static final int LONGEST = 4096;
  private static final Json.Limits LIMITS = new Json.Limits(LONGEST, 2);

  /** Throws {@code jws_malformed} or {@code jws_bad_header}. */
  static SignedChallenge parse(String compact) {
    String[] parts = compact.split("\\.", -1);
    if (compact.length() > LONGEST || parts.length != 3) {
      throw new MalformedEvent("jws_malformed", null);
    }
    Json.Obj header = object(parts[0]);
    Json.Obj payload = object(parts[1]);
    if (!header.equals(
        Json.object("alg", "ES256", "kid", text(header, "kid"), "typ", "sanchi-session"))) {
      throw new MalformedEvent("jws_bad_header", null);
    }
    var challenge =
        new SignedChallenge(
            text(header, "kid"),
            text(payload, "challenge"),
            text(payload, "consortium"),
            text(payload, "origin"),
            (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII),
            decoded(parts[2]));
    if (payload.members().size() != 3 || challenge.signature.length != 64) {
      throw new MalformedEvent("jws_malformed", null);
    }
    return challenge;
  }

  boolean isSignedBy(byte[] point65) {
    return P256.verifyRaw(point65, input, signature);
  }

  private static Json.Obj object(String part) {
    try {
      if (Json.parseCanonical(decoded(part), LIMITS) instanceof Json.Obj object) {
        return object;
      }
    } catch (MalformedEvent e) {
      // Below: a login needs no finer words
    }
    throw new MalformedEvent("jws_malformed", null);
  }

  private static String text(Json.Obj object, String name) {
    if (object.get(name) instanceof Json.Text text) {
      return text.value();
    }
    throw new MalformedEvent("jws_malformed", null);
  }

  private static byte[] decoded(String part) {
    try {
      return Base64Url.decode(part);
    } catch (MalformedEvent e) {
      throw new MalformedEvent("jws_malformed", null);
    }
  }
}
