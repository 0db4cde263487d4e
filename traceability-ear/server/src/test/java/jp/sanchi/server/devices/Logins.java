package jp.sanchi.server.devices;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import jp.sanchi.demonstration.Device;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.ledger.Ledger;

/** Requests of devices that are logged in, for tests of what they may see. */
public final class Logins {
  private static final String ORIGIN = "https://sanchi.example";

  private final Sessions sessions;
  private final Map<String, String> cookies = new HashMap<>();

  public Logins(DataSource database, Ledger ledger) {
    sessions =
        new Sessions(database, ledger, new CurrentState(database, ledger), new Origins(null));
  }

  public Sessions sessions() {
    return sessions;
  }

  /** A GET of the device's session. */
  public HttpServletRequest read(Device device) {
    return Request.get().with("Sanchi-Key", device.kid()).cookie(cookie(device)).sent();
  }

  /** A POST of the device's session, from a page of ours. */
  public HttpServletRequest write(Device device) {
    return Request.post().with("Sanchi-Key", device.kid()).cookie(cookie(device)).sent();
  }

  /** A GET of nobody. */
  public static HttpServletRequest stranger() {
    return Request.get().sent();
  }

  private String cookie(Device device) {
    return cookies.computeIfAbsent(
        device.kid(),
        kid ->
            sessions
                .begin(
                    SignedChallenge.parse(
                        device.login(Base64Url.encode(sessions.challenge()), ORIGIN)),
                    ORIGIN)
                .cookie());
  }
}
