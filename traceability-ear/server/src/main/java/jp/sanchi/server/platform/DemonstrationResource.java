package jp.sanchi.server.platform;

import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;

/**
 * Which packages the demonstration made, for the start page. The demonstration's client leaves the
 * list in the data folder; where there is none, nothing is demonstrated.
 */
@Path("demonstration")
@Singleton
public class DemonstrationResource {
  private static final Json.Limits LIMITS = new Json.Limits(256 * 1024, 8);

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public byte[] demonstration() throws IOException {
    String data = Settings.text("sanchi.data");
    if (data != null) {
      try (InputStream file =
          Files.newInputStream(java.nio.file.Path.of(data, "demonstration.json"))) {
        return Json.parse(file.readNBytes(LIMITS.bytes() + 1), LIMITS).canonical();
      } catch (NoSuchFileException | MalformedEvent e) {
        // None, or not yet wholly written
      }
    }
    return Json.object("packages", Json.array()).canonical();
  }
}
