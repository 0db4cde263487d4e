package jp.sanchi.web;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import jp.sanchi.kernel.event.Base64Url;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Asks the server beside these pages, by REST like anybody else. {@code sanchi.api} is its address;
 * without it, the port that a request came in by, on this machine.
 */
@ApplicationScoped
public class RestApi {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long TRUST_MS = 60_000;

  /**
   * Each asking page holds a thread of the server that it asks: all of them would wait for ever.
   */
  private static final int AT_ONCE = 16;

  private final Semaphore turns = new Semaphore(AT_ONCE);
  private final String configured =
      ConfigProvider.getConfig().getOptionalValue("sanchi.api", String.class).orElse(null);
  private final HttpClient open = builder().build();
  private final HttpClient loopback = builder().sslContext(anyCertificate()).build();
  private volatile Trust trust;

  private record Trust(Answer answer, long readMs) {}

  /** What was answered; never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(int status, byte[] body) {
    boolean ok() {
      return status == 200;
    }
  }

  /** Nobody answers, or too many ask at once. */
  static final class Unreachable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreachable(Throwable cause) {
      super(cause);
    }
  }

  Answer bundle(HttpServletRequest request, String subject, byte[] challenge) throws Unreachable {
    return get(
        request,
        "bundles?subject="
            + URLEncoder.encode(subject, StandardCharsets.UTF_8)
            + "&challenge="
            + Base64Url.encode(challenge));
  }

  /** Which lots of a product are recalled; whether that is so, each one's bundle says. */
  Answer recalledLots(HttpServletRequest request, String gtin) throws Unreachable {
    return get(request, "products/" + gtin + "/recalled");
  }

  /**
   * @param code percent-encoded
   */
  Answer typedCode(HttpServletRequest request, String code) throws Unreachable {
    return get(request, "codes/" + code);
  }

  /**
   * Which lots have a number; what they are, each one's bundle says.
   *
   * @param lot percent-encoded
   */
  Answer lotsOfNumber(HttpServletRequest request, String lot) throws Unreachable {
    return get(request, "codes/lots/" + lot);
  }

  Answer demonstration(HttpServletRequest request) throws Unreachable {
    return get(request, "demonstration");
  }

  /** Kept for a minute: what it says of members is brought up to date by every bundle. */
  Answer trust(HttpServletRequest request) throws Unreachable {
    Trust kept = trust;
    long now = System.currentTimeMillis();
    if (kept != null && now - kept.readMs() < TRUST_MS) {
      return kept.answer();
    }
    Answer answer = get(request, "trust");
    if (answer.ok()) {
      trust = new Trust(answer, now);
    }
    return answer;
  }

  private Answer get(HttpServletRequest request, String path) throws Unreachable {
    if (!turns.tryAcquire()) {
      throw new Unreachable(null);
    }
    try {
      URI uri = URI.create(base(request) + path);
      HttpResponse<byte[]> response =
          client(request)
              .send(
                  HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
                  HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new Unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unreachable(e);
    } finally {
      turns.release();
    }
  }

  private String base(HttpServletRequest request) {
    if (configured != null) {
      return configured.endsWith("/") ? configured : configured + "/";
    }
    String scheme = request.isSecure() ? "https" : "http";
    return scheme + "://127.0.0.1:" + request.getLocalPort() + "/api/";
  }

  private HttpClient client(HttpServletRequest request) {
    return configured == null && request.isSecure() ? loopback : open;
  }

  private static HttpClient.Builder builder() {
    return HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2));
  }

  /**
   * For 127.0.0.1 only, whose name no certificate bears: what is sent there never leaves the
   * machine, and what comes back is verified by the kernel whoever sent it.
   */
  private static SSLContext anyCertificate() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new AnyCertificate()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
