package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import jp.sanchi.demonstration.Device;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.proof.Reading;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Server, broker and bridge as three processes, so that each can be killed alone. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ColdBoxesIT {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 8);
  private static final String BOX = "https://id.gs1.org/8004/4569953BOX9";

  private static EmbeddedPostgres postgres;
  private static Path data;
  private static RunningSanchi.Server server;
  private static int serverPort;
  private static Process broker;
  private static int brokerPort;
  private static Process bridge;
  private static Json.Obj carrier;

  record Sensor(String id, String password, String topic) {}

  @BeforeAll
  static void start() throws Exception {
    data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "data")), "boxes-");
    data = data.toAbsolutePath();
    postgres = EmbeddedPostgres.builder().start();
    serverPort = freePort();
    brokerPort = freePort();
    server = startServer();
    carrier = (Json.Obj) Json.parse(read(data.resolve("demonstration/carrier.json")), LIMITS);
    // Long windows and little patience: the test is over in minutes
    Files.writeString(
        data.resolve("bridge/bridge.properties"),
        "sanchi.bridge.organisation="
            + carrier.text("organisation")
            + "\nsanchi.bridge.window=900\nsanchi.bridge.grace=3\nsanchi.bridge.send=1\n");
    broker = startBroker();
    bridge = startBridge();
  }

  @AfterAll
  static void stop() throws Exception {
    for (Process process : new Process[] {bridge, broker}) {
      if (process != null) {
        process.destroy();
        process.waitFor(20, TimeUnit.SECONDS);
      }
    }
    if (server != null) {
      server.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void loses_and_doubles_nothing_while_bridge_broker_and_server_are_killed() throws Exception {
    Sensor sensor = register("killed");
    int count = 20_000;
    // Ten hours with many windows, the last of which is over
    long first = now() - count * 1_800L - TimeUnit.MINUTES.toMillis(20);
    Set<Long> acknowledged = new ConcurrentSkipListSet<>();
    var publisher = new Thread(() -> publish(sensor, first, count, acknowledged), "boxes");
    publisher.start();
    String[] victims = {"bridge", "broker", "bridge", "server", "broker", "bridge"};
    for (int i = 0; i < victims.length; i++) {
      // Each falls at another point of the way
      int from = (i + 1) * count / (victims.length + 2);
      waitFor(() -> acknowledged.size() >= from, 120);
      kill(victims[i]);
    }
    publisher.join();
    assertThat(acknowledged).hasSize(count);

    waitFor(() -> stored(sensor) == count && signed(sensor).size() == count, 150);
    assertThat(signed(sensor))
        .as("every reading is in one window, and every window has what it signs")
        .containsExactlyElementsOf(LongStream.rangeClosed(1, count).boxed().toList());
  }

  @Test
  void waits_for_a_broker_that_comes_later() throws Exception {
    Sensor sensor = register("early");
    bridge.destroyForcibly().waitFor();
    broker.destroyForcibly().waitFor();
    bridge = startBridge();
    waitFor(() -> Files.readString(data.resolve("bridge/status.json")).contains(":false"), 30);
    broker = startBroker();
    Mqtt5BlockingClient client = connect(sensor.id(), sensor.id(), sensor.password());
    send(client, sensor.topic(), message(sensor.id(), 1, now(), 400));
    waitFor(() -> stored(sensor) == 1, 60);
    client.disconnect();
  }

  @Test
  void refuses_a_wrong_password_an_unknown_device_and_a_client_id_of_another() throws Exception {
    Sensor one = register("one");
    Sensor two = register("two");
    assertThatThrownBy(() -> connect(one.id(), one.id(), "wrong"))
        .isInstanceOf(Mqtt5ConnAckException.class);
    assertThatThrownBy(() -> connect("nobody", "nobody", one.password()))
        .isInstanceOf(Mqtt5ConnAckException.class);
    assertThatThrownBy(() -> connect(two.id(), one.id(), one.password()))
        .isInstanceOf(Mqtt5ConnAckException.class);
    connect(one.id(), one.id(), one.password()).disconnect();
  }

  @Test
  void lets_no_device_in_whose_own_organisation_has_no_bridge_there() throws Exception {
    Sensor sensor = register("orphan");
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "update sensor set organisation = (select max(gln) from organisation where gln <> '"
              + carrier.text("organisation")
              + "') where id = '"
              + sensor.id()
              + "'");
    }
    // Another organisation's bridge has subscribed; what this device sent would be lost
    Sensor other = register("with a bridge");
    connect(other.id(), other.id(), other.password()).disconnect();
    assertThatThrownBy(
            () -> client(sensor.id(), sensor.id(), sensor.password()).buildBlocking().connect())
        .isInstanceOfSatisfying(
            Mqtt5ConnAckException.class,
            e ->
                assertThat(e.getMqttMessage().getReasonCode())
                    .isEqualTo(Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE));
  }

  @Test
  void refuses_another_devices_topic_and_what_others_send() throws Exception {
    Sensor one = register("one");
    Sensor two = register("two");
    Mqtt5BlockingClient client = connect(one.id(), one.id(), one.password());
    assertThatThrownBy(() -> send(client, two.topic(), message(two.id(), 1, now(), 400)))
        .isInstanceOf(Exception.class);
    Mqtt5BlockingClient again = connect(one.id(), one.id(), one.password());
    assertThatThrownBy(
            () -> again.subscribeWith().topicFilter("sanchi/#").qos(MqttQos.AT_LEAST_ONCE).send())
        .isInstanceOf(Exception.class);
    assertThat(stored(two)).isZero();
  }

  @Test
  void counts_and_forgets_what_is_replayed_malformed_or_of_the_future() throws Exception {
    Sensor sensor = register("odd");
    Mqtt5BlockingClient client = connect(sensor.id(), sensor.id(), sensor.password());
    Json.Obj before = refusals();
    send(client, sensor.topic(), message(sensor.id(), 7, now(), 400));
    send(client, sensor.topic(), message(sensor.id(), 7, now(), 2_000));
    send(client, sensor.topic(), message("another", 8, now(), 400));
    send(client, sensor.topic(), message(sensor.id(), 9, now() + 3_600_000, 400));
    send(client, sensor.topic(), "{\"device\":\"x\",\"seq\":NaN}".getBytes(StandardCharsets.UTF_8));
    send(client, sensor.topic(), message(sensor.id(), 10, now(), 410));
    waitFor(() -> stored(sensor) == 2, 30);
    waitFor(() -> counted(refusals(), "malformed") == counted(before, "malformed") + 1, 15);
    for (String reason : List.of("repeated", "wrong_topic", "future_time")) {
      assertThat(counted(refusals(), reason)).as(reason).isEqualTo(counted(before, reason) + 1);
    }
    client.disconnect();
  }

  @Test
  void sends_a_revoked_device_away() throws Exception {
    Sensor sensor = register("lost");
    Mqtt5BlockingClient client = connect(sensor.id(), sensor.id(), sensor.password());
    assertThat(client.getState().isConnected()).isTrue();
    assertThat(session().send("DELETE", "sensors/" + sensor.id(), null).statusCode())
        .isEqualTo(204);
    waitFor(() -> !client.getState().isConnected(), 20);
    assertThatThrownBy(() -> connect(sensor.id(), sensor.id(), sensor.password()))
        .isInstanceOf(Mqtt5ConnAckException.class);
  }

  // Boxes

  /** As a device does: each reading until it is acknowledged, many on their way at once. */
  private static void publish(Sensor sensor, long first, int count, Set<Long> acknowledged) {
    Map<Long, Boolean> open = new ConcurrentHashMap<>();
    for (long seq = 1; seq <= count; seq++) {
      open.put(seq, true);
    }
    while (!open.isEmpty()) {
      Mqtt5AsyncClient client = client(sensor.id(), sensor.id(), sensor.password()).buildAsync();
      try {
        client.connectWith().cleanStart(true).send().get(10, TimeUnit.SECONDS);
      } catch (Exception e) {
        pause(300);
        continue;
      }
      var inFlight = new Semaphore(100);
      for (long seq : open.keySet().stream().sorted().toList()) {
        inFlight.acquireUninterruptibly();
        if (!client.getState().isConnected()) {
          break;
        }
        client
            .publishWith()
            .topic(sensor.topic())
            .qos(MqttQos.AT_LEAST_ONCE)
            .payload(message(sensor.id(), seq, first + seq * 1_800, 400 + seq % 100))
            .send()
            .whenComplete(
                (result, failure) -> {
                  inFlight.release();
                  if (failure == null && result.getError().isEmpty()) {
                    open.remove(seq);
                    acknowledged.add(seq);
                  }
                });
      }
      try {
        boolean unused = inFlight.tryAcquire(100, 5, TimeUnit.SECONDS);
        client.disconnect().get(2, TimeUnit.SECONDS);
      } catch (Exception e) {
        // Its broker was killed: what is open goes once more
      }
    }
  }

  private static byte[] message(String device, long seq, long time, long temperature) {
    return Json.object(
            "device",
            device,
            "seq",
            seq,
            "time",
            time,
            "values",
            Json.object("temperature", temperature))
        .canonical();
  }

  private static void send(Mqtt5BlockingClient client, String topic, byte[] payload) {
    client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).payload(payload).send();
  }

  private static com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder client(
      String clientId, String user, String password) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(clientId)
        .serverHost("localhost")
        .serverPort(brokerPort)
        .simpleAuth()
        .username(user)
        .password(password.getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth();
  }

  private static Mqtt5BlockingClient connect(String clientId, String user, String password) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      Mqtt5BlockingClient client = client(clientId, user, password).buildBlocking();
      try {
        client.connect();
        return client;
      } catch (Mqtt5ConnAckException e) {
        // Nobody gets in before the bridge has subscribed
        if (e.getMqttMessage().getReasonCode() != Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE
            || System.nanoTime() > end) {
          throw e;
        }
        pause(300);
      }
    }
  }

  private static long now() {
    return Clock.systemUTC().millis();
  }

  // What became of it

  private static long stored(Sensor sensor) throws SQLException {
    return query(
            "select count(*) from reading where device = '" + sensor.id() + "'",
            row -> row.getLong(1))
        .get(0);
  }

  /** The sequence numbers of a device in all windows on the ledger, with repetitions. */
  private static List<Long> signed(Sensor sensor) throws SQLException {
    Map<String, List<byte[]>> leaves = new HashMap<>();
    query(
        "select window_id, leaf from reading where device = '" + sensor.id() + "' order by seq",
        row ->
            leaves
                .computeIfAbsent("urn:uuid:" + row.getString(1), none -> new ArrayList<>())
                .add(row.getBytes(2)));
    List<Long> numbers = new ArrayList<>();
    for (String jws :
        query(
            "select jws from event where kind in ('window_recorded', 'window_supplemented')",
            row -> row.getString(1))) {
      TraceEvent event = TraceEvent.readAny(Jws.parse(jws));
      List<byte[]> its = leaves.get(event.payload().text("eventID"));
      if (its != null) {
        Reading.ofWindow(event, its).forEach(reading -> numbers.add(reading.seq()));
      }
    }
    return numbers.stream().sorted().collect(Collectors.toList());
  }

  private interface Row<T> {
    T of(ResultSet row) throws SQLException;
  }

  private static <T> List<T> query(String sql, Row<T> read) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<T> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(read.of(row));
      }
      return rows;
    }
  }

  private static Json.Obj refusals() throws IOException {
    return ((Json.Obj) Json.parse(read(data.resolve("bridge/status.json")), LIMITS))
        .object("refused");
  }

  private static long counted(Json.Obj refusals, String reason) {
    return refusals.has(reason) ? refusals.integer(reason) : 0;
  }

  // The carrier's browser

  private Sensor register(String name) throws Exception {
    HttpResponse<byte[]> answer =
        session()
            .send(
                "POST",
                "sensors",
                Json.object("box", BOX, "measures", List.of("temperature"), "name", name));
    assertThat(answer.statusCode()).isEqualTo(201);
    var made = (Json.Obj) Json.parse(answer.body(), LIMITS);
    return new Sensor(made.text("id"), made.text("password"), made.text("topic"));
  }

  private static Session session() throws Exception {
    Device browser =
        Device.in(
            data.resolve("demonstration/carrier.pem"),
            carrier.text("consortium"),
            carrier.text("organisation"),
            Clock.systemUTC());
    var http = HttpClient.newHttpClient();
    Session without = new Session(http, server.address(), null, browser.kid());
    var asked =
        (Json.Obj)
            Json.parse(without.send("POST", "sessions/challenge", Json.object()).body(), LIMITS);
    String jws = browser.login(asked.text("challenge"), without.origin());
    HttpResponse<byte[]> begun = without.send("POST", "sessions", Json.object("jws", jws));
    String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    return new Session(http, server.address(), cookie, browser.kid());
  }

  private record Session(HttpClient http, URI server, String cookie, String kid) {
    String origin() {
      return server.getScheme() + "://" + server.getAuthority();
    }

    HttpResponse<byte[]> send(String method, String path, Json.Obj body) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(server.resolve("api/" + path))
              .header("Origin", origin())
              .header("Content-Type", "application/json")
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofByteArray(body.canonical()));
      if (cookie != null) {
        request.header("Cookie", cookie).header("Sanchi-Key", kid);
      }
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
  }

  // Processes

  private static void kill(String victim) throws Exception {
    switch (victim) {
      case "bridge" -> {
        bridge.destroyForcibly().waitFor();
        bridge = startBridge();
      }
      case "broker" -> {
        broker.destroyForcibly().waitFor();
        broker = startBroker();
      }
      default -> {
        server.process().destroyForcibly().waitFor();
        server = startServer();
      }
    }
  }

  private static RunningSanchi.Server startServer() throws IOException {
    return RunningSanchi.start(
        data,
        Map.of(
            "sanchi.port",
            Integer.toString(serverPort),
            "sanchi.db.url",
            postgres.getJdbcUrl("postgres", "postgres"),
            "sanchi.db.user",
            "postgres",
            "sanchi.broker",
            "off",
            "sanchi.bridge",
            "off"));
  }

  private static Process startBroker() throws IOException, InterruptedException {
    Path log = data.resolve("broker.log");
    Process process =
        java(
            log,
            "-Dsanchi.data=" + data.resolve("own-broker"),
            "-Dsanchi.port=" + serverPort,
            "-Dsanchi.broker.port=" + brokerPort,
            "-Dsanchi.db.url=" + postgres.getJdbcUrl("postgres", "postgres"),
            "-Dsanchi.db.user=postgres",
            "-jar",
            RunningSanchi.home().resolve("sanchi.jar").toString(),
            "broker");
    waitFor(() -> !process.isAlive() || Files.readString(log).contains("MQTT 5"), 60);
    assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
    return process;
  }

  private static Process startBridge() throws IOException {
    Path known = data.resolve("own-broker/bridge/local.properties");
    Files.copy(
        known,
        data.resolve("bridge/local.properties"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    return java(
        data.resolve("bridge.log"),
        "-Dsanchi.bridge.data=" + data.resolve("bridge"),
        "-jar",
        RunningSanchi.home().resolve("bridge/sanchi-bridge.jar").toString());
  }

  private static Process java(Path log, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static byte[] read(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void waitFor(Condition condition, int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (Exception e) {
        // Not yet: somebody was killed
      }
      pause(200);
    }
    throw new AssertionError("not within " + seconds + " s");
  }

  private static void pause(int ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
