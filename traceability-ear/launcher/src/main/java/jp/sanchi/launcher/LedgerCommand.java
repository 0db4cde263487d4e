package jp.sanchi.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jp.sanchi.kernel.proof.FastSignatures;

/**
 * What the server's classes do on a ledger's database while the server is stopped.
 *
 * <p>{@code java -jar sanchi.jar replay} drops the projection and computes it again from the
 * ledger's blocks (on Fabric, with the network up); it ends with 0 if the digest over all rows came
 * out as it was. {@code java -jar sanchi.jar export-blocks FOLDER} writes the embedded ledger's
 * blocks and trust.json there, for {@code sanchi-audit.jar}.
 */
final class LedgerCommand {
  // Held, or the level is lost with the logger
  private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

  private final String className;
  private final String method;
  private final List<Path> more;

  private LedgerCommand(String className, String method, Path... more) {
    this.className = className;
    this.method = method;
    this.more = List.of(more);
  }

  /** The command that these arguments ask for, or null if they ask for the server. */
  static LedgerCommand of(String[] arguments, Settings settings) {
    if (arguments.length == 1 && arguments[0].equals("replay")) {
      Path[] fabric = connection(settings).stream().toArray(Path[]::new);
      return new LedgerCommand("jp.sanchi.server.ledger.ReplayProjection", "replay", fabric);
    }
    if (arguments.length == 2 && arguments[0].equals("export-blocks")) {
      return new LedgerCommand(
          "jp.sanchi.server.ledger.ExportBlocks", "export", Path.of(arguments[1]).toAbsolutePath());
    }
    return null;
  }

  boolean run(Settings settings, PrintStream console) throws IOException, StartFailure {
    FastSignatures.register();
    FLYWAY.setLevel(Level.WARNING);
    if (settings.externalDatabase().isPresent()) {
      return run(settings.home(), settings.externalDatabase().get(), console);
    }
    try (DataFolder data = DataFolder.take(settings.data())) {
      PostgresServer.Running postgres = PostgresServer.start(settings.home(), data);
      try {
        return run(settings.home(), postgres.database(), console);
      } finally {
        postgres.server().close();
      }
    }
  }

  private boolean run(Path home, Settings.Database database, PrintStream console)
      throws IOException, StartFailure {
    Migrations.run(home, database);
    Path classes = Files.createTempDirectory("sanchi-ledger");
    try {
      unpack(home.resolve("sanchi.ear"), classes);
      URL[] urls = {classes.toUri().toURL()};
      List<Object> arguments =
          new ArrayList<>(List.of(database.url(), database.user(), database.password(), console));
      arguments.addAll(more);
      try (var loader = new URLClassLoader(urls, LedgerCommand.class.getClassLoader())) {
        Class<?> program = Class.forName(className, true, loader);
        List<Class<?>> types =
            new ArrayList<>(List.of(String.class, String.class, String.class, PrintStream.class));
        more.forEach(argument -> types.add(Path.class));
        return (boolean)
            program
                .getMethod(method, types.toArray(Class<?>[]::new))
                .invoke(null, arguments.toArray());
      }
    } catch (InvocationTargetException e) {
      throw new StartFailure("The " + method + " failed: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } finally {
      Folders.delete(classes);
    }
  }

  /** Of a network that is up; none where the ledger is in the database. */
  private static Optional<Path> connection(Settings settings) {
    if (settings.ledger() instanceof Settings.Ledger.Fabric fabric) {
      return Optional.of(fabric.connection());
    }
    return settings.ledger() instanceof Settings.Ledger.OwnFabric
        ? Optional.of(FabricNetwork.connection(settings.data()))
        : Optional.empty();
  }

  /** The server's classes, which otherwise only Payara loads. */
  private static void unpack(Path ear, Path into) throws IOException {
    Path war = Files.createTempFile("sanchi-server", ".war");
    try {
      try (FileSystem inside = FileSystems.newFileSystem(ear)) {
        Files.copy(
            inside.getPath("sanchi-server.war"),
            war,
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
      try (FileSystem inside = FileSystems.newFileSystem(war)) {
        Path classes = inside.getPath("/WEB-INF/classes");
        try (Stream<Path> files = Files.walk(classes)) {
          for (Path file : files.toList()) {
            Path target = into.resolve(classes.relativize(file).toString());
            if (Files.isDirectory(file)) {
              Files.createDirectories(target);
            } else {
              Files.copy(file, target);
            }
          }
        }
      }
    } finally {
      Files.delete(war);
    }
  }
}
