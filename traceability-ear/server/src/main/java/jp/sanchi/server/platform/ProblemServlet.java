package jp.sanchi.server.platform;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;

/** Errors that the container finds before JAX-RS sees the request; web.xml sends them here. */
@WebServlet("/problem")
public class ProblemServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Problem problem =
        Problem.of(status instanceof Integer code ? Fault.ofStatus(code) : Fault.NOT_FOUND);
    Words words = Words.in(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE));
    byte[] body = Problems.body(problem, words);
    response.setStatus(problem.status());
    response.setContentType(Problems.TYPE);
    response.setHeader(HttpHeaders.CONTENT_LANGUAGE, words.locale().getLanguage());
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
