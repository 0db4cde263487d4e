package jp.sanchi.server.sensors;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.Reading;

/**
 * A bridge's batch of readings: a compact JWS with the header {@code
 * {"alg":"ES256","kid":…,"typ":"sanchi-readings"}} over {@code
 * {"consortium":…,"organisation":…,"windows":[[uuid,box,[leaf…]]…]}}, both canonical. No event has
 * this type.
 */
record SignedReadings(
    String kid,
    String consortium,
    String organisation,
    List<Stored> readings,
    byte[] input,
    byte[] signature) {
  static final int MOST_BYTES = 4 << 20;

  private static final int MOST_READINGS = 10_000;
  private static final Json.Limits LIMITS = new Json.Limits(MOST_BYTES, 4);

  /**
   * @param window UUID of the event that signs it
   */
  record Stored(UUID window, Reading reading, byte[] leaf) {}

  /** Throws {@code jws_malformed} or {@code jws_bad_header}. */
  static SignedReadings parse(byte[] compact) {
    String[] parts = new String(compact, StandardCharsets.ISO_8859_1).split("\\.", -1);
    if (parts.length != 3) {
      throw malformed();
    }
    Json.Obj header = object(parts[0]);
    Json.Obj payload = object(parts[1]);
    if (!header.equals(
        Json.object("alg", "ES256", "kid", text(header.get("kid")), "typ", "sanchi-readings"))) {
      throw new MalformedEvent("jws_bad_header", null);
    }
    byte[] signature = Base64Url.decode(parts[2]);
    if (payload.members().size() != 3
        || signature.length != 64
        || !(payload.get("windows") instanceof Json.Arr windows)) {
      throw malformed();
    }
    return new SignedReadings(
        text(header.get("kid")),
        text(payload.get("consortium")),
        text(payload.get("organisation")),
        readings(windows),
        (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII),
        signature);
  }

  private static List<Stored> readings(Json.Arr windows) {
    List<Stored> readings = new ArrayList<>();
    for (Json one : windows.items()) {
      if (!(one instanceof Json.Arr window)
          || window.size() != 3
          || !(window.get(2) instanceof Json.Arr leaves)) {
        throw malformed();
      }
      text(window.get(1));
      UUID id = uuid(text(window.get(0)));
      for (Json leaf : leaves.items()) {
        byte[] bytes = Base64Url.decode(text(leaf));
        try {
          readings.add(new Stored(id, Reading.read(bytes), bytes));
        } catch (Malformed e) {
          throw malformed();
        }
      }
    }
    if (readings.isEmpty() || readings.size() > MOST_READINGS) {
      throw malformed();
    }
    return readings;
  }

  boolean isSignedBy(byte[] point65) {
    return P256.verifyRaw(point65, input, signature);
  }

  /** By which its receipt names it. */
  byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(input);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static UUID uuid(String text) {
    if (!text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
      throw malformed();
    }
    return UUID.fromString(text);
  }

  private static Json.Obj object(String part) {
    if (Json.parseCanonical(Base64Url.decode(part), LIMITS) instanceof Json.Obj object) {
      return object;
    }
    throw malformed();
  }

  private static String text(Json value) {
    if (value instanceof Json.Text text) {
      return text.value();
    }
    throw malformed();
  }

  private static MalformedEvent malformed() {
    return new MalformedEvent("jws_malformed", null);
  }
}
