package jp.sanchi.bench;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.launcher.ServerProcess;

/**
 * Readings a second from a device through the broker to the bridge's journal, where they are
 * fsynced before they are acknowledged; against a plain subscriber of the same broker that appends
 * each message to a file. By turns in the same run: {@code ReadingsBench HOME [readings] [rounds]}.
 */
public final class ReadingsBench {
  private static final Json.Limits FILES = new Json.Limits(1 << 20, 8);
  private static final String BRIDGE = "sanchi-bridge";
  private static final int IN_FLIGHT = 500;

  private final Path home;
  private final Path data;
  private final int port;
  private final Json.Obj sensor;
  private long seq;

  private ReadingsBench(Path home, Path data, int port, Json.Obj sensor) {
    this.home = home;
    this.data = data;
    this.port = port;
    this.sensor = sensor;
  }

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]).toAbsolutePath();
    int readings = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50_000;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
    Path data = Files.createTempDirectory("sanchi-bench-");
    // The demonstration registers a device; the bridge is started and stopped by turns
    try (ServerProcess server =
        ServerProcess.start(
            home,
            data,
            Map.of("sanchi.port", "0", "sanchi.bridge", "off"),
            data.resolve("console.log").toFile())) {
      server.awaitReady(Duration.ofMinutes(3));
      Path sensors = data.resolve("demonstration/sensors.json");
      while (!Files.exists(sensors)) {
        Thread.sleep(100);
      }
      Json.Obj known = (Json.Obj) Json.parse(Files.readAllBytes(sensors), FILES);
      int port = 0;
      for (String line : Files.readAllLines(data.resolve("bridge/local.properties"))) {
        if (line.startsWith("sanchi.bridge.mqtt.port=")) {
          port = Integer.parseInt(line.substring(line.indexOf('=') + 1));
        }
      }
      Json.Obj last = (Json.Obj) known.array("sensors").get(2);
      var bench = new ReadingsBench(home, data, port, last);
      // Until the demonstration's boxes have told their journeys, the device is theirs
      Process bridge = bench.startBridge();
      while (!Files.exists(data.resolve("demonstration/journeys.told"))) {
        Thread.sleep(200);
      }
      bridge.destroy();
      bridge.waitFor();
      bench.run(readings, rounds);
    }
  }

  private void run(int readings, int rounds) throws Exception {
    double plain = 0;
    double durable = 0;
    for (int round = 0; round <= rounds; round++) {
      double file = plainFile(readings);
      double bridge = bridge(readings);
      System.out.printf(
          Locale.ROOT, "round %d: plain file %.0f/s, journal %.0f/s%n", round, file, bridge);
      if (round > 0) { // The first warms both up
        plain += file / rounds;
        durable += bridge / rounds;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "device -> durable %.0f readings/s; the same broker -> plain file %.0f/s; ratio %.2f%n",
        durable,
        plain,
        durable / plain);
  }

  private double plainFile(int readings) throws Exception {
    String password = Files.readString(data.resolve("broker.password")).strip();
    Mqtt5AsyncClient subscriber = client(BRIDGE, password);
    CountDownLatch left = new CountDownLatch(readings);
    Path file = data.resolve("plain.txt");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      subscriber.publishes(
          MqttGlobalPublishFilter.ALL,
          message -> {
            try {
              out.write(message.getPayloadAsBytes());
              out.write('\n');
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            left.countDown();
          });
      subscriber.connectWith().cleanStart(true).noSessionExpiry().send().join();
      subscriber
          .subscribeWith()
          .topicFilter("sanchi/+/+/readings")
          .qos(MqttQos.AT_LEAST_ONCE)
          .send()
          .join();
      long begin = System.nanoTime();
      publish(readings);
      left.await();
      double perSecond = readings / ((System.nanoTime() - begin) / 1e9);
      subscriber.disconnect().join();
      return perSecond;
    }
  }

  private double bridge(int readings) throws Exception {
    Path status = data.resolve("bridge/status.json");
    Files.deleteIfExists(status);
    Process bridge = startBridge();
    try {
      while (taken(status, "connected") == 0) {
        Thread.sleep(50);
      }
      long begin = System.nanoTime();
      publish(readings);
      while (taken(status, "taken") < readings) {
        Thread.sleep(20);
      }
      return readings / ((System.nanoTime() - begin) / 1e9);
    } finally {
      bridge.destroy();
      bridge.waitFor();
    }
  }

  private Process startBridge() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dsanchi.bridge.data=" + data.resolve("bridge"),
            "-Dsanchi.bridge.send=1",
            "-jar",
            home.resolve("bridge/sanchi-bridge.jar").toString())
        .redirectErrorStream(true)
        .redirectOutput(data.resolve("bridge.log").toFile())
        .start();
  }

  private static long taken(Path status, String member) throws IOException {
    if (!Files.exists(status)) {
      return 0;
    }
    Json.Obj json = (Json.Obj) Json.parse(Files.readAllBytes(status), FILES);
    return member.equals("connected") ? (json.bool(member) ? 1 : 0) : json.integer(member);
  }

  private void publish(int readings) throws InterruptedException {
    Mqtt5AsyncClient device = client(sensor.text("id"), sensor.text("password"));
    device.connect().join();
    Semaphore inFlight = new Semaphore(IN_FLIGHT);
    long now = System.currentTimeMillis();
    for (int i = 0; i < readings; i++) {
      inFlight.acquire();
      byte[] payload =
          Json.object(
                  "device",
                  sensor.text("id"),
                  "seq",
                  1_000_000 + seq++,
                  "time",
                  now - readings + i,
                  "values",
                  Json.object("temperature", 400 + i % 50))
              .canonical();
      device
          .publishWith()
          .topic(sensor.text("topic"))
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload(payload)
          .send()
          .whenComplete((result, failure) -> inFlight.release());
    }
    inFlight.acquire(IN_FLIGHT);
    device.disconnect().join();
  }

  private Mqtt5AsyncClient client(String user, String password) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(user)
        .serverHost("localhost")
        .serverPort(port)
        .simpleAuth()
        .username(user)
        .password(password.getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .buildAsync();
  }
}
