package jp.sanchi.web;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;

/** Leads whoever typed a code to what it names. */
@WebServlet("/code")
public class CodePage extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Json.Limits LIMITS = new Json.Limits(4096, 4);

  @Inject private transient RestApi api;
  @Inject private transient Pages pages;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String typed = typed(request.getQueryString());
    String path = typed == null ? null : TypedCode.path(typed);
    String code = path == null && typed != null ? TypedCode.shortCode(typed) : null;
    if (code != null) {
      path = lotOf(code, request);
    }
    if (path == null) {
      String what = code == null ? "typed" : "shortCode";
      pages.message(request, response, 404, what + "Title", what + "Text");
      return;
    }
    String language = Page.askedIn(request);
    ThingPage.redirect(response, language == null ? path : path + "?lang=" + language);
  }

  /** Not by the container, which need not read a query as UTF-8. */
  static String typed(String query) {
    if (query == null) {
      return null;
    }
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith("code=")) {
        try {
          return URLDecoder.decode(pair.substring(5), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
          return null;
        }
      }
    }
    return null;
  }

  private String lotOf(String code, HttpServletRequest request) {
    try {
      RestApi.Answer answer =
          api.typedCode(request, URLEncoder.encode(code, StandardCharsets.UTF_8));
      if (!answer.ok()) {
        return null;
      }
      Json.Obj found = (Json.Obj) Json.parse(answer.body(), LIMITS);
      return new DigitalLink(Gs1.Key.GTIN, found.text("gtin"), null, found.text("lot"), null)
          .path();
    } catch (RestApi.Unreachable | MalformedEvent e) {
      return null;
    }
  }
}
