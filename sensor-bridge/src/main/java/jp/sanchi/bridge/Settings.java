package jp.sanchi.bridge;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * What the bridge is told. In this order: system properties {@code sanchi.bridge.…}, the
 * environment ({@code SANCHI_BRIDGE_…}), the files {@code bridge.properties} and, written by a
 * launcher beside, {@code local.properties} in the data folder (the same names).
 *
 * @param data the one folder that is written to
 * @param server address of the server, with a slash at the end
 * @param organisation GLN, or null where an invitation says it
 * @param invitation the token of an invitation, or null
 * @param window length of a window
 * @param grace how long after its end a window waits for readings on their way
 * @param send how often readings are sent
 * @param again how long a window that was refused waits until it is signed again
 * @param authority a PEM file of certificates that server and broker may have besides the usual
 *     ones, or null
 */
public record Settings(
    Path data,
    URI server,
    String organisation,
    String invitation,
    String mqttHost,
    int mqttPort,
    boolean mqttTls,
    String mqttUser,
    String mqttPassword,
    Duration window,
    Duration grace,
    Duration send,
    Duration again,
    Path authority) {
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  public Settings {
    if (window.compareTo(SHORTEST) < 0 || window.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("sanchi.bridge.window must be 1 s to 24 h");
    }
  }

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException naming the setting at fault
   */
  public static Settings read(Properties properties, Map<String, String> environment)
      throws IOException {
    var source = new Source(properties, environment, new Properties());
    String home = System.getProperty("user.home");
    Path data = Path.of(source.get("data", Path.of(home, ".sanchi-bridge").toString()));
    // What the launcher beside knows, then what people say
    for (String name : new String[] {"local.properties", "bridge.properties"}) {
      Path file = data.resolve(name);
      if (Files.exists(file)) {
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
          source.file().load(in);
        }
      }
    }
    String server = source.get("server", "http://localhost:8080/");
    String authority = source.get("authority", null);
    boolean tls = source.get("mqtt.tls", "off").equals("on");
    return new Settings(
        data.toAbsolutePath().normalize(),
        URI.create(server.endsWith("/") ? server : server + "/"),
        source.get("organisation", null),
        source.get("invitation", null),
        source.get("mqtt.host", "localhost"),
        source.number("mqtt.port", tls ? 8883 : 1883),
        tls,
        source.get("mqtt.user", "sanchi-bridge"),
        source.get("mqtt.password", ""),
        source.seconds("window", 900),
        source.seconds("grace", 120),
        source.seconds("send", 5),
        source.seconds("again", 600),
        authority == null ? null : Path.of(authority));
  }

  private record Source(Properties properties, Map<String, String> environment, Properties file) {
    String get(String name, String otherwise) {
      String full = "sanchi.bridge." + name;
      String value = properties.getProperty(full);
      if (value == null) {
        value = environment.get(full.replace('.', '_').toUpperCase(Locale.ROOT));
      }
      if (value == null) {
        value = file.getProperty(full);
      }
      return value == null || value.isBlank() ? otherwise : value.strip();
    }

    int number(String name, int otherwise) {
      String text = get(name, Integer.toString(otherwise));
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "sanchi.bridge." + name + " must be a number, not \"" + text + "\"", e);
      }
    }

    Duration seconds(String name, int otherwise) {
      return Duration.ofSeconds(number(name, otherwise));
    }
  }
}
