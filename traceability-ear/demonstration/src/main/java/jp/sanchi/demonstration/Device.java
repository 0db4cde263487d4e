package jp.sanchi.demonstration;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;

/** A phone or an administrator's browser of one organisation: one key, which never leaves it. */
public final class Device {
  private final String consortium;
  private final String organisation;
  private final Clock clock;
  private final Signer signer;
  private final AtomicLong seq = new AtomicLong();

  public Device(String consortium, String organisation, Clock clock) {
    this(consortium, organisation, clock, Signer.fresh());
  }

  /** A device whose key lies in a PEM file, made at first. */
  public static Device in(Path pem, String consortium, String organisation, Clock clock)
      throws IOException {
    return new Device(consortium, organisation, clock, Signer.in(pem));
  }

  private Device(String consortium, String organisation, Clock clock, Signer signer) {
    this.signer = signer;
    this.consortium = consortium;
    this.organisation = organisation;
    this.clock = clock;
  }

  public String organisation() {
    return organisation;
  }

  public String kid() {
    return signer.kid();
  }

  /** Signs the draft: a compact JWS, ready to be posted. */
  public String sign(Draft draft) {
    var payload =
        draft.payload(
            consortium, "sanchi:organisation", organisation, clock.millis(), UUID.randomUUID());
    return signer.jws(draft.typ(), seq.getAndIncrement(), null, payload);
  }

  /** As below, noticed now. */
  public String correct(String wrong, String right) {
    return correct(wrong, right, clock.millis());
  }

  /**
   * The error declaration of an event: it repeats the whole payload.
   *
   * @param wrong the compact JWS that should not stand
   * @param right the compact JWS that takes its place
   * @param declared when somebody noticed, in ms since 1970
   */
  public String correct(String wrong, String right, long declared) {
    Jws original = Jws.parse(wrong);
    String corrective = Jws.parse(right).payload().text("eventID");
    Json.Obj payload =
        original
            .payload()
            .with(
                "errorDeclaration",
                Json.object(
                    "correctiveEventIDs",
                    Json.array(corrective),
                    "declarationTime",
                    IsoTime.print(declared),
                    "reason",
                    "incorrect_data"))
            .with("sanchi:corrects", Json.of(original.idText()))
            .with("sanchi:loggedAt", Json.of(IsoTime.print(clock.millis())));
    return signer.jws(original.typ(), seq.getAndIncrement(), null, payload);
  }

  /**
   * What logs this device in (docs/wire-format.md, section 13).
   *
   * @param origin of the server's pages, such as {@code http://localhost:8080}
   */
  public String login(String challenge, String origin) {
    Json.Obj header = Json.object("alg", "ES256", "kid", kid(), "typ", "sanchi-session");
    Json.Obj payload =
        Json.object("challenge", challenge, "consortium", consortium, "origin", origin);
    String input =
        Base64Url.encode(header.canonical()) + "." + Base64Url.encode(payload.canonical());
    return input + "." + Base64Url.encode(signer.raw(input.getBytes(StandardCharsets.US_ASCII)));
  }

  /** What an administrator signs to take this device's key away. */
  public Draft revocation() {
    return Draft.of("device_revoked").with("sanchi:gln", organisation).with("sanchi:kid", kid());
  }

  /** What an administrator signs to enrol this device; holds the proof of possession. */
  public Draft enrolment(boolean administrator) {
    var message = new ByteArrayOutputStream();
    message.writeBytes("sanchi/enrolment/1".getBytes(StandardCharsets.US_ASCII));
    message.write(0);
    message.writeBytes(consortium.getBytes(StandardCharsets.US_ASCII));
    message.write(0);
    message.writeBytes(organisation.getBytes(StandardCharsets.US_ASCII));
    return Draft.of("device_enrolled")
        .with("sanchi:gln", organisation)
        .with("sanchi:jwk", signer.jwk())
        .with("sanchi:proof", Base64Url.encode(signer.raw(message.toByteArray())))
        .with("sanchi:administrator", administrator);
  }
}
