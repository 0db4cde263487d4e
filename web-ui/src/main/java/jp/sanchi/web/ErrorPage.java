package jp.sanchi.web;

import jakarta.inject.Inject;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What the container shows in the place of its own error pages; named in {@code web.xml}. */
@WebServlet("/error")
public class ErrorPage extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject private transient Pages pages;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    if (status == null || status.equals(404)) {
      boolean compressed =
          request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String path
              && CompressedLink.looksLike(path);
      String what = compressed ? "compressed" : "notFound";
      pages.message(request, response, 404, what + "Title", what + "Text");
    } else {
      pages.message(request, response, (Integer) status, "errorTitle", "errorText");
    }
  }
}
