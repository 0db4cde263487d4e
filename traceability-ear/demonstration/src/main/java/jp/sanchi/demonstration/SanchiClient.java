package jp.sanchi.demonstration;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Json;

/** The public API, as any client of it: what is refused is an exception here. */
public final class SanchiClient {
  private static final Json.Limits ANSWERS = new Json.Limits(16 << 20, 16);

  private final HttpClient http;
  private final URI api;

  /**
   * @param api the address of {@code /api/}, with the slash at its end
   */
  public SanchiClient(HttpClient http, URI api) {
    this.http = http;
    this.api = api;
  }

  /** Posts the events; returns their ids. The whole batch must be accepted. */
  public List<String> post(List<String> events) throws IOException, InterruptedException {
    Json.Obj answer = send("POST", "events", Json.array(events.toArray()).canonical());
    if (answer.array("refused").size() > 0) {
      throw new IOException("refused: " + answer.array("refused").canonicalText());
    }
    List<String> ids = new ArrayList<>();
    for (Json id : answer.array("accepted").items()) {
      ids.add(((Json.Text) id).value());
    }
    return ids;
  }

  /** Labels' hashes ({@code labels}) or a described document ({@code documents}). */
  public void upload(String path, Json.Obj body) throws IOException, InterruptedException {
    send("POST", path, body.canonical());
  }

  /** A picture that a described document names. */
  public void uploadBytes(String path, byte[] body) throws IOException, InterruptedException {
    send("POST", path, body, "application/octet-stream");
  }

  /** Waits until the event is on the ledger. */
  public void awaitCommitted(String eventId, Duration patience)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      Json.Obj answer = send("GET", "events/" + eventId, null);
      String status = answer.text("status");
      if (status.equals("committed")) {
        return;
      }
      if (status.equals("refused") || System.nanoTime() > end) {
        throw new IOException("event " + eventId + ": " + answer.canonicalText());
      }
      Thread.sleep(50);
    }
  }

  public String consortium() throws IOException, InterruptedException {
    return send("GET", "trust", null).text("consortium");
  }

  private Json.Obj send(String method, String path, byte[] body)
      throws IOException, InterruptedException {
    return send(method, path, body, "application/json");
  }

  private Json.Obj send(String method, String path, byte[] body, String type)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.resolve(path)).timeout(Duration.ofSeconds(60));
    if (body == null) {
      request.GET();
    } else {
      request
          .header("Content-Type", type)
          .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    }
    HttpResponse<byte[]> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + text);
    }
    return answer.body().length == 0
        ? Json.object()
        : (Json.Obj) Json.parse(answer.body(), ANSWERS);
  }
}
