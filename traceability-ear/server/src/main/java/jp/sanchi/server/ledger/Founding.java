package jp.sanchi.server.ledger;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.IsoTime;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.X509;

/** The first event of a ledger. */
final class Founding {
  private Founding() {}

  /**
   * {@code consortium_founded} as a compact JWS.
   *
   * @param administrator of one of the members
   * @param time in ms since 1970
   */
  static String event(
      String consortium, LocalMembers members, LocalIdentity administrator, long time) {
    Json.Obj payload =
        Json.object(
            "eventID",
            "urn:uuid:" + UUID.randomUUID(),
            "eventTime",
            IsoTime.print(time),
            "sanchi:chaincode",
            Invocation.CHAINCODE,
            "sanchi:channel",
            Invocation.CHANNEL,
            "sanchi:consortium",
            consortium,
            "sanchi:kind",
            "consortium_founded",
            "sanchi:loggedAt",
            IsoTime.print(time),
            "sanchi:member",
            administrator.mspId(),
            "sanchi:members",
            members.described(),
            "sanchi:mode",
            "embedded",
            "sanchi:threshold",
            LocalMembers.threshold());
    byte[] point = X509.read(administrator.certificate()).publicKey();
    String input =
        Jws.signingInput(
            Jws.ADMINISTRATION,
            Base64Url.encode(P256.thumbprint(point)),
            0,
            administrator.certificate(),
            payload);
    byte[] signature = administrator.signRaw(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + Base64Url.encode(signature);
  }
}
