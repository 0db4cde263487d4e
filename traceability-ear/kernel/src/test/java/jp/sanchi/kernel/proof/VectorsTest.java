package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The golden vectors that every verifier, in whatever language, passes. */
class VectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @MethodSource
  void merkle(Vector vector) throws Exception {
    check(
        vector,
        () ->
            Map.of(
                "root",
                hex(
                    vector.has("leaves")
                        ? Merkle.root(vector.hexList("leaves").stream().map(Merkle::leaf).toList())
                        : Merkle.rootOf(
                            vector.hex("leafHash"),
                            vector.number("index"),
                            vector.number("size"),
                            vector.hexList("path")))));
  }

  @ParameterizedTest
  @MethodSource
  void der(Vector vector) throws Exception {
    check(
        vector,
        () -> {
          if (vector.has("signature")) {
            return Map.of("raw", hex(P256.rawOf(vector.hex("signature"))));
          }
          Asn1.read(vector.hex("structure"));
          return "ok";
        });
  }

  @ParameterizedTest
  @MethodSource
  void p256(Vector vector) throws Exception {
    byte[] key = vector.hex("publicKey");
    check(
        vector,
        () -> {
          if (vector.has("der")) {
            return Map.of("valid", P256.verifyDer(key, vector.hex("message"), vector.hex("der")));
          }
          if (vector.has("raw")) {
            return Map.of("valid", P256.verifyRaw(key, vector.hex("message"), vector.hex("raw")));
          }
          return Map.of("thumbprint", hex(P256.thumbprint(key)));
        });
  }

  @ParameterizedTest
  @MethodSource
  void protobuf(Vector vector) throws Exception {
    check(
        vector,
        () -> {
          if (vector.has("endorsed")) {
            Endorsed endorsed = Endorsed.read(vector.hex("endorsed"));
            return Map.of(
                "proposalHash", hex(endorsed.proposalHash()),
                "status", (long) endorsed.status(),
                "payload", hex(endorsed.payload()),
                "chaincode", endorsed.chaincode(),
                "chaincodeVersion", endorsed.chaincodeVersion());
          }
          if (vector.has("identity")) {
            SerializedIdentity identity = SerializedIdentity.read(vector.hex("identity"));
            return Map.of("mspId", identity.mspId(), "certificate", hex(identity.certificateDer()));
          }
          return Map.of("fields", fields(vector));
        });
  }

  private static Map<String, Object> fields(Vector vector) {
    List<Protobuf.Field> allowed = new ArrayList<>();
    for (Object each : Vector.list(vector.input().get("fields"))) {
      int number = ((Long) Vector.object(each).get("number")).intValue();
      allowed.add(
          switch ((String) Vector.object(each).get("kind")) {
            case "bytes" -> Protobuf.bytes(number);
            case "text" -> Protobuf.text(number);
            case "message" -> Protobuf.message(number);
            default -> Protobuf.varint(number);
          });
    }
    Protobuf.Message message =
        Protobuf.read(vector.hex("message"), allowed.toArray(Protobuf.Field[]::new));
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Protobuf.Field field : allowed) {
      if (message.has(field.number())) {
        fields.put(
            Integer.toString(field.number()),
            field.equals(Protobuf.varint(field.number()))
                ? Long.toUnsignedString(message.varint(field.number()))
                : hex(message.bytes(field.number())));
      }
    }
    return fields;
  }

  @ParameterizedTest
  @MethodSource
  void certificates(Vector vector) throws Exception {
    check(
        vector,
        () -> {
          if (vector.has("certificate")) {
            return shown(X509.read(vector.base64("certificate")));
          }
          List<X509> roots = vector.base64List("roots").stream().map(X509::read).toList();
          X509 root =
              X509.path(
                  X509.read(vector.base64("leaf")),
                  vector.base64List("intermediates").stream().map(X509::read).toList(),
                  roots,
                  vector.number("at"));
          return Map.of("root", (long) roots.indexOf(root));
        });
  }

  private static Map<String, Object> shown(X509 certificate) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("serial", certificate.serial().toString(16));
    shown.put("organisationalUnits", certificate.organisationalUnits());
    shown.put("notBefore", certificate.notBefore());
    shown.put("notAfter", certificate.notAfter());
    shown.put("publicKey", hex(certificate.publicKey()));
    shown.put("issuer", hex(certificate.issuer()));
    shown.put("subject", hex(certificate.subject()));
    shown.put("ca", certificate.ca());
    boolean unlimited = certificate.pathLength() == Integer.MAX_VALUE;
    shown.put("pathLength", unlimited ? null : (Long) (long) certificate.pathLength());
    shown.put("keyUsage", (long) certificate.keyUsage());
    return shown;
  }

  static Stream<Vector> merkle() {
    return Vector.of("merkle.json");
  }

  static Stream<Vector> der() {
    return Vector.of("der.json");
  }

  static Stream<Vector> p256() {
    return Vector.of("p256.json");
  }

  static Stream<Vector> protobuf() {
    return Vector.of("protobuf.json");
  }

  static Stream<Vector> certificates() {
    return Vector.of("certificates.json");
  }

  private static void check(Vector vector, Callable<Object> answer) throws Exception {
    Object actual;
    try {
      actual = answer.call();
    } catch (Malformed e) {
      actual = e.reason();
    }
    assertThat(actual).as(vector.name()).isEqualTo(vector.expect());
  }

  private static String hex(byte[] bytes) {
    return HEX.formatHex(bytes);
  }
}
