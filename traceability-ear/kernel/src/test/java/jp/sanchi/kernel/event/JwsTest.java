package jp.sanchi.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class JwsTest {
  @TestFactory
  Stream<DynamicTest> agrees_with_the_vectors() {
    return Vectors.each(
        "jws.json",
        vector -> {
          Jws jws = Jws.parse(Vectors.text(vector));
          Json.Obj expected = vector.object("expect");
          Json.Obj result =
              Json.object(
                  "typ", jws.typ(),
                  "kid", jws.kid(),
                  "seq", jws.seq(),
                  "id", jws.idText(),
                  "signatureValid", verifies(jws, vector.object("key")));
          if (jws.x5c() != null) {
            result = result.with("x5c", Json.of(Base64.getEncoder().encodeToString(jws.x5c())));
          }
          // Long payloads are left out of the vectors.
          if (expected.has("payload")) {
            result = result.with("payload", Json.of(jws.payload().canonicalText()));
          }
          assertThat(jws.payload().canonical()).isEqualTo(jws.payloadBytes());
          return result;
        });
  }

  @Test
  void gives_an_event_one_id_whoever_malleates_its_signature() {
    Jws small = named("a small event");
    Jws malleated = named("the malleated signature of the small event: the same id");
    assertThat(malleated).isNotEqualTo(small);
    assertThat(malleated.idText()).isEqualTo(small.idText());
  }

  @Test
  void prints_the_signing_input_that_it_reads() {
    Jws read = named("an administration object with a certificate");
    String input = Jws.signingInput(read.typ(), read.kid(), read.seq(), read.x5c(), read.payload());
    assertThat(input.getBytes(StandardCharsets.US_ASCII)).isEqualTo(read.signingInput());
    assertThat(read.compact()).startsWith(input + ".");
  }

  @Test
  void makes_no_signing_input_that_it_would_not_read() {
    Json.Obj payload = Json.object("a", 1);
    String kid = "A".repeat(43);
    assertThatThrownBy(() -> Jws.signingInput("JWT", kid, 0, null, payload))
        .hasMessage("jws_bad_header at /typ");
    assertThatThrownBy(() -> Jws.signingInput(Jws.TRACE, "A", 0, null, payload))
        .hasMessage("jws_bad_header at /kid");
    assertThatThrownBy(() -> Jws.signingInput(Jws.TRACE, kid, -1, null, payload))
        .hasMessage("jws_bad_header at /seq");
    assertThatThrownBy(() -> Jws.signingInput(Jws.TRACE, kid, 0, new byte[] {1}, payload))
        .hasMessage("jws_bad_header at /x5c");
    Json.Obj big = Json.object("a", "x".repeat(32 * 1024));
    assertThatThrownBy(() -> Jws.signingInput(Jws.TRACE, kid, 0, null, big))
        .hasMessage("json_too_large");
  }

  @Test
  void reads_nothing_new_from_a_changed_character_but_the_signature() {
    Jws original = named("an event with Japanese text");
    int signed = original.signingInput().length;
    String characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+";
    var random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      var changed = new StringBuilder(original.compact());
      int at = random.nextInt(changed.length());
      changed.setCharAt(at, characters.charAt(random.nextInt(characters.length())));
      try {
        Jws read = Jws.parse(changed.toString());
        assertThat(read.compact()).isEqualTo(changed.toString());
        assertThat(read.idText().equals(original.idText()))
            .isEqualTo(
                changed.substring(0, signed).equals(original.compact().substring(0, signed)));
      } catch (MalformedEvent e) {
        assertThat(e.reason()).matches("(jws|json)_[a-z_]+");
      }
    }
  }

  private static Jws named(String name) {
    return Vectors.all("jws.json")
        .filter(vector -> vector.text("name").equals(name))
        .map(vector -> Jws.parse(Vectors.text(vector)))
        .findFirst()
        .orElseThrow();
  }

  private static boolean verifies(Jws jws, Json.Obj jwk) {
    try {
      AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
      curve.init(new ECGenParameterSpec("secp256r1"));
      ECParameterSpec p256 = curve.getParameterSpec(ECParameterSpec.class);
      KeyFactory keys = KeyFactory.getInstance("EC");
      var publicKey =
          (ECPublicKey)
              keys.generatePublic(
                  new ECPublicKeySpec(new ECPoint(number(jwk, "x"), number(jwk, "y")), p256));
      // The private half must belong to it, so that others can sign further vectors.
      Signature own = Signature.getInstance("SHA256withECDSAinP1363Format");
      own.initSign(keys.generatePrivate(new ECPrivateKeySpec(number(jwk, "d"), p256)));
      own.update(jws.signingInput());
      assertThat(verifies(publicKey, jws, own.sign())).isTrue();
      return verifies(publicKey, jws, jws.signature());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean verifies(ECPublicKey key, Jws jws, byte[] signature)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
    verifier.initVerify(key);
    verifier.update(jws.signingInput());
    try {
      return verifier.verify(signature);
    } catch (SignatureException e) {
      return false;
    }
  }

  private static BigInteger number(Json.Obj jwk, String name) {
    return new BigInteger(1, Base64Url.decode(jwk.text(name)));
  }
}
