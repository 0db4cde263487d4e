package jp.sanchi.story;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import jp.sanchi.demonstration.Device;
import jp.sanchi.kernel.event.Json;

/** A key that is logged in, as its browser's requests are. */
record Session(HttpClient http, URI server, String cookie, String kid) {
  private static final Json.Limits LIMITS = new Json.Limits(1 << 20, 8);

  /** Logs the device in: it signs the server's challenge. */
  static Session of(Device device, URI server) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    Session without = new Session(http, server, null, device.kid());
    byte[] asked = without.send("POST", "sessions/challenge", Json.object()).body();
    String challenge = ((Json.Obj) Json.parse(asked, LIMITS)).text("challenge");
    String jws = device.login(challenge, without.origin());
    HttpResponse<byte[]> begun = without.send("POST", "sessions", Json.object("jws", jws));
    String cookie = begun.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    return new Session(http, server, cookie, device.kid());
  }

  private String origin() {
    return server.getScheme() + "://" + server.getAuthority();
  }

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve("api/" + path))
            .header("Origin", origin())
            .header("Content-Type", "application/json");
    return cookie == null ? request : request.header("Cookie", cookie).header("Sanchi-Key", kid);
  }

  HttpResponse<byte[]> send(String method, String path, Json.Obj body) throws Exception {
    HttpRequest.BodyPublisher sent =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body.canonical());
    return http.send(
        request(path).method(method, sent).build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
