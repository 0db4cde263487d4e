package jp.sanchi.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jp.sanchi.demonstration.Administrator;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.Draft;
import jp.sanchi.demonstration.SanchiClient;
import jp.sanchi.kernel.event.Gs1;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What an office's open screen hears, by the REST interface alone. Most of it is waiting. */
@ExtendWith(RunningSanchi.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LiveIT {
  /** The server is silent for no longer than 15 s. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(20);

  /** Who makes the farm hear something must not be heard by who expects nothing. */
  private static final String CHANGES = "the farm's changes";

  private static final Duration SOON = Duration.ofSeconds(8);

  private final RunningSanchi.Server sanchi;
  private final HttpClient http = HttpClient.newHttpClient();
  private SanchiClient client;
  private Device farm;
  private Device shop;

  LiveIT(RunningSanchi.Server sanchi) {
    this.sanchi = sanchi;
  }

  @BeforeAll
  void admit_two_organisations() throws Exception {
    client = new SanchiClient(http, sanchi.address().resolve("api/"));
    farm = admitted("456997100001");
    shop = admitted("456997200001");
  }

  private Device admitted(String twelve) throws Exception {
    String gln = twelve + Gs1.checkDigit(twelve);
    Path pem = sanchi.data().resolve("administrators/GrowersMSP.pem");
    Administrator growers =
        Administrator.read(pem, client.consortium(), "GrowersMSP", Clock.systemUTC());
    Device browser = new Device(client.consortium(), gln, Clock.systemUTC());
    List<String> ids =
        client.post(
            List.of(
                growers.sign(Draft.of("organisation_admitted").with("sanchi:gln", gln)),
                growers.sign(browser.enrolment(true))));
    client.awaitCommitted(ids.get(1), Duration.ofMinutes(1));
    return browser;
  }

  /** Something that concerns the farm. */
  private String enrolAnother() throws Exception {
    Device phone = new Device(client.consortium(), farm.organisation(), Clock.systemUTC());
    return client.post(List.of(farm.sign(phone.enrolment(false)))).get(0);
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(CHANGES)
  void a_change_is_heard_by_whom_it_concerns_and_by_nobody_else() throws Exception {
    try (Screen farms = open(farm, null);
        Screen shops = open(shop, null)) {
      assertThat(farms.next(SOON).name()).isEqualTo("open");
      assertThat(shops.next(SOON).name()).isEqualTo("open");
      long number = farms.number;

      enrolAnother();

      assertThat(farms.next(SOON).name()).isEqualTo("changed");
      assertThat(farms.number).isNotEqualTo(number);
      // What else it hears until its heart beats: nothing
      Message other = shops.next(HEARTBEAT);
      assertThat(other.name()).isEqualTo("open");
    }
  }

  @Test
  @Execution(CONCURRENT)
  void says_something_when_nothing_happens() throws Exception {
    try (Screen screen = open(shop, null)) {
      Message first = screen.next(SOON);
      Message second = screen.next(HEARTBEAT);
      assertThat(second).isEqualTo(first).isEqualTo(new Message("open", first.id()));
    }
  }

  @Test
  @Execution(CONCURRENT)
  @ResourceLock(CHANGES)
  void who_comes_back_hears_at_once_whether_something_was_missed() throws Exception {
    String last;
    try (Screen screen = open(farm, null)) {
      last = screen.next(SOON).id();
    }
    try (Screen screen = open(farm, last)) {
      assertThat(screen.next(SOON)).isEqualTo(new Message("open", last));
    }
    client.awaitCommitted(enrolAnother(), Duration.ofMinutes(1));
    // The projection follows the ledger within a moment
    Thread.sleep(2_000);
    try (Screen screen = open(farm, last)) {
      assertThat(screen.next(SOON).name()).isEqualTo("changed");
    }
    try (Screen screen = open(farm, "no number")) {
      assertThat(screen.next(SOON).name()).isEqualTo("open");
    }
  }

  @Test
  @Execution(CONCURRENT)
  void nobody_listens_without_a_session_or_after_its_end() throws Exception {
    HttpResponse<Void> without =
        http.send(
            HttpRequest.newBuilder(sanchi.address().resolve("api/live")).build(),
            HttpResponse.BodyHandlers.discarding());
    assertThat(without.statusCode()).isEqualTo(401);

    try (Screen screen = open(shop, null)) {
      assertThat(screen.next(SOON).name()).isEqualTo("open");
      assertThat(screen.session.send("DELETE", "sessions", null).statusCode()).isEqualTo(204);
      assertThat(screen.next(HEARTBEAT)).isEqualTo(Message.END);
    }
  }

  // A screen that listens

  private record Message(String name, String id) {
    static final Message END = new Message("", "");
  }

  private static final class Screen implements AutoCloseable {
    private final Session session;
    private final InputStream stream;
    private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    private long number;

    Screen(Session session, InputStream stream) {
      this.session = session;
      this.stream = stream;
      Thread listener = new Thread(this::listen, "screen");
      listener.setDaemon(true);
      listener.start();
    }

    private void listen() {
      try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        List<String> block = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (!line.isEmpty()) {
            block.add(line);
          } else if (!block.isEmpty()) {
            heard.add(new Message(field(block, "event"), field(block, "id")));
            block.clear();
          }
        }
      } catch (IOException e) {
        // Closed, by us or by the server
      }
      heard.add(Message.END);
    }

    private static String field(List<String> block, String name) {
      return block.stream()
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }

    Message next(Duration patience) throws InterruptedException {
      Message message = heard.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(message).as("something within " + patience).isNotNull();
      if (!message.id().isEmpty()) {
        number = Long.parseLong(message.id());
      }
      return message;
    }

    @Override
    public void close() throws IOException {
      // Not the reader, whose lock the listener holds
      stream.close();
    }
  }

  private Screen open(Device device, String last) throws Exception {
    Session session = Session.of(device, sanchi.address());
    HttpRequest.Builder request =
        session.request("live").header("Accept", "text/event-stream").GET();
    if (last != null) {
      request.header("Last-Event-ID", last);
    }
    HttpResponse<InputStream> answer =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    return new Screen(session, answer.body());
  }
}
