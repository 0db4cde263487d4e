package jp.sanchi.story;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jp.sanchi.launcher.ServerProcess;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test the one running Sanchi that all integration tests share, as a constructor or method
 * parameter: {@code @ExtendWith(RunningSanchi.class) class SomeIT { SomeIT(RunningSanchi.Server
 * sanchi) … }}. The first test starts it, the end of the run stops it. Tests must not depend on
 * what others have left in it, nor on it being empty.
 */
public final class RunningSanchi implements ParameterResolver {
  private static final ExtensionContext.Namespace OURS =
      ExtensionContext.Namespace.create(RunningSanchi.class);

  /** One server with a data folder of its own. */
  public static final class Server implements AutoCloseable {
    private final Path data;
    private final Map<String, String> properties;
    private final Path console;
    private final ServerProcess process;
    private final URI address;

    private Server(Path data, Map<String, String> properties) throws IOException {
      this.data = data;
      this.properties = Map.copyOf(properties);
      Files.createDirectories(data);
      this.console = data.resolve("console.log");
      this.process = ServerProcess.start(home(), data, properties, console.toFile());
      try {
        this.address = process.awaitReady(Duration.ofMinutes(3));
      } catch (IOException e) {
        process.process().destroyForcibly();
        throw new IOException(e.getMessage() + "; it said:\n" + Files.readString(console), e);
      } catch (InterruptedException e) {
        process.process().destroyForcibly();
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    /** Where it answers, with a slash at the end. */
    public URI address() {
      return address;
    }

    /** For tests that kill; {@link Process#pid} is the server's JVM. */
    public Process process() {
      return process.process();
    }

    public Path data() {
      return data;
    }

    /** What it has said on its console until now. */
    public String console() throws IOException {
      return Files.readString(console);
    }

    /**
     * What {@code sanchi.jar first} says beside the running server: another administrator's link.
     */
    public String first() throws IOException, InterruptedException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add(ServerProcess.FAST_START);
      command.add("-Dsanchi.data=" + data);
      properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
      command.addAll(List.of("-jar", home().resolve("sanchi.jar").toString(), "first"));
      Process first = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (first.waitFor() != 0) {
        throw new IOException("no link: " + said);
      }
      return said;
    }

    @Override
    public void close() throws IOException {
      process.close();
    }
  }

  /**
   * A server of the test's own, for tests that kill it; on the same folder as often as they like.
   */
  public static Server start(Path data, Map<String, String> properties) throws IOException {
    var all =
        new java.util.HashMap<>(Map.of("sanchi.port", "0", "sanchi.jvm", ServerProcess.FAST_START));
    all.putAll(properties);
    return new Server(data, all);
  }

  /** The PostgreSQL of a data folder, whose port stands in the fourth line of its state. */
  static Connection database(Path data) throws IOException, SQLException {
    String port = Files.readAllLines(data.resolve("postgresql/postmaster.pid")).get(3).strip();
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/sanchi",
        "sanchi",
        Files.readString(data.resolve("postgresql.password")).strip());
  }

  static Path home() {
    return Path.of(System.getProperty("sanchi.home", "../launcher/target/sanchi"))
        .toAbsolutePath()
        .normalize();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Server.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context.getRoot().getStore(OURS).getOrComputeIfAbsent("server", key -> shared());
  }

  private static Server shared() {
    try {
      return start(Files.createTempDirectory(target(), "shared-"), Map.of());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Path target() throws IOException {
    return Files.createDirectories(Path.of("target", "data").toAbsolutePath());
  }
}
