package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jp.sanchi.kernel.event.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes in, the answer is a clear problem and never a 500. */
@ExtendWith(RunningSanchi.class)
class BadRequestsIT {
  private static final Json.Limits ANSWER = new Json.Limits(1 << 20, 8);
  private static final String HASH = "A".repeat(43);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI server;

  BadRequestsIT(RunningSanchi.Server sanchi) {
    server = sanchi.address();
  }

  private HttpResponse<byte[]> send(
      String method, String path, BodyPublisher body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve("api/" + path)).method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> post(String path, byte[] body)
      throws IOException, InterruptedException {
    return send("POST", path, BodyPublishers.ofByteArray(body), "Content-Type", "application/json");
  }

  private static void isProblem(HttpResponse<byte[]> answer, int status, String reason) {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(text).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    Json.Obj problem = (Json.Obj) Json.parse(answer.body(), ANSWER);
    assertThat(problem.text("reason")).isEqualTo(reason);
    assertThat(problem.integer("status")).isEqualTo(status);
    assertThat(problem.text("title")).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello| json_malformed",
        "''| json_malformed",
        "[| json_malformed",
        "[]| request_malformed",
        "{}| request_malformed",
        "\"a\"| request_malformed",
        "[1]| request_malformed",
        "[null]| request_malformed",
        "[\"a\",{}]| request_malformed",
        "[[\"a\"]]| request_malformed",
        "[[[\"a\"]]]| json_too_deep",
        "[\"a\",\"b\",]| json_malformed",
        "[\"\\u0000\"]| json_bad_text",
      })
  void refuses_events_that_are_no_array_of_strings(String body, String reason) throws Exception {
    isProblem(post("events", body.getBytes(StandardCharsets.UTF_8)), 400, reason);
  }

  @Test
  void refuses_bytes_that_are_no_text() throws Exception {
    isProblem(post("events", new byte[] {'[', '"', -1, -2, '"', ']'}), 400, "json_malformed");
    isProblem(post("events", new byte[] {'[', '"', 'a', 0, '"', ']'}), 400, "json_malformed");
  }

  @Test
  void refuses_what_is_too_large_or_too_many() throws Exception {
    byte[] large = "a".repeat(10_000_000).getBytes(StandardCharsets.US_ASCII);
    byte[] many = ("[" + "\"a\",".repeat(99_999) + "\"a\"]").getBytes(StandardCharsets.US_ASCII);
    byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII);

    for (String path : List.of("events", "labels", "documents")) {
      isProblem(post(path, large), 413, "body_too_large");
    }
    isProblem(
        send(
            "POST",
            "events",
            BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large)),
            "Content-Type",
            "application/json"),
        413,
        "body_too_large");
    isProblem(post("events", many), 413, "too_many_events");
    isProblem(post("events", deep), 400, "json_too_deep");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, events, text/plain, 415, media_type_unsupported",
    "POST, labels, application/xml, 415, media_type_unsupported",
    "POST, documents, application/x-www-form-urlencoded, 415, media_type_unsupported",
    "PUT, events, application/json, 405, method_not_allowed",
    "DELETE, events/x, application/json, 405, method_not_allowed",
    "POST, bundles, application/json, 405, method_not_allowed",
    "PATCH, trust, application/json, 405, method_not_allowed",
    "BREW, metrics, application/json, 405, method_not_allowed",
    "POST, nothing, application/json, 404, not_found",
  })
  void refuses_wrong_methods_and_types(
      String method, String path, String type, int status, String reason) throws Exception {
    // Payara itself refuses a DELETE with a body
    BodyPublisher body =
        method.equals("DELETE") ? BodyPublishers.noBody() : BodyPublishers.ofString("[\"a\"]");
    isProblem(send(method, path, body, "Content-Type", type), status, reason);
  }

  @Test
  void refuses_bodies_in_a_coding_that_it_does_not_read() throws Exception {
    isProblem(
        send(
            "POST",
            "events",
            BodyPublishers.ofString("[\"a\"]"),
            "Content-Type",
            "application/json",
            "Content-Encoding",
            "br"),
        415,
        "media_type_unsupported");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 404, not_found",
    "nothing, 404, not_found",
    "problem, 404, not_found",
    "WEB-INF/web.xml, 404, not_found",
    "events, 400, parameter_missing",
    "events?kid=zz, 400, parameter_malformed",
    "events/zz, 404, not_found",
    "bundles, 400, parameter_missing",
    "bundles?subject=foo, 400, link_malformed",
    "bundles?subject=/01/04569951110017/10/A, 400, gs1_bad_check_digit",
    "bundles?subject=/414/4569951000010, 400, subject_unsupported",
    "bundles?subject=/01/04569951110016/10/%00, 400, link_malformed",
    "bundles?subject=/01/04569951110016/10/A&challenge=, 400, parameter_malformed",
    "bundles?subject=/01/04569951110016/10/A&challenge=%00, 400, parameter_malformed",
    "bundles?subject=/01/04569951110016/10/A&challenge=AAAA, 400, parameter_malformed",
    "lots/x/y, 404, not_found",
    "lots/04569951110016/%00, 404, not_found",
    "certificates/%00, 404, not_found",
    "certificates/%5C, 404, not_found",
    "certificates/%FF, 404, not_found",
    "certificates/a%2Fb, 404, not_found",
  })
  void answers_bad_addresses_with_a_problem(String path, int status, String reason)
      throws Exception {
    isProblem(send("GET", path, BodyPublishers.noBody()), status, reason);
  }

  @Test
  void knows_no_event_that_nobody_sent() throws Exception {
    isProblem(send("GET", "events/" + HASH, BodyPublishers.noBody()), 404, "not_found");
    isProblem(
        send("GET", "events?kid=" + HASH + "&after=-1", BodyPublishers.noBody()),
        400,
        "parameter_malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/%zz", "/api/trust%", "/api/\\u0001", "/%c0%80", "/api/a\\b"})
  void answers_addresses_that_no_client_sends(String path) throws Exception {
    try (Socket socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answer).startsWith("HTTP/1.1 4");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"gtin\":1}| 400| request_malformed",
        "{\"gtin\":\"04569951110016\",\"run\":\"0000\"}| 400| request_malformed",
        "{\"gtin\":\"04569951110016\",\"run\":\"IIII\",\"hashes\":[\"AA\"]}| 400| request_malformed",
        "{\"x\":1}| 400| request_malformed",
        "[]| 400| request_malformed",
        "{\"a\":[[[]]]}| 400| json_too_deep",
      })
  void refuses_labels_of_another_form(String body, int status, String reason) throws Exception {
    isProblem(post("labels", body.getBytes(StandardCharsets.UTF_8)), status, reason);
  }

  @Test
  void refuses_labels_and_documents_that_nobody_signed_for() throws Exception {
    String labels = "{\"gtin\":\"04569951110016\",\"hashes\":[\"" + HASH + "\"],\"run\":\"0000\"}";
    isProblem(post("labels", labels.getBytes(StandardCharsets.UTF_8)), 422, "labels_not_announced");
    String document = "{\"salt\":\"" + "A".repeat(22) + "\"}";
    isProblem(
        post("documents", document.getBytes(StandardCharsets.UTF_8)),
        422,
        "document_not_announced");
    isProblem(
        post("documents", (" " + document).getBytes(StandardCharsets.UTF_8)),
        400,
        "json_not_canonical");
    isProblem(post("documents", "{}".getBytes(StandardCharsets.UTF_8)), 400, "request_malformed");
  }

  @Test
  void speaks_the_reader_s_language() throws Exception {
    HttpResponse<byte[]> answer =
        send("GET", "nothing", BodyPublishers.noBody(), "Accept-Language", "ja,en;q=0.5");

    isProblem(answer, 404, "not_found");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("ありません");
    assertThat(answer.headers().firstValue("Content-Language")).hasValue("ja");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "ja,--", ";;;", "*", "ja;q=x"})
  void minds_no_language_that_it_cannot_read(String language) throws Exception {
    isProblem(
        send("GET", "nothing", BodyPublishers.noBody(), "Accept-Language", language),
        404,
        "not_found");
    for (String page : List.of("/", "/nothing", "/01/04569951110016/21/A")) {
      HttpRequest request =
          HttpRequest.newBuilder(server.resolve(page)).header("Accept-Language", language).build();
      assertThat(http.send(request, BodyHandlers.discarding()).statusCode()).isLessThan(500);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "PATCH", "FOO"})
  void minds_no_body_where_none_is_read(String method) throws Exception {
    HttpResponse<byte[]> answer =
        send(method, "nothing", BodyPublishers.ofString("{}"), "Content-Type", "application/json");
    isProblem(answer, 404, "not_found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "FOO"})
  void takes_nothing_but_questions_on_pages(String method) throws Exception {
    for (String page : List.of("/", "/verify/", "/trust.json", "/01/04569951110016/21/A", "/no")) {
      HttpRequest request =
          HttpRequest.newBuilder(server.resolve(page))
              .method(method, BodyPublishers.ofString("x"))
              .build();
      assertThat(http.send(request, BodyHandlers.discarding()).statusCode())
          .as(page)
          .isEqualTo(405);
    }
  }

  @Test
  void tells_of_each_event_why_it_was_refused() throws Exception {
    HttpResponse<byte[]> answer =
        post("events", "[\"a\",\"b.c.d\"]".getBytes(StandardCharsets.UTF_8));

    assertThat(answer.statusCode()).isEqualTo(202);
    Json.Obj told = (Json.Obj) Json.parse(answer.body(), ANSWER);
    assertThat(told.array("accepted").size()).isZero();
    assertThat(told.get("receipt")).isEqualTo(Json.Null.VALUE);
    assertThat(told.array("refused").size()).isEqualTo(2);
    assertThat(((Json.Obj) told.array("refused").get(1)).text("reason")).isEqualTo("jws_malformed");
  }

  @Test
  void hands_out_metrics_health_and_its_own_description() throws Exception {
    for (String path : List.of("metrics", "health", "health/live", "health/ready", "openapi")) {
      HttpResponse<byte[]> answer = send("GET", path, BodyPublishers.noBody());
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    }
    assertThat(
            new String(
                send("GET", "metrics", BodyPublishers.noBody()).body(), StandardCharsets.UTF_8))
        .contains("sanchi_events_captured_total", "sanchi_outbox_age_seconds");
  }
}
