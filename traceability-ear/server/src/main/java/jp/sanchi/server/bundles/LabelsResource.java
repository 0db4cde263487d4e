package jp.sanchi.server.bundles;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Serial;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.kernel.proof.Merkle;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/** Takes the hashes of printed labels, from which a bundle proves which label has which number. */
@Path("labels")
@Singleton
public class LabelsResource {
  private static final int MOST_BYTES = 64 * 1024;

  private final Uploads uploads;

  @Inject
  LabelsResource(Uploads uploads) {
    this.uploads = uploads;
  }

  /** 204, and kept, if the hashes' root is the one that the run's printing was signed with. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public void post(InputStream body) throws IOException {
    if (!(Body.json(body, MOST_BYTES, 2) instanceof Json.Obj upload)) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "");
    }
    for (String name : upload.members().keySet()) {
      if (!Set.of("gtin", "run", "hashes").contains(name)) {
        throw Problem.of(Fault.REQUEST_MALFORMED, "/" + pointer(name));
      }
    }
    String run = run(text(upload, "gtin"), text(upload, "run"));
    List<byte[]> entries = hashes(upload);
    byte[] root = Merkle.root(entries.stream().map(Merkle::leaf).toList());
    if (!uploads.isAnnounced(root, run, entries.size())) {
      throw Problem.of(Fault.LABELS_NOT_ANNOUNCED);
    }
    uploads.storeLabels(root, entries);
  }

  private static List<byte[]> hashes(Json.Obj upload) {
    if (!(upload.get("hashes") instanceof Json.Arr array)
        || array.size() == 0
        || array.size() > Serial.RUN_LABELS) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "/hashes");
    }
    List<byte[]> hashes = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      byte[] hash = array.get(i) instanceof Json.Text text ? decoded(text.value()) : null;
      if (hash == null || hash.length != 32) {
        throw Problem.of(Fault.REQUEST_MALFORMED, "/hashes/" + i);
      }
      hashes.add(hash);
    }
    return hashes;
  }

  private static byte[] decoded(String text) {
    try {
      return Base64Url.decode(text);
    } catch (MalformedEvent e) {
      return null;
    }
  }

  private static String text(Json.Obj upload, String name) {
    if (!(upload.get(name) instanceof Json.Text text)) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "/" + name);
    }
    return text.value();
  }

  private static String run(String gtin, String run) {
    try {
      Subject.of(Subject.Kind.PRODUCT, gtin);
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "/gtin");
    }
    try {
      return Subject.of(Subject.Kind.RUN, gtin, run).text();
    } catch (MalformedEvent e) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "/run");
    }
  }

  private static String pointer(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
