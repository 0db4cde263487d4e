package jp.sanchi.server.scan;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.server.devices.Sessions;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/** What a phone asks when it has read a code. */
@Path("scan")
@Singleton
@Produces(MediaType.APPLICATION_JSON)
public class ScanResource {
  private final Things things;
  private final Sessions sessions;

  @Inject
  ScanResource(Things things, Sessions sessions) {
    this.things = things;
    this.sessions = sessions;
  }

  /**
   * @param link a GS1 Digital Link with any host, or only its path
   * @param code in its place, the short code that a label prints beside it
   * @param lot in its place, the name of a lot: answers a list
   */
  @GET
  public byte[] thing(
      @QueryParam("link") String link,
      @QueryParam("code") String code,
      @QueryParam("lot") String lot,
      @Context HttpServletRequest request) {
    String asker = sessions.required(request).organisation();
    String name = link == null ? "code" : "link";
    try {
      if (link != null) {
        return things.of(DigitalLink.parse(link), asker).canonical();
      }
      if (code != null) {
        return things.typed(code, asker).canonical();
      }
      if (lot != null) {
        return things.lotsNamed(lot, asker).canonical();
      }
    } catch (MalformedEvent malformed) {
      throw Problem.ofParameter(malformed, name);
    }
    throw Problem.of(Fault.PARAMETER_MISSING, "link");
  }
}
