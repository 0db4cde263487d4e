package jp.sanchi.server.platform;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Json;

/** The one shape of every error under {@code /api} (RFC 9457). */
public final class Problems {
  static final String TYPE = "application/problem+json";

  private Problems() {}

  static byte[] body(Problem problem, Words words) {
    Map<String, Json> members = new TreeMap<>();
    members.put("type", Json.of("urn:sanchi:reason:" + problem.reason()));
    members.put("title", Json.of(words.sentence(problem.reason())));
    members.put("status", Json.of(problem.status()));
    members.put("reason", Json.of(problem.reason()));
    if (problem.field() != null) {
      members.put("field", Json.of(problem.field()));
    }
    return new Json.Obj(new TreeMap<>(members)).canonical();
  }

  /** In the language that is asked for. */
  public static Response response(Problem problem, String acceptLanguage) {
    Words words = Words.in(acceptLanguage);
    Response.ResponseBuilder response =
        Response.status(problem.status())
            .type(TYPE)
            .header(HttpHeaders.CONTENT_LANGUAGE, words.locale().getLanguage())
            .entity(body(problem, words));
    if (problem.retryAfterSeconds() > 0) {
      response.header(HttpHeaders.RETRY_AFTER, problem.retryAfterSeconds());
    }
    return response.build();
  }
}
