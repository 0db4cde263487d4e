package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.Kinds;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.proof.Malformed;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.X509;

/** Whether the key that signs may sign this kind at all (wire format, section 5, point 2). */
final class Signatures {
  private Signatures() {}

  static void check(Attempt attempt) {
    if (attempt.event.jws().x5c() == null) {
      checkDevice(attempt);
    } else {
      checkMember(attempt);
    }
  }

  /**
   * Of an event that the ledger holds only the signature is checked again: its key may have been
   * revoked since, which does not undo it.
   */
  static void checkAgain(Attempt attempt) {
    Jws jws = attempt.event.jws();
    byte[] point =
        jws.x5c() == null ? Keys.point(key(attempt)) : certificate(jws.x5c()).publicKey();
    requireSignature(jws, point);
  }

  private static void checkDevice(Attempt attempt) {
    SubjectState key = key(attempt);
    require(key.has("x"), Reason.UNKNOWN_KEY, null, key.subject());
    requireSignature(attempt.event.jws(), Keys.point(key));
    require(!key.has("revoked"), Reason.KEY_REVOKED, null, key.subject());
    require(
        key.text("organisation").equals(attempt.event.organisation()),
        Reason.KEY_OF_ANOTHER_ORGANISATION,
        "sanchi:organisation",
        key.text("organisation"));
    Kinds.Signer signer = attempt.event.row().signer();
    require(
        signer != Kinds.Signer.MEMBER && signer != Kinds.Signer.APPROVED,
        Reason.WRONG_SIGNER,
        "sanchi:kind",
        null);
    require(
        signer == Kinds.Signer.DEVICE || key.is("administrator"),
        Reason.NOT_AN_ADMINISTRATOR,
        null,
        key.subject());
  }

  private static void checkMember(Attempt attempt) {
    Jws jws = attempt.event.jws();
    X509 leaf = certificate(jws.x5c());
    Json.Obj member = member(attempt);
    require(
        member != null, Reason.CERTIFICATE_NOT_TRUSTED, "sanchi:member", attempt.event.member());
    Set<String> revoked = new HashSet<>();
    if (member.has("revoked")) {
      member.array("revoked").items().forEach(item -> revoked.add(((Json.Text) item).value()));
    }
    List<X509> intermediates = certificates(member.array("intermediates"));
    intermediates.removeIf(intermediate -> revoked.contains(serial(intermediate)));
    try {
      X509.path(leaf, intermediates, certificates(member.array("roots")), attempt.recordTime);
    } catch (Malformed e) {
      boolean unfit = e.reason().equals("certificate_not_for_signing");
      throw new Refusal(
          unfit ? Reason.CERTIFICATE_NOT_ADMIN : Reason.of(e.reason()), null, serial(leaf));
    }
    require(
        leaf.organisationalUnits().contains("admin"),
        Reason.CERTIFICATE_NOT_ADMIN,
        null,
        serial(leaf));
    require(!revoked.contains(serial(leaf)), Reason.CERTIFICATE_REVOKED, null, serial(leaf));
    require(
        jws.kid().equals(Base64Url.encode(P256.thumbprint(leaf.publicKey()))),
        Reason.KID_MISMATCH,
        null,
        jws.kid());
    requireSignature(jws, leaf.publicKey());
    Kinds.Signer signer = attempt.event.row().signer();
    require(
        signer != Kinds.Signer.DEVICE && signer != Kinds.Signer.ADMINISTRATOR,
        Reason.WRONG_SIGNER,
        "sanchi:kind",
        null);
  }

  /** The founding event brings its own members; later ones are those of the ledger. */
  private static Json.Obj member(Attempt attempt) {
    if (attempt.world.consortium() != null) {
      return Consortium.member(attempt.consortium(), attempt.event.member());
    }
    for (Json item : attempt.event.payload().array("sanchi:members").items()) {
      if (((Json.Obj) item).text("mspId").equals(attempt.event.member())) {
        return (Json.Obj) item;
      }
    }
    return null;
  }

  private static SubjectState key(Attempt attempt) {
    return attempt.world.subject("key/" + attempt.event.jws().kid());
  }

  private static void requireSignature(Jws jws, byte[] point) {
    require(
        P256.verifyRaw(point, jws.signingInput(), jws.signature()),
        Reason.BAD_SIGNATURE,
        null,
        jws.kid());
  }

  private static X509 certificate(byte[] der) {
    try {
      return X509.read(der);
    } catch (Malformed e) {
      throw new Refusal(Reason.CERTIFICATE_MALFORMED, null, e.reason());
    }
  }

  private static List<X509> certificates(Json.Arr texts) {
    List<X509> certificates = new ArrayList<>();
    for (Json text : texts.items()) {
      certificates.add(X509.read(Base64.getDecoder().decode(((Json.Text) text).value())));
    }
    return certificates;
  }

  /** A serial number as certificates_distrusted writes it: whole bytes, no leading zero byte. */
  private static String serial(X509 certificate) {
    String hex = certificate.serial().toString(16);
    return hex.length() % 2 == 0 ? hex : "0" + hex;
  }
}
