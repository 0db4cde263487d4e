package jp.sanchi.server.bundles;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.platform.AnyOrigin;

/** What a verifier pins, before it believes anything from here. */
@Path("trust")
@Singleton
@AnyOrigin
public class TrustResource {
  private final Ledger ledger;

  @Inject
  TrustResource(Ledger ledger) {
    this.ledger = ledger;
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public byte[] trust() {
    return ledger.trust();
  }
}
