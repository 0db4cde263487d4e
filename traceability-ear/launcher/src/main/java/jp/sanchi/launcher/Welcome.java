package jp.sanchi.launcher;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Asks the new server how it is, and tells the user where it answers. */
final class Welcome {
  private final Settings settings;
  private final HttpClient client;

  Welcome(Settings settings) throws GeneralSecurityException {
    this.settings = settings;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .sslContext(anyCertificate())
            .build();
  }

  /** Speaks to this server whatever name its certificate bears. */
  HttpClient client() {
    return client;
  }

  void awaitHealth(Duration patience) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<String> answer = get("api/health");
      if (answer.isPresent()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("the server does not answer " + settings.address() + "api/health");
      }
      Thread.sleep(250);
    }
  }

  void print(PrintStream out, Duration took) throws IOException, InterruptedException {
    String home = settings.address().toString();
    out.println();
    out.printf(Locale.ROOT, "Sanchi is ready (%.1f s).%n", took.toMillis() / 1000.0);
    out.println();
    out.println("  Home page      " + home);
    out.println("  Verifier       " + home + "verify/");
    boolean first = true;
    for (JsonObject product : demonstration().getValuesAs(JsonObject.class)) {
      out.printf(
          "  %-14s %s  %s%n",
          first ? "Packages" : "",
          URI.create(home).resolve(product.getString("path", "/")),
          product.getJsonObject("name").getString("en", ""));
      first = false;
    }
    out.println("  Console        " + home + "console/");
    // Only where this folder's ledger was founded: no other has members to administer
    if (Files.isDirectory(settings.administrators()) && FirstLink.wanted(settings.data())) {
      out.println("  Administrator  " + home + FirstLink.make(settings.data(), Clock.systemUTC()));
      out.println(
          "                 (makes a browser the first administrator; once, within an hour)");
    }
    if (settings.host().equals("0.0.0.0")) {
      for (String address : Tls.localAddresses()) {
        String name = URI.create(home).getScheme() + "://" + address + ":" + settings.port() + "/";
        out.println("  On the network " + name);
      }
    } else {
      out.println("  (this machine only; -Dsanchi.host=0.0.0.0 opens it to the network)");
    }
    out.println();
    out.println("  Data and logs  " + settings.data());
    out.println("  Ctrl-C stops it; the next start goes on with the data.");
    out.println();
    out.flush();
  }

  /** Packages to try, if this server has any: {@code {"packages":[{"name":{"en":…},"path":…}]}}. */
  private JsonArray demonstration() throws IOException, InterruptedException {
    try (var reader = Json.createReader(new StringReader(get("api/demonstration").orElse("{}")))) {
      JsonArray packages = reader.readObject().getJsonArray("packages");
      return packages == null ? JsonArray.EMPTY_JSON_ARRAY : packages;
    } catch (JsonException | ClassCastException e) {
      return JsonArray.EMPTY_JSON_ARRAY;
    }
  }

  private Optional<String> get(String path) throws InterruptedException {
    try {
      var response =
          client.send(
              HttpRequest.newBuilder(settings.address().resolve(path))
                  .timeout(Duration.ofSeconds(20))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The certificate's name need not be this machine's, and nothing secret is said here. */
  private static SSLContext anyCertificate() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        null,
        new TrustManager[] {
          // The extended kind, because the plain one is wrapped in a check of the host name
          new X509ExtendedTrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] c, String a, java.net.Socket s) {}

            @Override
            public void checkServerTrusted(X509Certificate[] c, String a, java.net.Socket s) {}

            @Override
            public void checkClientTrusted(X509Certificate[] c, String a, SSLEngine e) {}

            @Override
            public void checkServerTrusted(X509Certificate[] c, String a, SSLEngine e) {}

            @Override
            public void checkClientTrusted(X509Certificate[] c, String a) {}

            @Override
            public void checkServerTrusted(X509Certificate[] c, String a) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
              return new X509Certificate[0];
            }
          }
        },
        null);
    return context;
  }
}
