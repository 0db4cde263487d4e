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
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
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
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.demonstration.SanchiClient;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.DigitalLink;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.proof.Bundle;
import jp.sanchi.kernel.proof.BundleVerifier;
import jp.sanchi.kernel.proof.Freshness;
import jp.sanchi.kernel.proof.Reading;
import jp.sanchi.kernel.proof.Statement;
import jp.sanchi.kernel.proof.TrustRoots;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Server, database, broker and bridge as processes of their own, so that each can be killed. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class ColdBoxesIT {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 8);
  private static final String BOX = "https://id.gs1.org/8004/4569953BOX9";

  /** Whoever holds it carries captured events to the ledger. */
  private static final int OUTBOX_LOCK = 0x5a02;

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
    postgres =
        EmbeddedPostgres.builder().setDataDirectory(data.resolve("own-database").toFile()).start();
    serverPort = freePort();
    brokerPort = freePort();
    server = startServer();
    carrier = (Json.Obj) Json.parse(read(data.resolve("demonstration/carrier.json")), LIMITS);
    // Long windows and little patience: the test is over in minutes
    Files.writeString(
        data.resolve("bridge/bridge.properties"),
        "sanchi.bridge.organisation="
            + carrier.text("organisation")
            + "\nsanchi.bridge.window=900\nsanchi.bridge.grace=3\nsanchi.bridge.send=1\n"
            + "sanchi.bridge.again=8\n");
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
  void loses_and_doubles_nothing_while_everything_is_killed_under_load() throws Exception {
    Sensor sensor = register("killed", BOX);
    int count = 20_000;
    // Ten hours with many windows, the last of which is over
    long first = now() - count * 1_800L - TimeUnit.MINUTES.toMillis(20);
    Set<Long> acknowledged = new ConcurrentSkipListSet<>();
    var publisher = new Thread(() -> publish(sensor, first, 1_800, count, acknowledged), "boxes");
    var phones = new Harvesters(() -> server.address(), data.resolve("administrators"));
    publisher.start();
    phones.start();
    String[] victims = {"bridge", "broker", "database", "server", "everything"};
    for (int i = 0; i < victims.length; i++) {
      // Each falls at another point of the way
      int from = (i + 1) * count / (victims.length + 1);
      waitFor(() -> acknowledged.size() >= from, 120);
      kill(victims[i]);
    }
    publisher.join();
    waitFor(() -> phones.count() >= 2_000, 60);
    phones.stop();
    assertThat(acknowledged).hasSize(count);
    System.out.printf(
        "%,d readings and %,d scans acknowledged while %d were killed%n",
        count, phones.count(), victims.length);

    waitFor(() -> recorded(phones.acknowledged().keySet()).equals(phones.acknowledged()), 150);

    waitFor(() -> stored(sensor) == count && signed(sensor).size() == count, 150);
    assertThat(signed(sensor))
        .as("every reading is in one window, and every window has what it signs")
        .containsExactlyElementsOf(LongStream.rangeClosed(1, count).boxed().toList());
  }

  @Test
  void a_journey_of_more_than_fifty_thousand_readings_is_checked_in_a_second_request()
      throws Exception {
    Json.Obj journey = journey();
    Sensor sensor = register("each second", journey.text("box"));
    int count = 51_000;
    long from = journey.integer("from");
    long until = Math.min(journey.integer("to"), now() - TimeUnit.MINUTES.toMillis(20));
    Set<Long> acknowledged = new ConcurrentSkipListSet<>();
    publish(sensor, from, (until - from) / count, count, acknowledged);
    waitFor(() -> signed(sensor).size() == count, 150);

    String scanned = komatsuna();
    byte[] bundle = get("bundles?subject=" + encoded(scanned));
    BundleVerifier.Result first = verify(bundle, scanned);
    assertThat(Bundle.read(bundle).readings()).isNull();
    assertThat(first.verdict().json().canonicalText()).contains("readings_not_included");

    var items = new ArrayList<String>();
    for (String day : first.story().boxDays()) {
      Statement.Head head = first.story().statement().subjects().get(day);
      if (head.n() > 0) {
        String asked = "?subject=" + encoded(day) + "&head=" + Base64Url.encode(head.hash());
        String answer = new String(get("bundles/readings" + asked), StandardCharsets.UTF_8);
        items.add(answer.substring(1, answer.length() - 1));
        String guessed = "?subject=" + encoded(day) + "&head=" + "A".repeat(43);
        assertThat(asked("bundles/readings" + guessed).statusCode()).isEqualTo(404);
      }
    }
    String whole =
        new String(bundle, StandardCharsets.UTF_8)
            .replace("\"readings\":null", "\"readings\":[" + String.join(",", items) + "]");
    BundleVerifier.Result second = verify(whole.getBytes(StandardCharsets.UTF_8), scanned);
    // Nobody gave a challenge, so freshness stays open; the readings don't
    assertThat(second.verdict().json().canonicalText())
        .contains("{\"check\":\"readings\",\"reason\":null,\"result\":\"passed\"}");
    assertThat(second.story().coldChain().ways())
        .isNotEmpty()
        .allSatisfy(way -> assertThat(way.outsideMs().get("temperature")).isZero());
  }

  @Test
  void signs_again_what_the_ledger_refused_after_the_receipt_once_the_reason_is_gone()
      throws Exception {
    Sensor sensor = register("without a right", BOX);
    var client = new SanchiClient(HttpClient.newHttpClient(), server.address().resolve("api/"));
    Administrator member =
        Administrator.read(
            data.resolve("administrators/LogisticsMSP.pem"),
            carrier.text("consortium"),
            "LogisticsMSP",
            Clock.systemUTC());
    long quarter = TimeUnit.MINUTES.toMillis(15);
    long span = (now() / quarter - 4) * quarter;
    Mqtt5BlockingClient box = connect(sensor.id(), sensor.id(), sensor.password());
    send(box, sensor.topic(), message(sensor.id(), 1, span + 60_000, 400));
    waitFor(() -> signed(sensor).equals(List.of(1L)), 60);

    try (Connection outbox = postgres.getPostgresDatabase().getConnection();
        java.sql.Statement sql = outbox.createStatement()) {
      // No server carries anything to the ledger
      sql.execute("select pg_advisory_lock(" + OUTBOX_LOCK + ")");
      String withdrawal = client.post(List.of(member.sign(carrierRole("role_withdrawn")))).get(0);
      // As where another operator's server brings it: this one hears of it from the ledger
      assertThat(sql.executeUpdate("delete from captured_state")).isPositive();
      send(box, sensor.topic(), message(sensor.id(), 2, span + 120_000, 410));
      send(box, sensor.topic(), message(sensor.id(), 3, span + quarter + 60_000, 420));
      waitFor(() -> captured("window_supplemented") >= 1 && captured("window_recorded") >= 1, 60);
      // One more for the window that has a receipt and will be refused
      send(box, sensor.topic(), message(sensor.id(), 4, span + quarter + 120_000, 430));
      waitFor(() -> captured("window_supplemented") >= 2, 60);
      sql.execute("select pg_advisory_unlock(" + OUTBOX_LOCK + ")");
      client.awaitCommitted(withdrawal, Duration.ofMinutes(1));
    }
    box.disconnect();

    waitFor(() -> counted(status().object("refusedWindows"), "no_role") >= 3, 60);
    assertThat(status().text("trouble")).contains("no_role");
    assertThat(signed(sensor)).containsExactly(1L);
    assertThat(stored(sensor)).isEqualTo(4);
    // A bridge that starts anew has them from its own disk
    bridge.destroyForcibly().waitFor();
    bridge = startBridge();
    waitFor(
        () ->
            status().text("trouble").contains("no_role") && status().integer("waitingWindows") >= 3,
        60);

    client.post(List.of(member.sign(carrierRole("role_granted"))));
    waitFor(() -> signed(sensor).equals(List.of(1L, 2L, 3L, 4L)), 90);
    waitFor(() -> status().get("trouble") instanceof Json.Null, 60);
    assertThat(status().object("refusedWindows")).isEqualTo(Json.object());
  }

  @Test
  void waits_for_a_broker_that_comes_later() throws Exception {
    Sensor sensor = register("early", BOX);
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
    Sensor one = register("one", BOX);
    Sensor two = register("two", BOX);
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
    Sensor sensor = register("orphan", BOX);
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        java.sql.Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "update sensor set organisation = (select max(gln) from organisation where gln <> '"
              + carrier.text("organisation")
              + "') where id = '"
              + sensor.id()
              + "'");
    }
    // Another organisation's bridge has subscribed; what this device sent would be lost
    Sensor other = register("with a bridge", BOX);
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
    Sensor one = register("one", BOX);
    Sensor two = register("two", BOX);
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
    Sensor sensor = register("odd", BOX);
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
    Sensor sensor = register("lost", BOX);
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
  private static void publish(
      Sensor sensor, long first, long stepMs, int count, Set<Long> acknowledged) {
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
            .payload(message(sensor.id(), seq, first + seq * stepMs, 400 + seq % 100))
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
        java.sql.Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<T> rows = new ArrayList<>();
      while (row.next()) {
        rows.add(read.of(row));
      }
      return rows;
    }
  }

  /** Of lots, the ids of their events in the ledger's order. */
  private static Map<String, List<String>> recorded(Set<String> lots) throws SQLException {
    Map<String, List<String>> recorded = new HashMap<>();
    query(
        "select subject, event_id from history where subject like 'lot/%' order by subject, n",
        row ->
            recorded
                .computeIfAbsent(row.getString(1), none -> new ArrayList<>())
                .add(Base64Url.encode(row.getBytes(2))));
    recorded.keySet().retainAll(lots);
    return recorded;
  }

  // A journey of the demonstration, whose own boxes are silent here

  private static Json.Obj journey() throws IOException {
    var journeys = (Json.Obj) Json.parse(read(data.resolve("demonstration/journeys.json")), LIMITS);
    return (Json.Obj) journeys.array("boxes").get(0);
  }

  private static String komatsuna() throws Exception {
    var demonstration = (Json.Obj) Json.parse(get("demonstration"), LIMITS);
    for (Json one : demonstration.array("packages").items()) {
      var found = (Json.Obj) one;
      if (found.object("name").text("en").startsWith("Organic komatsuna")) {
        return found.text("path");
      }
    }
    throw new AssertionError("the demonstration has no komatsuna");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static byte[] get(String path) throws Exception {
    HttpResponse<byte[]> answer = asked(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer.body();
  }

  private static HttpResponse<byte[]> asked(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(server.address().resolve("api/" + path)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  private static BundleVerifier.Result verify(byte[] bundle, String scanned) throws Exception {
    return BundleVerifier.verify(
        bundle, TrustRoots.read(get("trust")), DigitalLink.parse(scanned), new Freshness.Unknown());
  }

  private static Json.Obj refusals() throws IOException {
    return status().object("refused");
  }

  private static Json.Obj status() throws IOException {
    return (Json.Obj) Json.parse(read(data.resolve("bridge/status.json")), LIMITS);
  }

  /** How many events of a kind have a receipt and wait for the ledger. */
  private static long captured(String kind) throws SQLException {
    return query("select jws from outbox", row -> row.getString(1)).stream()
        .filter(jws -> TraceEvent.readAny(Jws.parse(jws)).kind().equals(kind))
        .count();
  }

  private static Draft carrierRole(String kind) {
    return Draft.of(kind)
        .with("sanchi:gln", carrier.text("organisation"))
        .with("sanchi:role", "carrier");
  }

  private static long counted(Json.Obj refusals, String reason) {
    return refusals.has(reason) ? refusals.integer(reason) : 0;
  }

  // The carrier's browser

  private Sensor register(String name, String box) throws Exception {
    HttpResponse<byte[]> answer =
        session()
            .send(
                "POST",
                "sensors",
                Json.object("box", box, "measures", List.of("temperature"), "name", name));
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
    return Session.of(browser, server.address());
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
      case "database" -> {
        killDatabase();
        startDatabase();
      }
      case "server" -> {
        server.process().destroyForcibly().waitFor();
        server = startServer();
      }
      default -> {
        server.process().destroyForcibly();
        broker.destroyForcibly();
        bridge.destroyForcibly();
        killDatabase();
        server.process().waitFor();
        startDatabase();
        server = startServer();
        broker = startBroker();
        bridge = startBridge();
      }
    }
  }

  private static void killDatabase() throws Exception {
    String postmaster = Files.readAllLines(data.resolve("own-database/postmaster.pid")).get(0);
    ProcessHandle process = ProcessHandle.of(Long.parseLong(postmaster.strip())).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  private static void startDatabase() {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.addAll(
        List.of(
            RunningSanchi.home().resolve("postgresql/bin/pg_ctl").toString(),
            "start",
            "--wait",
            "--pgdata=" + data.resolve("own-database"),
            "--log=" + data.resolve("database.log"),
            "--options=-p " + postgres.getPort() + " -c max_connections=300"));
    // What the dead one has left may hold it up for a moment
    waitFor(() -> new ProcessBuilder(command).start().waitFor() == 0, 60);
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
