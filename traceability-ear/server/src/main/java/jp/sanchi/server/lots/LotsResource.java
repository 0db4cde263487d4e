package jp.sanchi.server.lots;

import jakarta.enterprise.context.RequestScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.OffsetDateTime;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/** A lot at a glance, for programs that don't need the proof. */
@Path("lots")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class LotsResource {
  @PersistenceContext private EntityManager readModel;

  /** 404 for a lot that no event is about. */
  @GET
  @Path("{gtin}/{lot}")
  public byte[] lot(@PathParam("gtin") String gtin, @PathParam("lot") String lot) {
    Lot found = readModel.find(Lot.class, subject(gtin, lot));
    if (found == null) {
      throw Problem.of(Fault.NOT_FOUND);
    }
    Product product = readModel.find(Product.class, found.gtin());
    byte[] document = product == null ? null : product.document();
    return Json.object(
            "commissionedAt",
            time(found.commissionedAt()),
            "commissioner",
            orNull(found.commissioner()),
            "events",
            found.events(),
            "gtin",
            found.gtin(),
            "lot",
            found.lot(),
            "productDocument",
            orNull(document == null ? null : Base64Url.encode(document)),
            "recalledSince",
            time(found.recalledSince()))
        .canonical();
  }

  private static String subject(String gtin, String lot) {
    try {
      return Subject.of(Subject.Kind.LOT, gtin, lot).text();
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }

  private static Json time(OffsetDateTime time) {
    return time == null ? Json.Null.VALUE : Json.of(time.toInstant().toEpochMilli());
  }

  private static Json orNull(String text) {
    return text == null ? Json.Null.VALUE : Json.of(text);
  }
}
