package jp.sanchi.web;

import jakarta.inject.Inject;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;

/** What the container shows in the place of its own error pages; named in {@code web.xml}. */
@WebServlet("/error")
public class ErrorPage extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /** What is surely no code; of a broken address the container need not tell the truth. */
  private static final Pattern ORDINARY = Pattern.compile("/(?!error$)[A-Za-z][A-Za-z0-9/_.-]*");

  @Inject private transient Pages pages;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    if (status == null || status.equals(404)) {
      notFound(request, response);
    } else {
      pages.message(request, response, (Integer) status, "errorTitle", "errorText");
    }
  }

  /** A compressed link has no address of its own, so it ends up here. */
  private void notFound(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path =
        request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String uri ? uri : "";
    String expanded = CompressedLink.expand(path);
    if (expanded != null) {
      ThingPage.redirect(response, ThingPage.withQuery(expanded, request.getQueryString()));
      return;
    }
    String what = what(path);
    pages.message(request, response, 404, what + "Title", what + "Text");
  }

  /** Which words say what is wrong with an address. */
  static String what(String path) {
    if (CompressedLink.looksLike(path)) {
      return "compressed";
    }
    return ORDINARY.matcher(path).matches() ? "noPage" : "notFound";
  }
}
