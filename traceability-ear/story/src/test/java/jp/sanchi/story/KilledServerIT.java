package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.demonstration.SanchiClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed while 2,000 posts come in loses nothing and doubles nothing. */
class KilledServerIT {
  private static final int PHONES = 8;
  private static final int EACH = 250;
  private static final String FARM = "4569951999994";
  private static final Map<String, String> SETTINGS =
      Map.of("sanchi.demonstration", "off", "sanchi.rate.requests", "1000000");

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final AtomicReference<URI> address = new AtomicReference<>();

  @TempDir Path folder;

  @Test
  void every_acknowledged_event_is_there_once_and_in_order() throws Exception {
    var acknowledged = new CountDownLatch(PHONES * EACH / 3);
    ExecutorService phones = Executors.newFixedThreadPool(PHONES);
    var first = RunningSanchi.start(folder, SETTINGS);
    address.set(first.address());
    try {
      List<Device> devices = devices();
      List<Future<List<String>>> posting = new ArrayList<>();
      for (Device device : devices) {
        posting.add(phones.submit(posts(device, acknowledged)));
      }
      acknowledged.await();
      first.process().destroyForcibly().waitFor();
      try (var second = RunningSanchi.start(folder, SETTINGS)) {
        address.set(second.address());
        for (int phone = 0; phone < PHONES; phone++) {
          List<String> ids = posting.get(phone).get();
          assertThat(ids).hasSize(EACH);
          client().awaitCommitted(ids.get(EACH - 1), Duration.ofMinutes(2));
          assertThat(history(devices.get(phone))).isEqualTo(ids);
        }
      }
    } finally {
      phones.shutdownNow();
    }
  }

  @Test
  void a_killed_database_comes_back_with_every_acknowledged_event() throws Exception {
    var acknowledged = new CountDownLatch(PHONES * EACH / 3);
    ExecutorService phones = Executors.newFixedThreadPool(PHONES);
    try (var server = RunningSanchi.start(folder, SETTINGS)) {
      address.set(server.address());
      List<Device> devices = devices();
      List<Future<List<String>>> posting = new ArrayList<>();
      for (Device device : devices) {
        posting.add(phones.submit(posts(device, acknowledged)));
      }
      acknowledged.await();
      String postmaster =
          Files.readAllLines(folder.resolve("postgresql/postmaster.pid")).get(0).strip();
      ProcessHandle.of(Long.parseLong(postmaster)).orElseThrow().destroyForcibly();
      for (int phone = 0; phone < PHONES; phone++) {
        List<String> ids = posting.get(phone).get();
        assertThat(ids).hasSize(EACH);
        client().awaitCommitted(ids.get(EACH - 1), Duration.ofMinutes(2));
        assertThat(history(devices.get(phone))).isEqualTo(ids);
      }
      assertThat(server.process().isAlive()).isTrue();
    } finally {
      phones.shutdownNow();
    }
  }

  private SanchiClient client() {
    return new SanchiClient(http, address.get().resolve("api/"));
  }

  private List<Device> devices() throws IOException, InterruptedException {
    String consortium = client().consortium();
    Administrator growers = administrator("GrowersMSP", consortium);
    var range =
        growers.payload(
            Draft.of("range_granted").with("sanchi:gln", FARM).with("sanchi:prefix", "4569951"));
    List<String> administration = new ArrayList<>();
    administration.add(growers.sign(Draft.of("organisation_admitted").with("sanchi:gln", FARM)));
    administration.add(
        growers.sign(
            Draft.of("role_granted").with("sanchi:gln", FARM).with("sanchi:role", "grower")));
    administration.add(growers.sign(range));
    administration.add(administrator("InspectorsMSP", consortium).approve(range));
    List<Device> devices = new ArrayList<>();
    for (int phone = 0; phone < PHONES; phone++) {
      devices.add(new Device(consortium, FARM, Clock.systemUTC()));
      administration.add(growers.sign(devices.get(phone).enrolment(false)));
    }
    client().post(administration);
    return devices;
  }

  private Administrator administrator(String mspId, String consortium) throws IOException {
    return Administrator.read(
        folder.resolve("administrators").resolve(mspId + ".pem"),
        consortium,
        mspId,
        Clock.systemUTC());
  }

  private static String lot(Device device) {
    return device.kid().substring(0, 12);
  }

  /** One event after the other, each until it is acknowledged; the answer is their ids. */
  private Callable<List<String>> posts(Device device, CountDownLatch acknowledged) {
    String uri = "https://id.gs1.org/01/04569951110016/10/" + lot(device);
    return () -> {
      List<String> ids = new ArrayList<>();
      while (ids.size() < EACH) {
        Draft draft =
            ids.isEmpty()
                ? Draft.of("lot_commissioned").lots(uri).place("4569951000010")
                : Draft.of("weeding").lots(uri);
        String event = device.sign(draft);
        List<String> accepted = List.of();
        while (accepted.isEmpty()) {
          try {
            accepted = client().post(List.of(event));
          } catch (IOException gone) {
            Thread.sleep(50);
          }
        }
        ids.addAll(accepted);
        acknowledged.countDown();
      }
      return ids;
    };
  }

  private List<String> history(Device device)
      throws IOException, SQLException, InterruptedException {
    String subject = "lot/04569951110016/" + lot(device);
    List<String> ids = new ArrayList<>();
    for (int look = 0; look < 100 && ids.size() < EACH; look++) {
      // Committed comes a moment before projected
      Thread.sleep(100);
      ids.clear();
      try (var connection = RunningSanchi.database(folder);
          var select =
              connection.prepareStatement(
                  "select event_id from history where subject = ? order by n")) {
        select.setString(1, subject);
        var row = select.executeQuery();
        while (row.next()) {
          ids.add(Base64.getUrlEncoder().withoutPadding().encodeToString(row.getBytes(1)));
        }
      }
    }
    return ids;
  }
}
