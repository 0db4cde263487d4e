package jp.sanchi.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import jp.sanchi.demonstration.Device;
import jp.sanchi.demonstration.SanchiClient;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Gs1;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.launcher.ServerProcess;

/**
 * A page of an office's list of lots, by REST with its session, out of a million: the 95th
 * percentile, against a plain {@code SELECT … LIMIT 51} by primary key on the same table through
 * JDBC, by turns in the same run. The rows are made by SQL: nothing of a list depends on how its
 * rows came.
 *
 * <p>Arguments: the launcher's home folder, lots (default 1,000,000), rounds (default 200).
 */
public final class LotsBench {
  private static final int PRODUCTS = 1000;
  private static final int WARM_UP = 30;

  private LotsBench() {}

  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    int lots = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 200;
    Path data = Files.createTempDirectory("sanchi-bench");
    Map<String, String> settings =
        Map.of(
            "sanchi.port", "0",
            "sanchi.demonstration", "off",
            "sanchi.rate.requests", "1000000");
    try (ServerProcess server =
        ServerProcess.start(home, data, settings, data.resolve("console.log").toFile())) {
      URI address = server.awaitReady(Duration.ofMinutes(2));
      var client = new SanchiClient(HttpClient.newHttpClient(), address.resolve("api/"));
      Device device = CaptureBench.devices(client, data.resolve("administrators")).get(0);
      try (Connection connection = CaptureBench.connect(data)) {
        fill(connection, device.organisation(), lots);
        Office office = new Office(address, device);
        office.logIn();
        measure(connection, office, device.organisation(), lots, rounds);
      }
    }
  }

  private static void measure(
      Connection connection, Office office, String gln, int lots, int rounds) throws Exception {
    String number = String.format(Locale.ROOT, "L%07d", lots / 3);
    String deep = office.cursor("lots?sort=number&q=" + number);
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("first page", "lots");
    pages.put("last page", "lots?before=end");
    pages.put("page in the middle", "lots?sort=number&after=" + deep);
    pages.put("last changed first", "lots?sort=changed");
    pages.put("one state", "lots?state=harvested");
    pages.put("search: whole number", "lots?q=" + number);
    pages.put("search: part of a number", "lots?q=" + number.substring(2, 7));
    pages.put("search: beginning, all match", "lots?q=L");
    pages.put("search: nothing matches", "lots?q=ZZZZZ");
    pages.put("search: GTIN", "lots?q=20000000012");
    double baseline = p95(rounds, () -> plain(connection, gln));
    System.out.printf(
        Locale.ROOT,
        "%,d lots; SELECT … LIMIT 51 by primary key, JDBC: p95 %.2f ms%n",
        lots,
        baseline);
    for (Map.Entry<String, String> page : pages.entrySet()) {
      double again = p95(rounds, () -> plain(connection, gln));
      double p95 = p95(rounds, () -> office.get(page.getValue()));
      System.out.printf(
          Locale.ROOT,
          "%-30s p95 %7.1f ms  (baseline %.2f ms, ratio %.0f)%n",
          page.getKey(),
          p95,
          again,
          p95 / again);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double p95(int rounds, Work work) throws Exception {
    double[] times = new double[rounds];
    for (int i = -WARM_UP; i < rounds; i++) {
      long start = System.nanoTime();
      work.run();
      if (i >= 0) {
        times[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(times);
    return times[(int) (rounds * 0.95)];
  }

  private static void plain(Connection connection, String gln) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select * from lot_listed where gln = ? order by gln, subject limit 51")) {
      select.setString(1, gln);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          row.getString(2);
        }
      }
    }
  }

  /** A thousand products' lots of three years, at ten places. */
  private static void fill(Connection connection, String gln, int lots) throws SQLException {
    String rows =
        """
        select 'L' || lpad(n::text, 7, '0') as lot, g.gtin,
          lpad((n %% 10)::text, 13, '0') as place, n %% 5 as stage,
          timestamptz '2024-01-01' + n * interval '95 s' as at
        from generate_series(1, %d) n join bench_gtin g on g.number = n %% %d
        """
            .formatted(lots, PRODUCTS);
    try (var statement = connection.createStatement()) {
      statement.execute("create table bench_gtin (number integer primary key, gtin text not null)");
      for (int i = 0; i < PRODUCTS; i++) {
        String digits = "0" + (200_000_000_000L + i);
        statement.execute(
            "insert into bench_gtin values (" + i + ", '" + digits + Gs1.checkDigit(digits) + "')");
      }
      statement.execute(
          "insert into lot (subject, gtin, lot, commissioner, commissioned_at, place, events)"
              + " select 'lot/' || gtin || '/' || lot, gtin, lot, '"
              + gln
              + "', at, place, 3 from ("
              + rows
              + ") r");
      statement.execute(
          "insert into lot_stage select 'lot/' || gtin || '/' || lot, stage, 'harvested',"
              + " (extract(epoch from at) * 1000)::bigint from ("
              + rows
              + ") r");
      statement.execute(
          "insert into concern select subject, '" + gln + "' from lot where lot like 'L%'");
      statement.execute(
          """
          insert into lot_listed
          select '%s', 'lot/' || gtin || '/' || lot, gtin, lot, place,
            (array['registered', 'growing', 'harvested', 'packed', 'gone'])[stage + 1], at,
            (extract(epoch from at) * 1000)::bigint
          from (%s) r
          """
              .formatted(gln, rows));
      statement.execute("vacuum analyze");
    }
  }

  /** An office's browser. */
  private static final class Office {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private final Device device;
    private String cookie;

    Office(URI address, Device device) {
      this.address = address;
      this.device = device;
    }

    void logIn() throws IOException, InterruptedException {
      String origin = address.toString().replaceFirst("/$", "");
      String challenge = object(post("sessions/challenge", origin, "{}").body()).text("challenge");
      String jws = device.login(challenge, origin);
      HttpResponse<String> session =
          post("sessions", origin, Json.object("jws", jws).canonicalText());
      cookie = session.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    }

    void get(String path) throws IOException, InterruptedException {
      body(path);
    }

    /** Of the page that begins after the first lot of this one. */
    String cursor(String path) throws IOException, InterruptedException {
      Json.Obj lot = (Json.Obj) object(body(path)).array("lots").get(0);
      String key = lot.text("lot") + " lot/" + lot.text("gtin") + "/" + lot.text("lot");
      return Base64Url.encode(key.getBytes(StandardCharsets.UTF_8));
    }

    private String body(String path) throws IOException, InterruptedException {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(address.resolve("api/" + path))
                  .header("Cookie", cookie)
                  .header("Sanchi-Key", device.kid())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    }

    private HttpResponse<String> post(String path, String origin, String body)
        throws IOException, InterruptedException {
      return http.send(
          HttpRequest.newBuilder(address.resolve("api/" + path))
              .header("Content-Type", "application/json")
              .header("Origin", origin)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }

    private static Json.Obj object(String body) {
      return (Json.Obj)
          Json.parse(body.getBytes(StandardCharsets.UTF_8), new Json.Limits(1 << 20, 16));
    }
  }
}
