package jp.sanchi.server.devices;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.ledger.LocalAuthorities;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/**
 * The first start: certifies a browser's key as an administrator's of the local members. There is
 * none of this on a network that others run, whose members certify their own people.
 */
@Path("first")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class FirstResource {
  private static final int MOST_BYTES = 8 * 1024;

  private final FirstLink link;
  private final Ledger ledger;
  private final LocalAuthorities authorities;

  @Inject
  FirstResource(FirstLink link, Ledger ledger, LocalAuthorities authorities) {
    this.link = link;
    this.ledger = ledger;
    this.authorities = authorities;
  }

  /** Takes the launcher's token, once. 404 where the ledger's authorities lie elsewhere. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public byte[] certify(InputStream body) throws IOException {
    Fields fields = Fields.read(body, MOST_BYTES, "token", "jwk", "proof");
    byte[] point = fields.point("jwk");
    String token = fields.text("token", 100);
    if (!P256.verifyRaw(point, message(ledger.consortium(), token), proof(fields))) {
      throw Problem.refused(422, Reason.BAD_PROOF);
    }
    SortedMap<String, byte[]> certified = authorities.certifyAdministrator(point);
    if (certified.isEmpty()) {
      throw Problem.of(Fault.NOT_FOUND);
    }
    if (!link.take(token, System.currentTimeMillis())) {
      throw Problem.of(Fault.LINK_ENDED);
    }
    Map<String, Json> certificates = new TreeMap<>();
    certified.forEach(
        (mspId, der) -> certificates.put(mspId, Json.of(Base64.getEncoder().encodeToString(der))));
    link.used(Base64Url.encode(P256.thumbprint(point)));
    return Json.object(
            "certificates",
            new Json.Obj(new TreeMap<>(certificates)),
            "consortium",
            ledger.consortium())
        .canonical();
  }

  /** What the new key signs: the token, and for which ledger. */
  static byte[] message(String consortium, String token) {
    var message = new ByteArrayOutputStream();
    message.writeBytes("sanchi/first/1".getBytes(StandardCharsets.US_ASCII));
    message.write(0);
    message.writeBytes(consortium.getBytes(StandardCharsets.US_ASCII));
    message.write(0);
    message.writeBytes(token.getBytes(StandardCharsets.UTF_8));
    return message.toByteArray();
  }

  private static byte[] proof(Fields fields) {
    try {
      return Base64Url.decode(fields.text("proof", 200));
    } catch (MalformedEvent e) {
      throw Fields.malformed("proof");
    }
  }
}
