package jp.sanchi.server.bundles;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/**
 * Takes descriptions of products, places and organisations, whose hashes stand in signed events.
 */
@Path("documents")
@Singleton
public class DocumentsResource {
  private static final int MOST_BYTES = 64 * 1024;
  private static final int SALT = 16;

  private final Uploads uploads;

  @Inject
  DocumentsResource(Uploads uploads) {
    this.uploads = uploads;
  }

  /** 204, and kept, if a signed event names the SHA-256 of the body: exactly these bytes. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public void post(InputStream body) throws IOException {
    byte[] bytes = Body.read(body, MOST_BYTES);
    if (!(canonical(bytes) instanceof Json.Obj document)) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "");
    }
    if (!(document.get("salt") instanceof Json.Text salt) || !isSalt(salt.value())) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "/salt");
    }
    byte[] hash = sha256(bytes);
    if (!uploads.isAnnounced(hash, null, 0)) {
      throw Problem.of(Fault.DOCUMENT_NOT_ANNOUNCED);
    }
    uploads.storeDocument(hash, bytes);
  }

  private static Json canonical(byte[] bytes) {
    try {
      return Json.parseCanonical(bytes, new Json.Limits(MOST_BYTES, 16));
    } catch (MalformedEvent malformed) {
      throw Problem.of(malformed);
    }
  }

  private static boolean isSalt(String text) {
    try {
      return Base64Url.decode(text).length >= SALT;
    } catch (MalformedEvent e) {
      return false;
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
