package jp.sanchi.server.certificates;

import jakarta.enterprise.context.RequestScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/** A certificate at a glance, for programs that don't need the proof. */
@Path("certificates")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class CertificatesResource {
  @PersistenceContext private EntityManager readModel;

  /** 404 for a certificate that no event is about. */
  @GET
  @Path("{gdti}")
  public byte[] certificate(@PathParam("gdti") String gdti) {
    // A NUL is no text to the database
    Certificate found = gdti.indexOf('\0') >= 0 ? null : readModel.find(Certificate.class, gdti);
    if (found == null) {
      throw Problem.of(Fault.NOT_FOUND);
    }
    return Json.object(
            "events",
            found.events(),
            "gdti",
            found.gdti(),
            "holder",
            orNull(found.holder()),
            "scheme",
            orNull(found.scheme()),
            "status",
            found.status(),
            "validFrom",
            orNull(found.validFrom()),
            "validTo",
            orNull(found.validTo()))
        .canonical();
  }

  private static Json orNull(Object value) {
    return value == null ? Json.Null.VALUE : Json.of(value.toString());
  }
}
