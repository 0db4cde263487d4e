package jp.sanchi.server.devices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jwk;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.X509;
import jp.sanchi.server.TestDatabase;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.ledger.LocalAuthorities;
import jp.sanchi.server.ledger.TestServer;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Problem;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesIT {
  private static final String CONSORTIUM = "aya-2026";
  private static final String FARM = "4569951000010";
  private static final String SHOP = "4569953000018";
  private static final String ORIGIN = "https://sanchi.example";

  @TempDir private Path data;
  private TestServer server;
  private Ledger ledger;
  private final Origins origins = new Origins(null);
  private Sessions sessions;
  private SessionsResource logins;
  private InvitationsResource invitations;
  private Administrator member;
  private Device browser;
  private Device phone;

  @BeforeEach
  void admit_a_farm_with_a_browser_and_a_phone() throws Exception {
    server = TestServer.on(TestDatabase.fresh(), data);
    ledger = server.ledger();
    CurrentState state = new CurrentState(server.database(), ledger);
    sessions = new Sessions(server.database(), ledger, state, origins);
    logins = new SessionsResource(sessions, origins);
    invitations =
        new InvitationsResource(
            new Invitations(server.database(), state),
            sessions,
            ledger,
            new OrganisationNames(server.database()));
    member =
        Administrator.read(
            data.resolve("administrators/GrowersMSP.pem"),
            CONSORTIUM,
            "GrowersMSP",
            Clock.systemUTC());
    browser = new Device(CONSORTIUM, FARM, Clock.systemUTC());
    phone = new Device(CONSORTIUM, FARM, Clock.systemUTC());
    append(
        member.sign(Draft.of("organisation_admitted").with("sanchi:gln", FARM)),
        member.sign(browser.enrolment(true)),
        browser.sign(phone.enrolment(false)));
  }

  private void append(String... events) {
    assertThat(ledger.append(List.of(events))).allMatch(Accepted.class::isInstance);
  }

  private String challenge() {
    return json(logins.challenge()).text("challenge");
  }

  private static Json.Obj json(Object body) {
    return (Json.Obj) Json.parse((byte[]) body, new Json.Limits(1 << 20, 8));
  }

  private static ByteArrayInputStream body(Object... namesAndValues) {
    return new ByteArrayInputStream(Json.object(namesAndValues).canonical());
  }

  private String logIn(Device device) throws Exception {
    return begin(device.login(challenge(), ORIGIN), Request.post()).cookie();
  }

  private Sessions.Begun begin(String jws, Request request) {
    return sessions.begin(SignedChallenge.parse(jws), origins.required(request.sent()));
  }

  private static void refused(int status, String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.reason()).isEqualTo(reason);
              assertThat(problem.status()).isEqualTo(status);
            });
  }

  @Test
  void logs_in_who_signs_the_challenge_with_an_enrolled_key() throws Exception {
    String cookie = logIn(browser);

    assertThat(cookie)
        .startsWith("__Host-sanchi-" + browser.kid() + "=")
        .contains("; HttpOnly", "; SameSite=Strict", "; Secure", "; Path=/");
    Json.Obj session = json(logins.session(Request.get().cookie(cookie).sent()));
    assertThat(session.text("organisation")).isEqualTo(FARM);
    assertThat(session.text("kid")).isEqualTo(browser.kid());
    assertThat(session.bool("administrator")).isTrue();
    assertThat(session.integer("expires")).isGreaterThan(System.currentTimeMillis());
    assertThat(
            json(logins.session(Request.get().cookie(logIn(phone)).sent())).bool("administrator"))
        .isFalse();
  }

  @Test
  void takes_a_challenge_once_and_for_the_page_that_it_was_signed_for() throws Exception {
    String signed = browser.login(challenge(), ORIGIN);
    begin(signed, Request.post());

    refused(401, "login_needed", () -> begin(signed, Request.post()));
    refused(
        401,
        "login_needed",
        () -> begin(browser.login(challenge(), "https://evil.example"), Request.post()));
    refused(
        403,
        "forbidden",
        () ->
            begin(
                browser.login(challenge(), "https://evil.example"),
                Request.post().with("Origin", "https://evil.example")));
    refused(401, "login_needed", () -> begin(browser.login("AAAA", ORIGIN), Request.post()));
  }

  @Test
  void knows_no_stranger_and_no_forged_login() throws Exception {
    Device stranger = new Device(CONSORTIUM, FARM, Clock.systemUTC());
    refused(401, "unknown_key", () -> begin(stranger.login(challenge(), ORIGIN), Request.post()));

    String[] parts = browser.login(challenge(), ORIGIN).split("\\.");
    String[] other = browser.login(challenge(), ORIGIN).split("\\.");
    refused(
        401,
        "bad_signature",
        () -> begin(parts[0] + "." + other[1] + "." + parts[2], Request.post()));
  }

  @Test
  void an_event_is_no_login_and_a_login_is_no_event() throws Exception {
    String event = browser.sign(phone.revocation());
    assertThatThrownBy(() -> begin(event, Request.post())).hasMessageContaining("jws_");
    String login = browser.login(challenge(), ORIGIN);

    Outcome outcome = ledger.append(List.of(login)).get(0);

    assertThat(outcome.toString()).contains("JWS_BAD_HEADER");
    assertThatThrownBy(() -> Jws.parse(login)).hasMessageContaining("jws_bad_header");
  }

  @Test
  void a_revoked_key_has_lost_its_sessions_at_once() throws Exception {
    String cookie = logIn(phone);
    append(browser.sign(phone.revocation()));

    refused(401, "key_revoked", () -> sessions.required(Request.get().cookie(cookie).sent()));
    refused(401, "login_needed", () -> sessions.required(Request.get().cookie(cookie).sent()));
    refused(401, "key_revoked", () -> logIn(phone));
    assertThat(sessions.required(Request.get().cookie(logIn(browser)).sent()).kid())
        .isEqualTo(browser.kid());
  }

  @Test
  void another_site_can_neither_write_nor_choose_a_session() throws Exception {
    String cookie = logIn(browser);

    refused(403, "forbidden", () -> sessions.required(Request.post().cookie(cookie).sent()));
    refused(
        403,
        "forbidden",
        () ->
            sessions.required(
                Request.post()
                    .with("Sanchi-Key", browser.kid())
                    .with("Origin", "https://sanchi.example.evil.example")
                    .cookie(cookie)
                    .sent()));
    assertThat(
            sessions
                .required(Request.post().with("Sanchi-Key", browser.kid()).cookie(cookie).sent())
                .organisation())
        .isEqualTo(FARM);
  }

  @Test
  void holds_several_keys_sessions_apart_in_one_browser() throws Exception {
    String one = logIn(browser);
    String two = logIn(phone);

    for (Device device : List.of(browser, phone)) {
      var request = Request.get().cookie(one).cookie(two).with("Sanchi-Key", device.kid());
      assertThat(sessions.required(request.sent()).kid()).isEqualTo(device.kid());
    }
    refused(
        401, "login_needed", () -> sessions.required(Request.get().cookie(one).cookie(two).sent()));
    // The one's token in the other's name
    String mixed = two.substring(0, two.indexOf('=')) + one.substring(one.indexOf('='));
    refused(401, "login_needed", () -> sessions.required(Request.get().cookie(mixed).sent()));
  }

  @Test
  void a_logout_ends_the_session_for_everybody_who_has_the_cookie() throws Exception {
    String cookie = logIn(browser);

    String gone =
        sessions.end(Request.post().with("Sanchi-Key", browser.kid()).cookie(cookie).sent());

    assertThat(gone).contains("Max-Age=0");
    refused(401, "login_needed", () -> sessions.required(Request.get().cookie(cookie).sent()));
  }

  private Request asAdministrator() throws Exception {
    return Request.post().with("Sanchi-Key", browser.kid()).cookie(logIn(browser));
  }

  private static List<String> texts(Json.Arr rows, String name) {
    return rows.items().stream().map(row -> ((Json.Obj) row).text(name)).toList();
  }

  private Json.Obj invite() throws Exception {
    return json(invitations.make(body("name", "田中", "language", "ja"), asAdministrator().sent()));
  }

  private static Json.Obj enrolment(Device device) {
    return Jws.parse(device.sign(device.enrolment(false))).payload();
  }

  private Json.Obj offer(String token, Device device) throws Exception {
    Json.Obj enrolment = enrolment(device);
    return json(
        invitations.offer(
            token,
            body(
                "jwk",
                enrolment.get("sanchi:jwk"),
                "name",
                "Pixel",
                "proof",
                enrolment.text("sanchi:proof"))));
  }

  @Test
  void enrols_the_phone_whose_offer_the_administrator_has_signed() throws Exception {
    Json.Obj made = invite();
    String token = made.text("token");
    assertThat(made.text("url")).isEqualTo("/scan/#i=" + token);
    Json.Obj shown = json(invitations.invitation(token));
    assertThat(shown.text("state")).isEqualTo("open");
    assertThat(shown.object("organisation").text("gln")).isEqualTo(FARM);
    Device fresh = new Device(CONSORTIUM, FARM, Clock.systemUTC());

    assertThat(offer(token, fresh).text("state")).isEqualTo("offered");

    Json.Obj listed =
        (Json.Obj) json(invitations.all(asAdministrator().sent())).array("invitations").get(0);
    assertThat(listed.text("id")).isEqualTo(made.text("id"));
    Json.Obj offered = listed.object("offer");
    assertThat(offered.text("shortCode"))
        .isEqualTo(ShortCode.ofKey(Base64Url.decode(fresh.kid())))
        .matches("[0-9A-HJKMNP-TV-Z]{3}-[0-9A-HJKMNP-TV-Z]{3}");
    append(
        browser.sign(
            Draft.of("device_enrolled")
                .with("sanchi:gln", FARM)
                .with("sanchi:jwk", offered.get("jwk"))
                .with("sanchi:proof", offered.text("proof"))
                .with("sanchi:administrator", false)));
    assertThat(json(invitations.invitation(token)).text("state")).isEqualTo("enrolled");
    assertThat(logIn(fresh)).isNotEmpty();
    append(browser.sign(fresh.revocation()));
    assertThat(json(invitations.invitation(token)).text("state")).isEqualTo("revoked");
  }

  @Test
  void the_first_offer_stays_and_another_comes_too_late() throws Exception {
    String token = invite().text("token");
    Device fresh = new Device(CONSORTIUM, FARM, Clock.systemUTC());
    offer(token, fresh);

    assertThat(offer(token, fresh).text("kid")).isEqualTo(fresh.kid());
    refused(409, "conflict", () -> offer(token, new Device(CONSORTIUM, FARM, Clock.systemUTC())));
  }

  @Test
  void an_invitation_remembers_what_it_is_for() throws Exception {
    Request administrator = asAdministrator();
    String token =
        json(invitations.make(
                body("name", "父", "language", "ja", "use", "administrator"), administrator.sent()))
            .text("token");
    invite();

    assertThat(json(invitations.invitation(token)).text("use")).isEqualTo("administrator");
    assertThat(texts(json(invitations.all(asAdministrator().sent())).array("invitations"), "use"))
        .containsExactly("scanner", "administrator");
    refused(
        400,
        "request_malformed",
        () ->
            invitations.make(
                body("name", "父", "language", "ja", "use", "king"), asAdministrator().sent()));
  }

  @Test
  void takes_no_key_without_proof_and_none_for_another_organisation() throws Exception {
    String token = invite().text("token");

    refused(422, "bad_proof", () -> offer(token, new Device(CONSORTIUM, SHOP, Clock.systemUTC())));
    refused(
        404,
        "not_found",
        () -> offer("AAAAAAAAAAAAAAAA", new Device(CONSORTIUM, FARM, Clock.systemUTC())));
  }

  @Test
  void an_invitation_that_was_taken_back_or_is_over_takes_no_key() throws Exception {
    Json.Obj made = invite();
    invitations.refuse(made.text("id"), asAdministrator().sent());
    assertThat(json(invitations.invitation(made.text("token"))).text("state")).isEqualTo("refused");
    Device fresh = new Device(CONSORTIUM, FARM, Clock.systemUTC());
    refused(409, "conflict", () -> offer(made.text("token"), fresh));

    String old = invite().text("token");
    server.execute("update invitation set expires_at = now() - interval '1 second'");
    assertThat(json(invitations.invitation(old)).text("state")).isEqualTo("expired");
    refused(410, "invitation_ended", () -> offer(old, fresh));
    assertThat(server.number("select count(*) from invitation where kid is not null")).isZero();
  }

  @Test
  void only_administrators_invite_and_only_for_their_own_organisation() throws Exception {
    String cookie = logIn(phone);
    refused(
        403,
        "not_an_administrator",
        () ->
            invitations.make(
                body("name", "x", "language", "ja"),
                Request.post().with("Sanchi-Key", phone.kid()).cookie(cookie).sent()));

    Device shop = new Device(CONSORTIUM, SHOP, Clock.systemUTC());
    append(
        member.sign(Draft.of("organisation_admitted").with("sanchi:gln", SHOP)),
        member.sign(shop.enrolment(true)));
    String id = invite().text("id");
    String theirs = logIn(shop);
    refused(
        404,
        "not_found",
        () ->
            invitations.refuse(
                id, Request.post().with("Sanchi-Key", shop.kid()).cookie(theirs).sent()));
    assertThat(
            json(invitations.all(Request.get().cookie(theirs).sent())).array("invitations").size())
        .isZero();
  }

  @Test
  void counts_what_becomes_suspect_before_a_lost_phone_is_revoked() throws Exception {
    server.follow();
    DevicesResource devices = new DevicesResource(sessions, server.database());
    String cookie = logIn(browser);

    assertThat(json(devices.records(browser.kid(), 0, Request.get().cookie(cookie).sent())))
        .isEqualTo(Json.object("count", 1, "lots", List.of()));
    long later = System.currentTimeMillis() + 60_000;
    assertThat(
            json(devices.records(browser.kid(), later, Request.get().cookie(cookie).sent()))
                .integer("count"))
        .isZero();
    Device stranger = new Device(CONSORTIUM, "4569952000019", Clock.systemUTC());
    refused(
        404,
        "not_found",
        () -> devices.records(stranger.kid(), 0, Request.get().cookie(cookie).sent()));
  }

  @Test
  void lists_the_organisation_s_devices_with_their_names() throws Exception {
    String token = invite().text("token");
    Device fresh = new Device(CONSORTIUM, FARM, Clock.systemUTC());
    offer(token, fresh);
    append(browser.sign(fresh.enrolment(false)), browser.sign(phone.revocation()));
    server.follow();

    Json.Arr devices =
        json(new DevicesResource(sessions, server.database())
                .devices(Request.get().cookie(logIn(browser)).sent()))
            .array("devices");

    List<String> lines = new ArrayList<>();
    for (Json device : devices.items()) {
      Json.Obj of = (Json.Obj) device;
      lines.add(
          of.text("kid")
              + (of.get("name") instanceof Json.Text name ? " " + name.value() : "")
              + (of.bool("administrator") ? " administrator" : "")
              + (of.get("revokedAt") instanceof Json.Num ? " revoked" : ""));
    }
    assertThat(lines)
        .containsExactlyInAnyOrder(
            fresh.kid() + " 田中", phone.kid() + " revoked", browser.kid() + " administrator");
  }

  @Test
  void the_first_link_makes_a_browser_an_administrator_of_all_local_members_once()
      throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] encoded = ((ECPublicKey) pair.getPublic()).getEncoded();
    byte[] point = java.util.Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
    String token = "first-token";
    Path file = data.resolve("first-link.json");
    Files.write(
        file,
        Json.object(
                "expires",
                System.currentTimeMillis() + 60_000,
                "hash",
                Base64Url.encode(Secret.hash(token)))
            .canonical());
    FirstResource first = new FirstResource(new FirstLink(data), ledger, (LocalAuthorities) ledger);
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initSign(pair.getPrivate());
    signature.update(FirstResource.message(CONSORTIUM, token));
    Object[] request = {
      "jwk", Jwk.of(point), "proof", Base64Url.encode(signature.sign()), "token", token
    };

    refused(
        422,
        "bad_proof",
        () ->
            first.certify(
                body("jwk", Jwk.of(point), "proof", request[3], "token", "another-token")));
    assertThat(file).exists();
    Json.Obj certificates = json(first.certify(body(request))).object("certificates");

    assertThat(certificates.members().keySet())
        .containsExactly("GrowersMSP", "InspectorsMSP", "LogisticsMSP");
    assertThat(file).doesNotExist();
    assertThat(data.resolve("first-link.used"))
        .content()
        .startsWith(Base64Url.encode(P256.thumbprint(point)));
    refused(410, "link_ended", () -> first.certify(body(request)));
    byte[] certificate = Base64.getDecoder().decode(certificates.text("GrowersMSP"));
    assertThat(X509.read(certificate).publicKey()).isEqualTo(point);
    Json.Obj payload = member.payload(Draft.of("organisation_admitted").with("sanchi:gln", SHOP));
    String input =
        Jws.signingInput(
            Jws.ADMINISTRATION, Base64Url.encode(P256.thumbprint(point)), 0, certificate, payload);
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    append(input + "." + Base64Url.encode(signature.sign()));
  }

  @Test
  void a_first_link_that_is_over_is_good_for_nothing() throws Exception {
    Files.write(
        data.resolve("first-link.json"),
        Json.object("expires", 1000, "hash", Base64Url.encode(Secret.hash("t"))).canonical());

    assertThat(new FirstLink(data).take("t", 1000)).isFalse();
    assertThat(new FirstLink(data).take("t", 999)).isTrue();
    assertThat(new FirstLink(data).take("t", 999)).isFalse();
    assertThat(new FirstLink(null).take("t", 0)).isFalse();
  }
}
