package jp.sanchi.server.devices;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Jwk;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.server.platform.Body;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/** The members of a request's body; whatever is not as it should be is 400 with its place. */
public final class Fields {
  private final Json.Obj body;

  private Fields(Json.Obj body) {
    this.body = body;
  }

  /** A JSON object with no other members than these. */
  public static Fields read(InputStream body, int mostBytes, String... names) throws IOException {
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
  public String text(String name, int longest) {
    if (body.get(name) instanceof Json.Text text
        && !text.value().isBlank()
        && text.value().length() <= longest) {
      return text.value();
    }
    throw malformed(name);
  }

  /** An integer from one number to another. */
  public int number(String name, int least, int most) {
    if (body.get(name) instanceof Json.Num number && number.isInteger()) {
      long value = body.integer(name);
      if (value >= least && value <= most) {
        return (int) value;
      }
    }
    throw malformed(name);
  }

  /** Whether the member is there, and not null. */
  public boolean has(String name) {
    return body.has(name) && body.get(name) != Json.Null.VALUE;
  }

  /** A list of 1 to so many texts of at most so many characters. */
  public List<String> texts(String name, int most, int longest) {
    if (!(body.get(name) instanceof Json.Arr items) || items.size() == 0 || items.size() > most) {
      throw malformed(name);
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof Json.Text text) || text.value().length() > longest) {
        throw malformed(name + "/" + i);
      }
      texts.add(text.value());
    }
    return texts;
  }

  /** One or more distinct words out of these. */
  public List<String> texts(String name, List<String> allowed) {
    List<String> texts = new ArrayList<>();
    if (body.get(name) instanceof Json.Arr array) {
      for (Json item : array.items()) {
        if (item instanceof Json.Text text
            && allowed.contains(text.value())
            && !texts.contains(text.value())) {
          texts.add(text.value());
        } else {
          throw malformed(name);
        }
      }
    }
    if (texts.isEmpty()) {
      throw malformed(name);
    }
    return texts;
  }

  /** The point of a P-256 key in JWK form. */
  public byte[] point(String name) {
    if (!body.has(name)) {
      throw malformed(name);
    }
    try {
      return Jwk.point(body.get(name));
    } catch (MalformedEvent e) {
      throw malformed(name);
    }
  }

  public static Problem malformed(String name) {
    return Problem.of(Fault.REQUEST_MALFORMED, "/" + name);
  }
}
