package jp.sanchi.server.platform;

import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.io.IOException;
import java.io.InputStream;

/** The description of this interface for programs and people. */
@Path("openapi")
@Singleton
public class OpenApiResource {
  @GET
  @Produces("application/yaml")
  public byte[] document() throws IOException {
    try (InputStream document = OpenApiResource.class.getResourceAsStream("openapi.yaml")) {
      return document.readAllBytes();
    }
  }
}
