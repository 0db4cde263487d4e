package jp.sanchi.bridge;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jwk;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.Reading;

/** The server's REST interface as the bridge needs it. */
final class Server {
  private static final Json.Limits ANSWERS = new Json.Limits(16 << 20, 8);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http;
  private final URI api;
  private final String origin;
  private final DeviceKey key;
  private String cookie;
  private byte[] serverKey;

  /** The server says no, with a reason; asking again does not help by itself. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;
    final int status;
    final String reason;

    Refused(String what, int status, String reason) {
      super(what + ": " + status + " " + reason);
      this.status = status;
      this.reason = reason;
    }
  }

  Server(Settings settings, DeviceKey key, SSLContext tls) {
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10));
    if (tls != null) {
      builder.sslContext(tls);
    }
    this.http = builder.build();
    this.api = settings.server().resolve("api/");
    this.origin = api.getScheme() + "://" + api.getAuthority();
    this.key = key;
  }

  String consortium() throws IOException, InterruptedException {
    return object(get("trust")).text("consortium");
  }

  /** What an invitation says, and where the offered key stands. */
  Json.Obj invitation(String token) throws IOException, InterruptedException {
    return object(get("invitations/" + token));
  }

  /** Offers the bridge's key in answer to an invitation. */
  Json.Obj offer(String token, String consortium, String organisation)
      throws IOException, InterruptedException {
    Json.Obj offer =
        Json.object(
            "jwk",
            key.jwk(),
            "name",
            "sensor-bridge",
            "proof",
            key.proof(consortium, organisation));
    return object(post("invitations/" + token, "application/json", offer.canonical()));
  }

  /** The organisation's devices; logs in where that is needed. */
  Map<String, Sensor> sensors(String consortium) throws IOException, InterruptedException {
    Json.Obj answer;
    try {
      answer = object(cookie == null ? login(consortium) : get("sensors"));
    } catch (Refused e) {
      if (e.status != 401 || cookie == null) {
        throw e;
      }
      answer = object(login(consortium));
    }
    Map<String, Sensor> sensors = new HashMap<>();
    for (Json one : answer.array("sensors").items()) {
      Json.Obj sensor = (Json.Obj) one;
      Set<Measure> measures = EnumSet.noneOf(Measure.class);
      for (Json word : sensor.array("measures").items()) {
        Measure measure = Measure.of(((Json.Text) word).value());
        if (measure != null) {
          measures.add(measure);
        }
      }
      long revoked =
          sensor.get("revokedAt") instanceof Json.Num at ? at.longValue() : Long.MAX_VALUE;
      sensors.put(
          sensor.text("id"), new Sensor(sensor.text("id"), sensor.text("box"), measures, revoked));
    }
    return sensors;
  }

  private byte[] login(String consortium) throws IOException, InterruptedException {
    cookie = null;
    Json.Obj asked = object(post("sessions/challenge", "application/json", new byte[0]));
    String jws =
        key.jws(
            "sanchi-session",
            Json.object(
                "challenge", asked.text("challenge"), "consortium", consortium, "origin", origin));
    HttpResponse<byte[]> begun =
        send(
            request("sessions")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.object("jws", jws).canonical())),
            "sessions");
    cookie =
        begun
            .headers()
            .firstValue("Set-Cookie")
            .map(line -> line.substring(0, line.indexOf(';')))
            .orElseThrow(() -> new IOException("a session without a cookie"));
    return get("sensors");
  }

  /** Sends readings and checks the receipt. */
  void store(List<Book.Batch> batches, String consortium, String organisation)
      throws IOException, InterruptedException {
    List<Json> windows = new ArrayList<>();
    int count = 0;
    for (Book.Batch batch : batches) {
      List<Json> leaves = new ArrayList<>();
      for (Reading reading : batch.readings()) {
        leaves.add(Json.of(Base64Url.encode(reading.leaf())));
      }
      count += leaves.size();
      Window window = batch.window();
      windows.add(
          Json.array(window.id.uuid(key.kid()).toString(), window.box, new Json.Arr(leaves)));
    }
    String jws =
        key.jws(
            "sanchi-readings",
            Json.object(
                "consortium",
                consortium,
                "organisation",
                organisation,
                "windows",
                new Json.Arr(windows)));
    Json.Obj answer =
        object(post("readings", "application/jose", jws.getBytes(StandardCharsets.US_ASCII)));
    Json.Obj receipt = receipt(answer);
    String batch = Base64Url.encode(sha256(jws.substring(0, jws.lastIndexOf('.'))));
    if (!batch.equals(receipt.text("batch")) || receipt.integer("readings") != count) {
      throw new IOException("the server's receipt is of other readings");
    }
  }

  /** What became of events, by their place; null for one that is accepted. */
  List<String> capture(List<String> events) throws IOException, InterruptedException {
    Json.Obj answer =
        object(post("events", "application/json", Json.array(events.toArray()).canonical()));
    String[] reasons = new String[events.size()];
    for (Json one : answer.array("refused").items()) {
      Json.Obj refused = (Json.Obj) one;
      reasons[(int) refused.integer("index")] = refused.text("reason");
    }
    if (answer.array("refused").size() < events.size()) {
      Json.Arr accepted = receipt(answer).array("accepted");
      for (int i = 0; i < events.size(); i++) {
        String id =
            Base64Url.encode(sha256(events.get(i).substring(0, events.get(i).lastIndexOf('.'))));
        if (reasons[i] == null && !accepted.items().contains(Json.of(id))) {
          throw new IOException("the server's receipt lacks an event");
        }
      }
    }
    return java.util.Arrays.asList(reasons);
  }

  /**
   * {@code captured}, {@code committed}, or why the ledger refused the event; null if the server
   * knows nothing of it.
   */
  String standing(String eventId) throws IOException, InterruptedException {
    try {
      Json.Obj answer = object(get("events/" + eventId));
      return answer.text("status").equals("refused")
          ? answer.text("reason")
          : answer.text("status");
    } catch (Refused e) {
      if (e.status == 404) {
        return null;
      }
      throw e;
    }
  }

  private Json.Obj receipt(Json.Obj answer) throws IOException, InterruptedException {
    String[] parts = answer.text("receipt").split("\\.", -1);
    if (serverKey == null) {
      serverKey = Jwk.point(object(get("server-key")).object("jwk"));
    }
    byte[] input = (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII);
    if (parts.length != 3 || !P256.verifyRaw(serverKey, input, Base64Url.decode(parts[2]))) {
      // It may be a new server on a new database; the next try asks for its key again
      serverKey = null;
      throw new IOException("the server's receipt is not signed by its key");
    }
    Json.Obj header = (Json.Obj) Json.parse(Base64Url.decode(parts[0]), ANSWERS);
    if (!"sanchi-receipt".equals(header.text("typ"))) {
      throw new IOException("the server's receipt is none");
    }
    return (Json.Obj) Json.parse(Base64Url.decode(parts[1]), ANSWERS);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.resolve(path)).timeout(PATIENCE).header("Origin", origin);
    if (cookie != null) {
      request.header("Cookie", cookie).header("Sanchi-Key", key.kid());
    }
    return request;
  }

  private byte[] get(String path) throws IOException, InterruptedException {
    return send(request(path).GET(), path).body();
  }

  private byte[] post(String path, String type, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    return send(request, path).body();
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request, String path)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() / 100 == 2) {
      return answer;
    }
    String reason = "";
    try {
      reason = object(answer.body()).text("reason");
    } catch (IOException | MalformedEvent e) {
      // A proxy's page, not the server's: the status says it
    }
    throw new Refused(path, answer.statusCode(), reason);
  }

  private static Json.Obj object(byte[] body) throws IOException {
    try {
      if (Json.parse(body, ANSWERS) instanceof Json.Obj object) {
        return object;
      }
    } catch (MalformedEvent e) {
      // Below
    }
    throw new IOException("the server's answer is no JSON object");
  }

  private static byte[] sha256(String ascii) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(ascii.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
