package jp.sanchi.bridge;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.proof.Reading;

/**
 * Takes readings from the broker, keeps them on disk, and brings them to the server: readings in
 * batches, windows as signed events. A message is acknowledged when its reading is on the disk, or
 * when it is refused for good.
 */
public final class Bridge implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Bridge.class.getName());
  private static final long SEGMENT_BYTES = 8 << 20;
  private static final int MOST_IN_FLIGHT = 2_000;
  private static final int MOST_READINGS = 2_000;
  private static final int MOST_EVENTS = 200;
  private static final long REGISTRY_MS = 60_000;
  private static final long REGISTRY_SOON_MS = 2_000;
  private static final long LONGEST_PAUSE_MS = 30_000;

  private final Settings settings;
  private final Clock clock;
  private final FileChannel lockFile;
  private final FileLock lock;
  private final DeviceKey key;
  private final Server server;
  private final Book book;
  private final Mqtt5AsyncClient mqtt;
  private final Thread uplink;
  private final Map<Refusal, Long> refused = new EnumMap<>(Refusal.class);
  private final Deque<Mqtt5Publish> unknown = new ArrayDeque<>();
  private volatile Map<String, Sensor> sensors = Map.of();
  private volatile boolean closed;
  private volatile String consortium;
  private volatile String organisation;
  private volatile String trouble = "not yet connected to the server";
  private long registryAt;
  private long taken;
  private long delivered;

  private Bridge(Settings settings, Clock clock) throws IOException {
    this.settings = settings;
    this.clock = clock;
    Files.createDirectories(settings.data());
    this.lockFile =
        FileChannel.open(
            settings.data().resolve("bridge.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    this.lock = lockFile.tryLock();
    if (lock == null) {
      throw new IOException("another bridge is running on " + settings.data());
    }
    this.key = DeviceKey.in(settings.data().resolve("key.pem"));
    var trusted = Trusted.of(settings.authority());
    this.server = new Server(settings, key, trusted == null ? null : trusted.context());
    this.book =
        Book.open(
            settings.data().resolve("spool"),
            SEGMENT_BYTES,
            settings.window().toMillis(),
            settings.grace().toMillis(),
            clock.millis());
    Mqtt5ClientBuilder builder =
        MqttClient.builder()
            .useMqttVersion5()
            // Fixed, so that the broker keeps what comes while the bridge is away
            .identifier(settings.mqttUser())
            .serverHost(settings.mqttHost())
            .serverPort(settings.mqttPort())
            .automaticReconnect()
            .initialDelay(200, TimeUnit.MILLISECONDS)
            .maxDelay(10, TimeUnit.SECONDS)
            .applyAutomaticReconnect();
    if (settings.mqttTls()) {
      builder =
          trusted == null
              ? builder.sslWithDefaultConfig()
              : builder.sslConfig().trustManagerFactory(trusted.managers()).applySslConfig();
    }
    this.mqtt = builder.buildAsync();
    this.uplink = new Thread(this::uplink, "uplink");
  }

  /** The same with settings that come from no file of a user; for whoever starts it inside. */
  public static AutoCloseable start(java.util.Properties properties) throws IOException {
    return start(Settings.read(properties, Map.of()), Clock.systemUTC());
  }

  /** Starts it; it goes on by itself when broker or server are away, now or later. */
  public static Bridge start(Settings settings, Clock clock) throws IOException {
    Bridge bridge = new Bridge(settings, clock);
    bridge.uplink.start();
    return bridge;
  }

  // Downlink

  private void connect() {
    // Before connecting: a kept session delivers at once
    mqtt.publishes(MqttGlobalPublishFilter.ALL, this::received, true);
    mqtt.connectWith()
        .cleanStart(false)
        .noSessionExpiry()
        .restrictions(
            Mqtt5ConnectRestrictions.builder()
                .receiveMaximum(MOST_IN_FLIGHT)
                .maximumPacketSize(ReadingMessage.MOST_BYTES * 2)
                .build())
        .simpleAuth()
        .username(settings.mqttUser())
        .password(settings.mqttPassword().getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .send()
        .thenCompose(
            connected ->
                mqtt.subscribeWith()
                    .topicFilter("sanchi/" + organisation + "/+/readings")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send())
        .whenComplete(
            (subscribed, failure) -> {
              if (failure != null) {
                LOG.log(Level.WARNING, "the broker refused: " + failure.getMessage());
              } else {
                LOG.log(Level.INFO, "subscribed for " + organisation);
              }
            });
  }

  private void received(Mqtt5Publish message) {
    try {
      ReadingMessage read =
          ReadingMessage.read(message.getTopic().toString(), message.getPayloadAsBytes());
      if (!read.organisation().equals(organisation)) {
        throw new RefusedReading(Refusal.WRONG_TOPIC);
      }
      Sensor sensor = sensors.get(read.device());
      if (sensor == null) {
        // Perhaps registered a moment ago: decided when the registry has been asked again
        synchronized (unknown) {
          unknown.add(message);
        }
        return;
      }
      take(message, read, sensor);
    } catch (RefusedReading e) {
      refuse(message, e.refusal());
    }
  }

  private void take(Mqtt5Publish message, ReadingMessage read, Sensor sensor)
      throws RefusedReading {
    if (read.timeMs() >= sensor.revokedAt()) {
      throw new RefusedReading(Refusal.REVOKED_DEVICE);
    }
    if (!sensor.measures().containsAll(read.values().keySet())) {
      throw new RefusedReading(Refusal.UNKNOWN_MEASURE);
    }
    SortedMap<Integer, Long> values = new TreeMap<>();
    read.values().forEach((measure, value) -> values.put(measure.code, value));
    var reading = new Reading(read.device(), read.seq(), read.timeMs(), values);
    var unused =
        book.take(sensor.box(), reading, clock.millis())
            .whenComplete(
                (segment, failure) -> {
                  // Without its place on the disk it must come again
                  if (failure == null) {
                    synchronized (refused) {
                      taken++;
                    }
                    message.acknowledge();
                  }
                });
  }

  private void refuse(Mqtt5Publish message, Refusal refusal) {
    synchronized (refused) {
      long before = refused.merge(refusal, 1L, Long::sum);
      if (Long.bitCount(before) == 1) {
        LOG.log(Level.WARNING, "refused: " + refusal.word() + " on " + message.getTopic());
      }
    }
    message.acknowledge();
  }

  // Uplink

  private void uplink() {
    long pause = 0;
    while (!closed) {
      try {
        if (organisation == null) {
          enrol();
          connect();
        }
        boolean more = turn();
        Map<String, Long> late = book.refusedWindows();
        trouble = late.isEmpty() ? null : "windows were refused: " + late;
        pause = more ? 0 : settings.send().toMillis();
      } catch (Server.Refused e) {
        trouble = e.getMessage();
        pause = Math.min(Math.max(1_000, pause * 2), LONGEST_PAUSE_MS);
        LOG.log(Level.WARNING, "the server refused: " + e.getMessage());
      } catch (IOException e) {
        trouble = "the server can't be reached: " + e;
        pause = Math.min(Math.max(1_000, pause * 2), LONGEST_PAUSE_MS);
        LOG.log(Level.DEBUG, trouble);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        trouble = e.toString();
        pause = LONGEST_PAUSE_MS;
        LOG.log(Level.ERROR, "the uplink failed", e);
      }
      try {
        report();
        waitFor(pause);
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        LOG.log(Level.WARNING, "the status can't be written", e);
      }
    }
  }

  private void waitFor(long pauseMs) throws InterruptedException {
    long end = clock.millis() + pauseMs;
    while (!closed && clock.millis() < end) {
      synchronized (unknown) {
        if (!unknown.isEmpty() && clock.millis() - registryAt > REGISTRY_SOON_MS) {
          return;
        }
      }
      Thread.sleep(Math.min(100, Math.max(1, end - clock.millis())));
    }
  }

  /** Finds out for whom the bridge signs; asks until it is enrolled. */
  private void enrol() throws IOException, InterruptedException {
    String mine = settings.organisation();
    String theirs;
    if (mine == null) {
      String token = settings.invitation();
      if (token == null) {
        throw new IOException("set sanchi.bridge.organisation or sanchi.bridge.invitation");
      }
      Json.Obj invitation = server.invitation(token);
      theirs = invitation.text("consortium");
      mine = invitation.object("organisation").text("gln");
      if (invitation.get("kid") instanceof Json.Null) {
        server.offer(token, theirs, mine);
        LOG.log(
            Level.INFO,
            "this bridge's short code is " + key.shortCode() + "; compare it in the console");
      }
    } else {
      theirs = server.consortium();
    }
    // Fails with unknown_key until an administrator has enrolled it
    sensors = server.sensors(theirs);
    registryAt = clock.millis();
    consortium = theirs;
    organisation = mine;
  }

  /** Returns whether there is more to do at once. */
  private boolean turn() throws IOException, InterruptedException {
    refreshRegistry();
    long now = clock.millis();
    book.closeDue(
        now,
        (window, seq, supplements) ->
            key.event(
                seq,
                WindowEvent.payload(
                    window.id,
                    window.box,
                    window.readings,
                    supplements,
                    consortium,
                    organisation,
                    key.kid(),
                    now)));
    List<Book.Batch> batches = book.unsent(MOST_READINGS);
    if (!batches.isEmpty()) {
      server.store(batches, consortium, organisation);
      book.sent(batches);
    }
    List<Window> closedWindows = book.undelivered(MOST_EVENTS);
    if (!closedWindows.isEmpty()) {
      deliver(closedWindows, now);
    }
    settle(now);
    return !book.unsent(1).isEmpty() && batches.size() > 0;
  }

  /** Asks what became of the events that have a receipt; they are carried in their order. */
  private void settle(long now) throws IOException, InterruptedException {
    List<Window> committed = new ArrayList<>();
    try {
      for (Window window : book.awaited(MOST_EVENTS)) {
        String standing = server.standing(Jws.parse(window.jws).idText());
        if (standing == null) {
          book.lost(window);
        } else if (standing.equals("committed")) {
          committed.add(window);
        } else if (standing.equals("captured")) {
          return;
        } else {
          refused(window, standing, now);
        }
      }
    } finally {
      book.delivered(committed);
      delivered += committed.size();
    }
  }

  private void deliver(List<Window> windows, long now) throws IOException, InterruptedException {
    List<String> reasons = server.capture(windows.stream().map(window -> window.jws).toList());
    List<Window> accepted = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      if (reasons.get(i) == null) {
        accepted.add(windows.get(i));
      } else {
        refused(windows.get(i), reasons.get(i), now);
      }
    }
    book.captured(accepted);
  }

  /**
   * At once or after the receipt: rights may come later, and what a supplement names may have been
   * signed again under another id. Others are not held up.
   */
  private void refused(Window window, String reason, long now) {
    book.refused(window, reason, now + settings.again().toMillis());
    LOG.log(
        Level.WARNING,
        "a window of "
            + window.id.device()
            + " was refused ("
            + reason
            + "); its readings are kept, and it is signed again in "
            + settings.again().toSeconds()
            + " s");
  }

  private void refreshRegistry() throws IOException, InterruptedException {
    List<Mqtt5Publish> waiting;
    boolean asked;
    synchronized (unknown) {
      asked = !unknown.isEmpty();
    }
    if (clock.millis() - registryAt < (asked ? REGISTRY_SOON_MS : REGISTRY_MS)) {
      return;
    }
    synchronized (unknown) {
      waiting = List.copyOf(unknown);
      unknown.clear();
    }
    try {
      sensors = server.sensors(consortium);
      registryAt = clock.millis();
    } catch (IOException e) {
      synchronized (unknown) {
        unknown.addAll(waiting);
      }
      throw e;
    }
    for (Mqtt5Publish message : waiting) {
      String device = message.getTopic().getLevels().get(2);
      if (sensors.containsKey(device)) {
        received(message);
      } else {
        refuse(message, Refusal.UNKNOWN_DEVICE);
      }
    }
  }

  /** Writes {@code status.json}, for people and for monitoring. */
  private void report() throws IOException {
    TreeMap<String, Json> reasons = new TreeMap<>();
    long takenNow;
    synchronized (refused) {
      refused.forEach((refusal, count) -> reasons.put(refusal.word(), Json.of(count)));
      takenNow = taken;
    }
    TreeMap<String, Json> refusedWindows = new TreeMap<>();
    book.refusedWindows().forEach((reason, count) -> refusedWindows.put(reason, Json.of(count)));
    Json.Obj status =
        Json.object(
            "connected",
            mqtt.getState().isConnected(),
            "deliveredWindows",
            delivered,
            "kid",
            key.kid(),
            "organisation",
            organisation == null ? Json.Null.VALUE : Json.of(organisation),
            "refused",
            new Json.Obj(reasons),
            "refusedWindows",
            new Json.Obj(refusedWindows),
            "sensors",
            sensors.size(),
            "taken",
            takenNow,
            "time",
            clock.millis(),
            "trouble",
            trouble == null ? Json.Null.VALUE : Json.of(trouble),
            "waitingReadings",
            book.waiting(),
            "waitingWindows",
            book.windows());
    Path half = settings.data().resolve("status.json.half");
    Files.write(half, status.canonical());
    Files.move(
        half,
        settings.data().resolve("status.json"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    uplink.interrupt();
    try {
      uplink.join(5_000);
      mqtt.disconnect().get(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      // It was not connected
    }
    book.close();
    lock.release();
    lockFile.close();
  }
}
