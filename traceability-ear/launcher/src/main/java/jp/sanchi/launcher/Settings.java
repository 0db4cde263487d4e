package jp.sanchi.launcher;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** What the user asked for, by system properties {@code sanchi.*} or {@code SANCHI_*} variables. */
record Settings(
    Path home,
    Path data,
    String host,
    int port,
    Optional<Database> externalDatabase,
    Tls tls,
    Ledger ledger,
    Broker broker,
    boolean bridge,
    boolean demonstration,
    Optional<Long> parent) {

  record Database(String url, String user, String password) {}

  sealed interface Ledger {
    /** In this server's database. */
    record Embedded() implements Ledger {}

    /** A Fabric network that is started and stopped with this server. */
    record OwnFabric() implements Ledger {}

    /** A Fabric network that others run. */
    record Fabric(Path connection) implements Ledger {}
  }

  sealed interface Broker {
    /**
     * Beside this server.
     *
     * @param chosen whether the user named the port
     */
    record Own(int port, boolean chosen) implements Broker {}

    /** None, or one that others run: what the bridge is told says which. */
    record Off() implements Broker {}
  }

  sealed interface Tls {
    record Off() implements Tls {}

    record SelfSigned() implements Tls {}

    record Files(Path certificate, Path key) implements Tls {}
  }

  static Settings read(Path home, Properties properties, Map<String, String> environment)
      throws StartFailure {
    var source = new Source(properties, environment);
    Tls tls = tls(source);
    // The network sees Sanchi only if asked for: by a host, or by TLS, which is for phones and
    // shops
    String host =
        source.get("sanchi.host").orElse(tls instanceof Tls.Off ? "127.0.0.1" : "0.0.0.0");
    Ledger ledger = ledger(source);
    Path data = source.get("sanchi.data").map(Path::of).orElse(standardData(ledger));
    return new Settings(
        home,
        data.toAbsolutePath().normalize(),
        host,
        port(source, "sanchi.port", 8080),
        database(source),
        tls,
        ledger,
        broker(source, !(tls instanceof Tls.Off)),
        !source.get("sanchi.bridge").orElse("on").equals("off"),
        !source.get("sanchi.demonstration").orElse("on").equals("off"),
        source.get("sanchi.parent").map(Long::valueOf));
  }

  boolean secure() {
    return !(tls instanceof Tls.Off);
  }

  /** The address for a person on this machine. */
  URI address() {
    String name =
        switch (host) {
          case "0.0.0.0", "127.0.0.1", "::", "::1" -> "localhost";
          default -> host;
        };
    int standard = secure() ? 443 : 80;
    try {
      return new URI(
          secure() ? "https" : "http", null, name, port == standard ? -1 : port, "/", null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Settings withPort(int chosen) {
    return new Settings(
        home,
        data,
        host,
        chosen,
        externalDatabase,
        tls,
        ledger,
        broker,
        bridge,
        demonstration,
        parent);
  }

  /**
   * The folder of the members' administrators' keys, if a ledger was founded in this data folder.
   */
  Path administrators() {
    return ledger instanceof Ledger.OwnFabric
        ? FabricNetwork.administrators(data)
        : data.resolve("administrators");
  }

  /** What was recorded on one ledger must not be mixed with what is on another. */
  private static Path standardData(Ledger ledger) {
    return Path.of(
        System.getProperty("user.home"),
        ledger instanceof Ledger.Embedded ? ".sanchi" : ".sanchi-fabric");
  }

  /** The folder that a start without {@code sanchi.data} takes. */
  static Path standardData(Properties properties, Map<String, String> environment)
      throws StartFailure {
    return standardData(ledger(new Source(properties, environment)));
  }

  private static Ledger ledger(Source source) throws StartFailure {
    Optional<String> connection = source.get("sanchi.fabric.connection");
    String kind = source.get("sanchi.ledger").orElse("embedded");
    return switch (kind) {
      case "embedded" -> new Ledger.Embedded();
      case "fabric" ->
          connection
              .<Ledger>map(file -> new Ledger.Fabric(Path.of(file).toAbsolutePath().normalize()))
              .orElse(new Ledger.OwnFabric());
      default ->
          throw new StartFailure(
              "sanchi.ledger must be \"embedded\" or \"fabric\", not \"" + kind + "\".");
    };
  }

  private static Broker broker(Source source, boolean secure) throws StartFailure {
    String mode = source.get("sanchi.broker").orElse("on");
    return switch (mode) {
      case "off" -> new Broker.Off();
      case "on" ->
          new Broker.Own(
              port(source, "sanchi.broker.port", secure ? 8883 : 1883),
              source.get("sanchi.broker.port").isPresent());
      default ->
          throw new StartFailure("sanchi.broker must be \"on\" or \"off\", not \"" + mode + "\".");
    };
  }

  private static int port(Source source, String name, int otherwise) throws StartFailure {
    String text = source.get(name).orElse(Integer.toString(otherwise));
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new StartFailure(
        name + " must be a number from 0 (any free port) to 65535, not \"" + text + "\".");
  }

  private static Optional<Database> database(Source source) {
    return source
        .get("sanchi.db.url")
        .map(
            url ->
                new Database(
                    url,
                    source.get("sanchi.db.user").orElse("sanchi"),
                    source.get("sanchi.db.password").orElse("")));
  }

  private static Tls tls(Source source) throws StartFailure {
    Optional<String> certificate = source.get("sanchi.tls.certificate");
    Optional<String> key = source.get("sanchi.tls.key");
    if (certificate.isPresent() != key.isPresent()) {
      throw new StartFailure(
          "HTTPS needs both SANCHI_TLS_CERTIFICATE and SANCHI_TLS_KEY; only one is set.");
    }
    if (certificate.isPresent() && key.isPresent()) {
      return new Tls.Files(Path.of(certificate.get()), Path.of(key.get()));
    }
    String mode = source.get("sanchi.tls").orElse("off");
    return switch (mode) {
      case "off" -> new Tls.Off();
      case "self-signed" -> new Tls.SelfSigned();
      default ->
          throw new StartFailure(
              "sanchi.tls must be \"off\" or \"self-signed\", not \"" + mode + "\".");
    };
  }

  /** The same two sources and the same names as MicroProfile Config has in the server. */
  private record Source(Properties properties, Map<String, String> environment) {
    Optional<String> get(String name) {
      String value = properties.getProperty(name);
      if (value == null) {
        value = environment.get(name.replace('.', '_').toUpperCase(java.util.Locale.ROOT));
      }
      return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }
  }
}
