package jp.sanchi.demonstration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;

/**
 * What the demonstration's devices have signed, in the order of posting. It is written to disk
 * before the first request: since posting the same bytes again is a no-op, a demonstration that was
 * cut off goes on where it was.
 */
final class Script {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Json.Limits LINE = new Json.Limits(16 << 20, 16);

  private final List<Json.Obj> steps = new ArrayList<>();

  void events(List<String> events) {
    step("events", Json.array(events.toArray()));
  }

  void labels(LabelRun run) {
    step("labels", run.upload());
  }

  void document(Json.Obj document) {
    step("documents", document);
  }

  /** A picture that a document names. */
  void photo(Json.Obj document, byte[] picture) {
    String named = Base64Url.encode(LabelRun.sha256(document.canonical()));
    step("photos/of/" + named, Json.of(Base64Url.encode(picture)));
  }

  private void step(String path, Json body) {
    steps.add(Json.object("body", body, "path", path));
  }

  void save(Path file) throws IOException {
    Path half = file.resolveSibling(file.getFileName() + ".half");
    Files.write(half, Json.array(steps.toArray()).canonical());
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static Script load(Path file) throws IOException {
    var script = new Script();
    for (Json step : ((Json.Arr) Json.parse(Files.readAllBytes(file), LINE)).items()) {
      script.steps.add((Json.Obj) step);
    }
    return script;
  }

  /** Posts everything, and waits until the last event is on the ledger. */
  void play(SanchiClient client) throws IOException, InterruptedException {
    String last = null;
    for (Json.Obj step : steps) {
      String path = step.text("path");
      if (path.equals("events")) {
        List<String> events = new ArrayList<>();
        for (Json event : step.array("body").items()) {
          events.add(((Json.Text) event).value());
        }
        List<String> ids = client.post(events);
        last = ids.get(ids.size() - 1);
      } else if (path.startsWith("photos/")) {
        client.uploadBytes(path, Base64Url.decode(step.text("body")));
      } else {
        client.upload(path, step.object("body"));
      }
    }
    if (last != null) {
      client.awaitCommitted(last, PATIENCE);
    }
  }
}
