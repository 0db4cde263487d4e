package jp.sanchi.server.devices;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jwk;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/** The members of a request's body; whatever is not as it should be is 400 with its place. */
final class Fields {
  private final Json.Obj body;

  private Fields(Json.Obj body) {
    this.body = body;
  }

  /** A JSON object with no other members than these. */
  static Fields read(InputStream body, int mostBytes, String... names) throws IOException {
    if (!(Body.json(body, mostBytes, 4) instanceof Json.Obj object)) {
      throw Problem.of(Fault.REQUEST_MALFORMED, "");
    }
    for (String name : object.members().keySet()) {
      if (!Set.of(names).contains(name)) {
        throw malformed(name.replace("~", "~0").replace("/", "~1"));
      }
    }
    return new Fields(object);
  }

  /** A text of 1 to so many characters. */
  String text(String name, int longest) {
    if (body.get(name) instanceof Json.Text text
        && !text.value().isBlank()
        && text.value().length() <= longest) {
      return text.value();
    }
    throw malformed(name);
  }

  /** The point of a P-256 key in JWK form. */
  byte[] point(String name) {
    if (!body.has(name)) {
      throw malformed(name);
    }
    try {
      return Jwk.point(body.get(name));
    } catch (MalformedEvent e) {
      throw malformed(name);
    }
  }

  static Problem malformed(String name) {
    return Problem.of(Fault.REQUEST_MALFORMED, "/" + name);
  }
}
