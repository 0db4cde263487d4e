package jp.sanchi.server.parties;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.OrganisationRights;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.platform.Answers;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;
import jp.sanchi.server.platform.Tenants;

/** The consortium's register of organisations, for whoever is logged in. */
@Path("organisations")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class OrganisationsResource {
  private static final int PAGE = 100;

  private final Sessions sessions;
  private final Tenants tenants;
  private final CurrentState state;
  private final Register register;
  private final OrganisationNames names;

  @Inject
  public OrganisationsResource(
      Sessions sessions,
      Tenants tenants,
      CurrentState state,
      Register register,
      OrganisationNames names) {
    this.sessions = sessions;
    this.tenants = tenants;
    this.state = state;
    this.register = register;
    this.names = names;
  }

  private record Row(String gln, String member, byte[] document) {}

  /**
   * By GLN, {@value #PAGE} at once.
   *
   * @param after the last GLN of the answer before
   */
  @GET
  public byte[] organisations(
      @QueryParam("after") String after, @Context HttpServletRequest request) {
    List<Row> rows =
        tenants.as(
            sessions.required(request).organisation(),
            view ->
                view.rows(
                    """
                    select o.gln, o.member, d.body from organisation o
                    left join document d on d.hash = o.document
                    where o.member is not null and o.gln > ? order by o.gln limit ?
                    """,
                    row -> new Row(row.getString(1), row.getString(2), row.getBytes(3)),
                    after == null ? "" : after.replace("\0", ""),
                    PAGE + 1));
    boolean more = rows.size() > PAGE;
    List<Row> shown = more ? rows.subList(0, PAGE) : rows;
    Map<String, OrganisationRights> rights =
        state.organisations(shown.stream().map(Row::gln).toList());
    List<Json> organisations = new ArrayList<>();
    for (Row row : shown) {
      OrganisationRights of = rights.get(row.gln);
      organisations.add(
          Json.object(
              "accreditations",
              of == null ? List.of() : of.accreditations(),
              "gln",
              row.gln,
              "member",
              row.member,
              "name",
              OrganisationNames.name(row.document),
              "roles",
              of == null ? List.of() : of.roles()));
    }
    return Json.object(
            "next",
            Answers.text(more ? shown.get(PAGE - 1).gln : null),
            "organisations",
            organisations)
        .canonical();
  }

  /** One organisation's rights, as of now; 404 if it was never admitted. */
  @GET
  @Path("{gln}")
  public byte[] organisation(@PathParam("gln") String gln, @Context HttpServletRequest request) {
    sessions.required(request);
    try {
      Gs1.gln(gln);
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
    Json.Obj found = register.of(gln);
    TreeSet<String> named = new TreeSet<>(List.of(gln));
    found.array("agents").items().forEach(agent -> named.add(((Json.Text) agent).value()));
    found.array("loans").items().forEach(loan -> named.add(((Json.Obj) loan).text("lender")));
    Map<String, Json> known = names.of(named);
    return found
        .with("described", names.described(gln))
        .with("names", new Json.Obj(new TreeMap<>(known)))
        .canonical();
  }
}
