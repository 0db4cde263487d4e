package jp.sanchi.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;

/**
 * The broker that boxes send to, and the bridge from there to the server, each in a class loader of
 * its own: HiveMQ and its client bring libraries that must not meet Payara's.
 */
final class ColdBoxes implements AutoCloseable {
  /** Whoever has this password may read what all boxes send. */
  private static final String BRIDGE_PASSWORD = "broker.password";

  /** Where boxes find the broker: the server tells whoever registers a sensor. */
  private static final String ADDRESS = "sanchi.broker.address";

  private final int port;

  /** For the bridge and the demonstration: without TLS, from this machine only. */
  private final int inside;

  private final List<Part> parts;

  /** Something that runs, and where its classes come from. */
  private record Part(AutoCloseable running, URLClassLoader classes) {
    void stop() throws Exception {
      running.close();
      classes.close();
    }
  }

  private ColdBoxes(int port, int inside, List<Part> parts) {
    this.port = port;
    this.inside = inside;
    this.parts = parts;
  }

  /**
   * Starts both. The bridge starts only when it knows for whom: by {@code bridge.properties} in its
   * folder, or by a setting.
   */
  static ColdBoxes start(Settings settings, DataFolder data, Settings.Database database)
      throws StartFailure, IOException {
    ColdBoxes boxes =
        settings.broker() instanceof Settings.Broker.Own
            ? broker(settings, data, database)
            : new ColdBoxes(0, 0, new ArrayList<>());
    Path folder = Files.createDirectories(data.resolve("bridge"));
    Properties bridge = bridgeSettings(folder);
    boolean known =
        Files.exists(folder.resolve("bridge.properties"))
            || bridge.containsKey("sanchi.bridge.organisation")
            || bridge.containsKey("sanchi.bridge.invitation");
    if (settings.bridge() && known) {
      try {
        boxes.parts.add(
            start(
                settings.home(),
                "bridge",
                "jp.sanchi.bridge.Bridge",
                new Class<?>[] {Properties.class},
                bridge));
      } catch (StartFailure | IOException e) {
        boxes.close();
        throw e;
      }
    }
    return boxes;
  }

  /** Starts the broker alone; a bridge beside it finds what to know in {@code local.properties}. */
  static ColdBoxes broker(Settings settings, DataFolder data, Settings.Database database)
      throws StartFailure, IOException {
    if (!(settings.broker() instanceof Settings.Broker.Own own)) {
      throw new StartFailure("The broker is off.");
    }
    int port = freePort(settings.host(), own);
    int bridgePort = settings.secure() ? freePort("127.0.0.1", 0) : port;
    Path folder = Files.createDirectories(data.resolve("bridge"));
    settingsOf(folder, settings, data, bridgePort);
    if (System.getProperty(ADDRESS) == null) {
      System.setProperty(
          ADDRESS,
          (settings.secure() ? "mqtts://" : "mqtt://") + settings.address().getHost() + ":" + port);
    }
    List<Part> parts = new ArrayList<>();
    parts.add(broker(settings, data, database, port, bridgePort, data.secret(BRIDGE_PASSWORD)));
    return new ColdBoxes(port, bridgePort, parts);
  }

  /** Lets the demonstration's boxes live, if there is a broker here for them. */
  void demonstrate(Settings settings, HttpClient http) throws StartFailure, IOException {
    if (port == 0) {
      return;
    }
    parts.add(
        start(
            settings.home(),
            "bridge",
            "jp.sanchi.demonstration.ColdBoxes",
            new Class<?>[] {HttpClient.class, URI.class, Path.class, String.class, int.class},
            http,
            settings.address(),
            settings.data(),
            // They are on this machine, where the broker listens without TLS, too
            "127.0.0.1",
            inside));
  }

  private static Part broker(
      Settings settings,
      DataFolder data,
      Settings.Database database,
      int port,
      int bridgePort,
      String password)
      throws StartFailure, IOException {
    String host = settings.host().equals("localhost") ? "127.0.0.1" : settings.host();
    return start(
        settings.home(),
        "broker",
        "jp.sanchi.broker.Broker",
        new Class<?>[] {
          Path.class,
          String.class,
          int.class,
          int.class,
          Path.class,
          String.class,
          String[].class,
          String.class
        },
        data.resolve("broker"),
        host,
        port,
        bridgePort,
        settings.secure() ? data.resolve("payara.keystore") : null,
        Tls.KEY_STORE_PASSWORD,
        new String[] {database.url(), database.user(), database.password()},
        password);
  }

  private static Part start(
      Path home, String part, String name, Class<?>[] types, Object... arguments)
      throws StartFailure, IOException {
    Path folder = home.resolve(part);
    if (!Files.isDirectory(folder)) {
      throw new StartFailure("This build has no " + part + " in " + folder + ".");
    }
    var classes = new URLClassLoader(part, jars(folder), ClassLoader.getPlatformClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      thread.setContextClassLoader(classes);
      Object running =
          Class.forName(name, true, classes).getMethod("start", types).invoke(null, arguments);
      return new Part((AutoCloseable) running, classes);
    } catch (InvocationTargetException e) {
      classes.close();
      throw new StartFailure(
          "The " + part + " did not start: " + e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] jars(Path folder) throws IOException, MalformedURLException {
    List<URL> urls = new ArrayList<>();
    try (var jars = Files.newDirectoryStream(folder, "*.jar")) {
      for (Path jar : jars) {
        urls.add(jar.toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }

  /**
   * What this start knows and the user need not say; a file, so that a bridge beside can use it.
   */
  private static void settingsOf(Path folder, Settings settings, DataFolder data, int bridgePort)
      throws IOException, StartFailure {
    var known = new Properties();
    known.setProperty("sanchi.bridge.server", settings.address().toString());
    known.setProperty("sanchi.bridge.mqtt.host", "127.0.0.1");
    known.setProperty("sanchi.bridge.mqtt.port", Integer.toString(bridgePort));
    known.setProperty("sanchi.bridge.mqtt.password", data.secret(BRIDGE_PASSWORD));
    if (settings.secure()) {
      Path authority = folder.resolve("server.pem");
      Files.writeString(authority, certificate(data), StandardCharsets.US_ASCII);
      known.setProperty("sanchi.bridge.authority", authority.toString());
    }
    Path file = folder.resolve("local.properties");
    Files.deleteIfExists(file);
    Files.createFile(file);
    DataFolder.onlyForOwner(file, "rw-------");
    try (var out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      known.store(out, null);
    }
  }

  private static Properties bridgeSettings(Path folder) {
    var all = new Properties();
    all.setProperty("sanchi.bridge.data", folder.toString());
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("sanchi.bridge.")) {
        all.setProperty(name, System.getProperty(name));
      }
    }
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith("SANCHI_BRIDGE_")) {
                String key = name.toLowerCase(java.util.Locale.ROOT).replace('_', '.');
                all.putIfAbsent(key, value);
              }
            });
    return all;
  }

  private static String certificate(DataFolder data) throws IOException, StartFailure {
    try (var in = Files.newInputStream(data.resolve("payara.keystore"))) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, Tls.KEY_STORE_PASSWORD.toCharArray());
      byte[] der = keys.getCertificate(Tls.ALIAS).getEncoded();
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
          + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new StartFailure("The server's own certificate can't be read.", e);
    }
  }

  /** The usual port may be taken by a broker of one's own; then any other is as good. */
  private static int freePort(String host, Settings.Broker.Own own)
      throws StartFailure, IOException {
    try {
      return freePort(host, own.port());
    } catch (IOException e) {
      if (own.chosen()) {
        throw new StartFailure(
            "Port "
                + own.port()
                + " for boxes is in use or not allowed; choose another with"
                + " -Dsanchi.broker.port=NUMBER.",
            e);
      }
      return freePort(host, 0);
    }
  }

  private static int freePort(String host, int port) throws IOException {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, port));
      return socket.getLocalPort();
    }
  }

  void print(PrintStream out) {
    if (port > 0) {
      out.println("  Cold boxes     MQTT 5, port " + port);
      out.println();
      out.flush();
    }
  }

  @Override
  public void close() {
    // The bridge before its broker
    for (int i = parts.size() - 1; i >= 0; i--) {
      try {
        parts.get(i).stop();
      } catch (Exception e) {
        System.getLogger(ColdBoxes.class.getName())
            .log(System.Logger.Level.WARNING, "a part of the cold boxes did not stop", e);
      }
    }
  }
}
