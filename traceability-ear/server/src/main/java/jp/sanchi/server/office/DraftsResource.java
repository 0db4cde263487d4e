package jp.sanchi.server.office;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import jp.sanchi.kernel.event.Json;
import jp.sanchi.server.devices.Fields;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/** Forms that somebody has begun to fill in; colleagues go on with them. Nothing is signed yet. */
@Path("drafts")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class DraftsResource {
  private static final int MOST = 200;
  private static final int MOST_BYTES = 64 * 1024;
  private static final Json.Limits LIMITS = new Json.Limits(MOST_BYTES, 8);

  private final Sessions sessions;
  private final Tenants tenants;

  @Inject
  public DraftsResource(Sessions sessions, Tenants tenants) {
    this.sessions = sessions;
    this.tenants = tenants;
  }

  /** Newest first. */
  @GET
  public byte[] drafts(@Context HttpServletRequest request) {
    List<Json> drafts =
        tenants.as(
            sessions.required(request).organisation(),
            view ->
                view.rows(
                    "select id, kind, body, changed_at from draft order by changed_at desc limit ?",
                    row ->
                        Json.object(
                            "body",
                            Json.parse(row.getString(3).getBytes(StandardCharsets.UTF_8), LIMITS),
                            "changedAt",
                            row.getTimestamp(4).getTime(),
                            "id",
                            row.getString(1),
                            "kind",
                            row.getString(2)),
                    MOST));
    return Json.object("drafts", drafts).canonical();
  }

  /** {@code {"kind":word,"body":object}}; 409 where the organisation has too many. */
  @PUT
  @Path("{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  public void keep(
      @PathParam("id") String id, InputStream body, @Context HttpServletRequest request)
      throws IOException {
    String gln = sessions.required(request).organisation();
    if (!id.matches("[A-Za-z0-9_-]{1,60}")
        || !(Body.json(body, MOST_BYTES, 8) instanceof Json.Obj draft)
        || !(draft.get("body") instanceof Json.Obj content)
        || !(draft.get("kind") instanceof Json.Text kind)
        || !kind.value().matches("[a-z_]{1,40}")) {
      throw Fields.malformed("body");
    }
    tenants.as(
        gln,
        view -> {
          long others =
              view.row("select count(*) from draft where id <> ?", row -> row.getLong(1), id)
                  .orElse(0L);
          if (others >= MOST) {
            throw Problem.of(Fault.CONFLICT);
          }
          return view.change(
              """
              insert into draft (organisation, id, kind, body) values (?, ?, ?, ?)
              on conflict (organisation, id)
              do update set kind = excluded.kind, body = excluded.body, changed_at = now()
              """,
              gln,
              id,
              kind.value(),
              content.canonicalText());
        });
  }

  /** 404 if there is none of theirs. */
  @DELETE
  @Path("{id}")
  public void drop(@PathParam("id") String id, @Context HttpServletRequest request) {
    int dropped =
        tenants.as(
            sessions.required(request).organisation(),
            view -> view.change("delete from draft where id = ?", id));
    if (dropped == 0) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }
}
