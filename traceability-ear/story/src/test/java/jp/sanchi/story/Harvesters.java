package jp.sanchi.story;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.demonstration.SanchiClient;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;

/**
 * Phones of one farm that log without pause. What is not acknowledged is sent again, the same
 * bytes, as phones do; what is acknowledged is remembered.
 */
final class Harvesters {
  private static final int PHONES = 4;
  private static final int WORK = 5;
  private static final Json.Limits ANSWERS = new Json.Limits(16 << 20, 16);

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final Supplier<URI> server;
  private final List<Device> phones = new ArrayList<>();
  private final String gtin;
  private final String gln;

  /** Event ids by lot. */
  private final Map<String, List<String>> acknowledged = new ConcurrentHashMap<>();

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;
  private volatile boolean refused;

  /**
   * Admits the farm.
   *
   * @param server where the server answers at the moment
   * @param administrators the folder of the members' administrators' keys
   */
  Harvesters(Supplier<URI> server, Path administrators) throws Exception {
    this.server = server;
    String prefix = "45%07d".formatted(System.currentTimeMillis() % 10_000_000);
    this.gln = checked(prefix + "001");
    this.gtin = "0" + checked(prefix + "002");
    var client = new SanchiClient(http, server.get().resolve("api/"));
    String consortium = client.consortium();
    Clock clock = Clock.systemUTC();
    Administrator growers = administrator(administrators, "GrowersMSP", consortium);
    Administrator logistics = administrator(administrators, "LogisticsMSP", consortium);
    Json.Obj range =
        growers.payload(
            Draft.of("range_granted").with("sanchi:gln", gln).with("sanchi:prefix", prefix));
    List<String> events = new ArrayList<>();
    events.add(growers.sign(Draft.of("organisation_admitted").with("sanchi:gln", gln)));
    events.add(
        growers.sign(
            Draft.of("role_granted").with("sanchi:gln", gln).with("sanchi:role", "grower")));
    events.add(growers.sign(range));
    events.add(logistics.approve(range));
    for (int i = 0; i < PHONES; i++) {
      Device phone = new Device(consortium, gln, clock);
      phones.add(phone);
      events.add(growers.sign(phone.enrolment(false)));
    }
    List<String> ids = client.post(events);
    client.awaitCommitted(ids.get(ids.size() - 1), Duration.ofMinutes(1));
  }

  private static Administrator administrator(Path folder, String mspId, String consortium)
      throws IOException {
    return Administrator.read(folder.resolve(mspId + ".pem"), consortium, mspId, Clock.systemUTC());
  }

  private static String checked(String twelve) {
    return twelve + Gs1.checkDigit(twelve);
  }

  void start() {
    stopped = false;
    for (Device phone : phones) {
      var thread = new Thread(() -> work(phone), "phone");
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /** Lets every phone finish what it has begun. */
  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(120_000);
      if (thread.isAlive()) {
        throw new AssertionError("a phone was not answered within two minutes");
      }
    }
    threads.clear();
    if (refused) {
      throw new AssertionError("the server refused what was right");
    }
  }

  /** Event ids by lot, all of which got a receipt. */
  Map<String, List<String>> acknowledged() {
    return acknowledged;
  }

  int count() {
    return acknowledged.values().stream().mapToInt(List::size).sum();
  }

  private void work(Device phone) {
    while (!stopped) {
      String lot = "L" + Long.toString(System.nanoTime(), 36) + "-" + phones.indexOf(phone);
      String link = "https://id.gs1.org/01/" + gtin + "/10/" + lot;
      List<String> events = new ArrayList<>();
      events.add(phone.sign(Draft.of("lot_commissioned").lots(link).place(gln)));
      for (int i = 0; i < WORK; i++) {
        events.add(phone.sign(Draft.of("weeding").lots(link)));
      }
      List<String> ids = post(events);
      acknowledged.put("lot/" + gtin + "/" + lot, ids);
    }
  }

  private List<String> post(List<String> events) {
    byte[] body = Json.array(events.toArray()).canonical();
    while (true) {
      try {
        HttpResponse<byte[]> answer =
            http.send(
                HttpRequest.newBuilder(server.get().resolve("api/events"))
                    .timeout(Duration.ofSeconds(20))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() == 202) {
          Json.Obj receipt = (Json.Obj) Json.parse(answer.body(), ANSWERS);
          if (receipt.array("refused").size() > 0) {
            refused = true;
            throw new AssertionError(receipt.canonicalText());
          }
          return receipt.array("accepted").items().stream()
              .map(id -> ((Json.Text) id).value())
              .toList();
        }
        Thread.sleep(200);
      } catch (IOException e) {
        pause();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
