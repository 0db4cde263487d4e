package jp.sanchi.server.capture;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jwk;
import jp.sanchi.kernel.proof.P256;

/** The key that signs receipts, for devices that keep it from their enrolment on. */
@Path("server-key")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class ServerKeyResource {
  private final ServerKey key;

  @Inject
  ServerKeyResource(ServerKey key) {
    this.key = key;
  }

  @GET
  public byte[] key() {
    byte[] point = key.point();
    return Json.object("jwk", Jwk.of(point), "kid", Base64Url.encode(P256.thumbprint(point)))
        .canonical();
  }
}
