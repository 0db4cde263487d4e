package jp.sanchi.server.devices;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.ShortCode;
import jp.sanchi.kernel.history.EnrolledKey;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.parties.OrganisationNames;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Problem;

/** How a phone comes to be enrolled. */
@Path("invitations")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class InvitationsResource {
  private static final int MOST_BYTES = 8 * 1024;
  private static final int LONGEST_NAME = 60;
  private static final List<String> USES = List.of("scanner", "administrator", "bridge");

  private final Invitations invitations;
  private final Sessions sessions;
  private final Ledger ledger;
  private final OrganisationNames names;

  @Inject
  InvitationsResource(
      Invitations invitations, Sessions sessions, Ledger ledger, OrganisationNames names) {
    this.invitations = invitations;
    this.sessions = sessions;
    this.ledger = ledger;
    this.names = names;
  }

  /** For administrators. The token is in this answer and nowhere else. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public byte[] make(InputStream body, @Context HttpServletRequest request) throws IOException {
    Session session = sessions.administrator(request);
    Fields fields = Fields.read(body, MOST_BYTES, "name", "language", "use");
    String language = fields.text("language", 2);
    if (!List.of("ja", "en").contains(language)) {
      throw Fields.malformed("language");
    }
    String use = fields.has("use") ? fields.text("use", 20) : "scanner";
    if (!USES.contains(use)) {
      throw Fields.malformed("use");
    }
    String name = fields.text("name", LONGEST_NAME);
    Invitations.Made made = invitations.make(session.organisation(), name, language, use);
    return Json.object(
            "expires",
            made.expires(),
            "id",
            made.id(),
            "token",
            made.token(),
            "url",
            "/scan/#i=" + made.token())
        .canonical();
  }

  /** For administrators: what their organisation has sent out, and what came back. */
  @GET
  public byte[] all(@Context HttpServletRequest request) {
    Session session = sessions.administrator(request);
    return Json.object(
            "invitations",
            invitations.ofOrganisation(session.organisation()).stream()
                .map(
                    invitation ->
                        Json.object(
                            "expires",
                            invitation.expires(),
                            "id",
                            invitation.id(),
                            "language",
                            invitation.language(),
                            "name",
                            invitation.name(),
                            "offer",
                            offer(invitation.offer()),
                            "state",
                            invitation.state(),
                            "use",
                            Answers.text(invitation.use())))
                .toList())
        .canonical();
  }

  /** For who holds the token: who invites, and how the own key stands. */
  @GET
  @Path("{token}")
  public byte[] invitation(@PathParam("token") String token) {
    return shown(invitations.of(token));
  }

  /** Offers a key, once. */
  @POST
  @Path("{token}")
  @Consumes(MediaType.APPLICATION_JSON)
  public byte[] offer(@PathParam("token") String token, InputStream body) throws IOException {
    Fields fields = Fields.read(body, MOST_BYTES, "jwk", "proof", "name");
    byte[] point = fields.point("jwk");
    String proof = fields.text("proof", 200);
    Invitations.Invitation invitation = invitations.of(token);
    if (!EnrolledKey.proven(point, ledger.consortium(), invitation.organisation(), proof)) {
      throw Problem.refused(422, Reason.BAD_PROOF);
    }
    return shown(invitations.offer(token, point, proof, fields.text("name", LONGEST_NAME)));
  }

  /**
   * For administrators: takes an invitation back, with whatever was offered.
   *
   * @param id as the list has it, not the token
   */
  @DELETE
  @Path("{token}")
  public void refuse(@PathParam("token") String id, @Context HttpServletRequest request) {
    invitations.refuse(sessions.administrator(request).organisation(), id);
  }

  private byte[] shown(Invitations.Invitation invitation) {
    return Json.object(
            "consortium",
            ledger.consortium(),
            "expires",
            invitation.expires(),
            "kid",
            invitation.offer() == null ? Json.Null.VALUE : Json.of(invitation.offer().kid()),
            "language",
            invitation.language(),
            "name",
            invitation.name(),
            "organisation",
            Json.object(
                "gln",
                invitation.organisation(),
                "name",
                names.of(List.of(invitation.organisation())).get(invitation.organisation())),
            "state",
            invitation.state(),
            "use",
            Answers.text(invitation.use()))
        .canonical();
  }

  private static Json offer(Invitations.Offer offer) {
    return offer == null
        ? Json.Null.VALUE
        : Json.object(
            "device",
            offer.device(),
            "jwk",
            Json.parse(
                offer.jwk().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                new Json.Limits(1024, 2)),
            "kid",
            offer.kid(),
            "offeredAt",
            offer.offeredAt(),
            "proof",
            offer.proof(),
            "shortCode",
            ShortCode.ofKey(Base64Url.decode(offer.kid())));
  }
}
