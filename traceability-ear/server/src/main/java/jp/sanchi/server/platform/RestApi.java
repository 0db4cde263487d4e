package jp.sanchi.server.platform;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** Everything below {@code /api}, which is this WAR's context root. */
@ApplicationPath("/")
public class RestApi extends Application {
  /** OPTIONS answers with Allow only: the description of this interface is OpenAPI. */
  @Override
  public Map<String, Object> getProperties() {
    return Map.of("jersey.config.server.wadl.disableWadl", true);
  }
}
