package jp.sanchi.web;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * {@code /trust.json}: what a verifier pins, as the server beside answers it. Also beside {@code
 * /verify/}, where whoever hosts that folder puts a file of his own.
 */
@WebServlet({"/trust.json", "/verify/trust.json"})
public class TrustFile extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject private transient RestApi api;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RestApi.Answer answer;
    try {
      answer = api.trust(request);
    } catch (RestApi.Unreachable e) {
      answer = new RestApi.Answer(503, new byte[0]);
    }
    response.setStatus(answer.ok() ? 200 : 503);
    response.setHeader("Cache-Control", "no-cache");
    // Public, and of use on any origin where somebody hosts a verifier
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (answer.ok()) {
      response.setContentType("application/json");
      response.setContentLength(answer.body().length);
      response.getOutputStream().write(answer.body());
    }
  }
}
