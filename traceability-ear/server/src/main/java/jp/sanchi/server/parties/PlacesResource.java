package jp.sanchi.server.parties;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.platform.Tenants;

/** The places that who asks has described. */
@Path("places")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class PlacesResource {
  private static final int MOST = 2000;

  private final Sessions sessions;
  private final Tenants tenants;

  @Inject
  public PlacesResource(Sessions sessions, Tenants tenants) {
    this.sessions = sessions;
    this.tenants = tenants;
  }

  /** By GLN, at most {@value #MOST}. */
  @GET
  public byte[] places(@Context HttpServletRequest request) {
    List<Json> places =
        tenants.as(
            sessions.required(request).organisation(),
            view ->
                view.rows(
                    """
                    select p.gln, d.body from seen_place p
                    left join document d on d.hash = p.document order by p.gln limit ?
                    """,
                    row ->
                        Json.object(
                            "area",
                            area(row.getBytes("body")),
                            "gln",
                            row.getString("gln"),
                            "name",
                            OrganisationNames.name(row.getBytes("body")),
                            "position",
                            Described.member(row.getBytes("body"), "position", Json.Text.class)),
                    MOST));
    return Json.object("places", places).canonical();
  }

  /** The {@code area} of a place's document: an object, or JSON null. */
  public static Json area(byte[] document) {
    return Described.member(document, "area", Json.Obj.class);
  }
}
