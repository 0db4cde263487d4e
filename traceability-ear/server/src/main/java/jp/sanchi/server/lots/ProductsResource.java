package jp.sanchi.server.lots;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/** The products that who asks has described, with what a new lot of each starts with. */
@Path("products")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class ProductsResource {
  private static final int MOST_LOTS = 1000;
  private static final int MOST = 2000;
  private static final int MOST_BYTES = 16 * 1024;
  private static final Json.Limits LIMITS = new Json.Limits(64 * 1024, 16);

  private final Sessions sessions;
  private final Tenants tenants;

  @Inject
  public ProductsResource(Sessions sessions, Tenants tenants) {
    this.sessions = sessions;
    this.tenants = tenants;
  }

  /** By GTIN, at most {@value #MOST}; lots are counted up to {@value #MOST_LOTS}. */
  @GET
  public byte[] products(@Context HttpServletRequest request) {
    List<Json> products =
        tenants.as(
            sessions.required(request).organisation(),
            view ->
                view.rows(
                    """
                    select p.gtin, p.document, d.body, f.body as defaults,
                      (select count(distinct subject) from (
                        select r.subject from seen_as s
                        join lot_listed r on r.gln = s.gln and r.gtin = p.gtin
                        limit ?) l) as lots
                    from seen_product p
                    left join document d on d.hash = p.document
                    left join product_default f on f.gtin = p.gtin
                    order by p.gtin limit ?
                    """,
                    row -> {
                      Json document = described(row.getBytes("body"));
                      byte[] hash = row.getBytes("document");
                      String defaults = row.getString("defaults");
                      return Json.object(
                          "defaults",
                          defaults == null
                              ? Json.Null.VALUE
                              : Json.parse(defaults.getBytes(StandardCharsets.UTF_8), LIMITS),
                          "document",
                          Answers.text(hash == null ? null : Base64Url.encode(hash)),
                          "gtin",
                          row.getString("gtin"),
                          "lots",
                          row.getLong("lots"),
                          "name",
                          member(document, "name"),
                          "photo",
                          member(document, "photo"));
                    },
                    MOST_LOTS,
                    MOST));
    return Json.object("products", products).canonical();
  }

  /** What a new lot starts with: an object of the screens' own, at most 16 KiB. */
  @PUT
  @Path("{gtin}/defaults")
  @Consumes(MediaType.APPLICATION_JSON)
  public void defaults(
      @PathParam("gtin") String gtin, InputStream body, @Context HttpServletRequest request)
      throws IOException {
    String gln = sessions.administrator(request).organisation();
    if (!(Body.json(body, MOST_BYTES, 6) instanceof Json.Obj defaults)) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "");
    }
    String canonicalGtin = gtin(gtin);
    tenants.as(
        gln,
        view ->
            view.change(
                """
                insert into product_default (organisation, gtin, body) values (?, ?, ?)
                on conflict (organisation, gtin) do update set body = excluded.body
                """,
                gln,
                canonicalGtin,
                defaults.canonicalText()));
  }

  private static String gtin(String text) {
    try {
      return Gs1.gtin14(text);
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }

  private static Json described(byte[] document) {
    try {
      return document == null ? Json.Null.VALUE : Json.parse(document, LIMITS);
    } catch (MalformedEvent e) {
      return Json.Null.VALUE;
    }
  }

  private static Json member(Json document, String name) {
    return document instanceof Json.Obj described && described.get(name) instanceof Json.Obj member
        ? member
        : Json.Null.VALUE;
  }
}
