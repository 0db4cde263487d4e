package jp.sanchi.web;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import jp.sanchi.kernel.event.Json;

/** By what a GS1-conformant resolver is known (GS1-Conformant resolver standard 1.2). */
@WebServlet("/.well-known/gs1resolver")
public class ResolverDescription extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Json.Obj gs1 = Json.object("namespace", "https://ref.gs1.org/voc/", "prefix", "gs1:");
    byte[] body =
        Json.object(
                "linkTypeDefaultCanBeLinkset",
                Json.of(false),
                "name",
                Words.ENGLISH.ui("home"),
                "resolverRoot",
                Origin.of(request),
                "supportedLinkType",
                Json.array(gs1),
                "supportedPrimaryKeys",
                Json.array("01", "00", "253", "414", "417", "8003", "8004"))
            .canonical();
    response.setContentType("application/json");
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
