package jp.sanchi.demonstration;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import jp.sanchi.kernel.event.Json;

/**
 * The devices in the demonstration's boxes: registered by their carrier through the API, they send
 * over MQTT as any device does. First each tells the journey that the story says it was on, then
 * two of them go on living.
 */
public final class ColdBoxes implements AutoCloseable {
  /** A night as it should be. It goes between Miyazaki and Tokyo; the others fly. */
  static final String GOOD = "https://id.gs1.org/8004/4569953BOX1";

  /** Its device was silent in the air. */
  static final String GAP = "https://id.gs1.org/8004/4569953BOX2";

  /** It stood open for a while. */
  static final String WARM = "https://id.gs1.org/8004/4569953BOX3";

  static final long LOADED_AFTER_MS = Duration.ofMinutes(40).toMillis();
  static final long UNLOADED_BEFORE_MS = Duration.ofMinutes(10).toMillis();

  private static final String FOLDER = "demonstration";
  private static final long PAST_STEP_MS = Duration.ofMinutes(10).toMillis();
  private static final long LIVE_STEP_MS = Duration.ofSeconds(30).toMillis();
  private static final long AROUND_MS = Duration.ofMinutes(30).toMillis();
  private static final Json.Limits FILES = new Json.Limits(1 << 20, 8);
  private static final Map<String, String> NAMES =
      Map.of(GOOD, "保冷ボックス 1", GAP, "保冷コンテナ 2", WARM, "保冷コンテナ 3");

  private final HttpClient http;
  private final URI server;
  private final Path folder;
  private final String host;
  private final int port;
  private final Clock clock;
  private final ScheduledExecutorService streaming = Executors.newScheduledThreadPool(1);
  private final List<Live> lives = new ArrayList<>();

  private record Live(Sensor sensor, Mqtt5BlockingClient client) {}

  private record Sensor(String box, String id, String password, String topic) {}

  private ColdBoxes(HttpClient http, URI server, Path data, String host, int port, Clock clock) {
    this.http = http;
    this.server = server;
    this.folder = data.resolve(FOLDER);
    this.host = host;
    this.port = port;
    this.clock = clock;
  }

  /** Where the key of the carrier's browser lies. */
  static Path key(Path data) {
    return data.resolve(FOLDER).resolve("carrier.pem");
  }

  static void write(Path data, Json content, String name) throws IOException {
    Path folder = Files.createDirectories(data.resolve(FOLDER));
    Path half = folder.resolve(name + ".half");
    Files.write(half, content.canonical());
    Files.move(
        half,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Tells the journeys, once for a data folder, and starts streaming. Does nothing where the
   * demonstration was not lived.
   *
   * @param http reaches the server whatever its certificate
   * @param server its address, with a slash at the end
   */
  public static AutoCloseable start(HttpClient http, URI server, Path data, String host, int port) {
    var boxes = new ColdBoxes(http, server, data, host, port, Clock.systemUTC());
    if (Files.exists(boxes.folder.resolve("journeys.json"))) {
      boxes.streaming.execute(boxes::live);
    }
    return boxes;
  }

  private void live() {
    try {
      List<Sensor> sensors = sensors();
      Path told = folder.resolve("journeys.told");
      Json.Obj journeys = object(Files.readAllBytes(folder.resolve("journeys.json")));
      for (Sensor sensor : sensors) {
        Mqtt5BlockingClient client = connect(sensor);
        if (!Files.exists(told)) {
          tell(sensor, client, journeys);
        }
        if (sensor.box().equals(WARM)) {
          client.disconnect();
        } else {
          lives.add(new Live(sensor, client));
        }
      }
      if (!Files.exists(told)) {
        Files.writeString(told, "");
      }
      streaming.scheduleAtFixedRate(this::send, 0, LIVE_STEP_MS, TimeUnit.MILLISECONDS);
    } catch (IOException | RuntimeException e) {
      System.getLogger(ColdBoxes.class.getName())
          .log(System.Logger.Level.WARNING, "the demonstration's boxes are silent", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send() {
    long now = clock.millis();
    for (Live live : lives) {
      try {
        // Sequence numbers of the clock go on where a start before ended
        publish(live.client(), live.sensor(), now / 1000, now, 3);
      } catch (RuntimeException e) {
        // The broker is away; the client comes back by itself
      }
    }
  }

  private void tell(Sensor sensor, Mqtt5BlockingClient client, Json.Obj journeys) {
    for (Json one : journeys.array("boxes").items()) {
      Json.Obj journey = (Json.Obj) one;
      if (!journey.text("box").equals(sensor.box())) {
        continue;
      }
      long from = journey.integer("from") - AROUND_MS;
      long to = Math.min(journey.integer("to") + AROUND_MS, clock.millis());
      long seq = 1;
      for (long time = from; time < to; time += PAST_STEP_MS, seq++) {
        if (part(journey, "silent", time) >= 0) {
          continue;
        }
        double base = sensor.box().equals(GOOD) ? 4 : 0.5;
        double warm = part(journey, "warm", time);
        // An open door: outside of the limits at once, then warmer, then cooled again
        publish(
            client, sensor, seq, time, warm < 0 ? base : base + 3 + 4.4 * Math.sin(Math.PI * warm));
      }
    }
  }

  /**
   * How far into a span of the journey a time is, from 0 to 1; -1 outside of it or where none is.
   */
  private static double part(Json.Obj journey, String span, long time) {
    if (!journey.members().containsKey(span)) {
      return -1;
    }
    List<Json> ends = journey.array(span).items();
    double from = Double.parseDouble(((Json.Num) ends.get(0)).text());
    double to = Double.parseDouble(((Json.Num) ends.get(1)).text());
    return time < from || time > to ? -1 : (time - from) / (to - from);
  }

  private static void publish(
      Mqtt5BlockingClient client, Sensor sensor, long seq, long time, double celsius) {
    // A compressor's slow swing
    double swing = 0.6 * Math.sin(time / 1_300_000.0) + 0.3 * Math.sin(time / 410_000.0);
    long temperature = Math.round((celsius + swing) * 100);
    long humidity = Math.round(8800 + 300 * Math.sin(time / 2_000_000.0));
    Json.Obj message =
        Json.object(
            "device",
            sensor.id(),
            "seq",
            seq,
            "time",
            time,
            "values",
            Json.object("humidity", humidity, "temperature", temperature));
    client
        .publishWith()
        .topic(sensor.topic())
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(message.canonical())
        .send();
  }

  private Mqtt5BlockingClient connect(Sensor sensor) throws InterruptedException {
    Mqtt5BlockingClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(sensor.id())
            .serverHost(host)
            .serverPort(port)
            .automaticReconnectWithDefaultConfig()
            .simpleAuth()
            .username(sensor.id())
            .password(sensor.password().getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    for (int attempt = 0; ; attempt++) {
      try {
        client.connect();
        return client;
      } catch (RuntimeException e) {
        // The bridge may not have subscribed yet
        if (attempt == 60) {
          throw e;
        }
        Thread.sleep(500);
      }
    }
  }

  /** The registered devices; registers them at first. */
  private List<Sensor> sensors() throws IOException, InterruptedException {
    Path file = folder.resolve("sensors.json");
    if (!Files.exists(file)) {
      List<Json> made = register();
      write(folder.getParent(), Json.object("sensors", new Json.Arr(made)), "sensors.json");
    }
    List<Sensor> sensors = new ArrayList<>();
    for (Json one : object(Files.readAllBytes(file)).array("sensors").items()) {
      Json.Obj sensor = (Json.Obj) one;
      sensors.add(
          new Sensor(
              sensor.text("box"),
              sensor.text("id"),
              sensor.text("password"),
              sensor.text("topic")));
    }
    return sensors;
  }

  private List<Json> register() throws IOException, InterruptedException {
    Json.Obj organisation = object(Files.readAllBytes(folder.resolve("carrier.json")));
    Device browser =
        Device.in(
            key(folder.getParent()),
            organisation.text("consortium"),
            organisation.text("organisation"),
            clock);
    String origin = server.getScheme() + "://" + server.getAuthority();
    Json.Obj asked = object(post("sessions/challenge", null, null, new byte[0]).body());
    HttpResponse<byte[]> begun =
        post(
            "sessions",
            null,
            null,
            Json.object("jws", browser.login(asked.text("challenge"), origin)).canonical());
    String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    List<Json> made = new ArrayList<>();
    for (String box : List.of(GOOD, GAP, WARM)) {
      Json.Obj wanted =
          Json.object(
              "box", box, "measures", List.of("temperature", "humidity"), "name", NAMES.get(box));
      Json.Obj answer = object(post("sensors", cookie, browser.kid(), wanted.canonical()).body());
      made.add(answer.with("box", Json.of(box)));
    }
    return made;
  }

  private HttpResponse<byte[]> post(String path, String cookie, String kid, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve("api/" + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .header("Origin", server.getScheme() + "://" + server.getAuthority())
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (cookie != null) {
      request.header("Cookie", cookie).header("Sanchi-Key", kid);
    }
    HttpResponse<byte[]> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          path
              + ": "
              + answer.statusCode()
              + " "
              + new String(answer.body(), StandardCharsets.UTF_8));
    }
    return answer;
  }

  private static Json.Obj object(byte[] json) {
    return (Json.Obj) Json.parse(json, FILES);
  }

  @Override
  public void close() {
    streaming.shutdownNow();
    lives.forEach(live -> live.client().toAsync().disconnect());
  }
}
