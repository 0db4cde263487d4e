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
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * {@code java -jar sanchi.jar replay}: with the server stopped, drops the projection and computes
 * it again from the ledger's blocks (on Fabric, with the network up). Exit code 0 if the digest
 * over all rows came out as it was.
 */
final class Replay {
  // Held, or the level is lost with the logger
  private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

  private Replay() {}

  static boolean run(Settings settings, PrintStream console) throws IOException, StartFailure {
    FastSignatures.register();
    FLYWAY.setLevel(Level.WARNING);
    if (settings.externalDatabase().isPresent()) {
      return run(settings, settings.externalDatabase().get(), console);
    }
    try (DataFolder data = DataFolder.take(settings.data())) {
      PostgresServer.Running postgres = PostgresServer.start(settings.home(), data);
      try {
        return run(settings, postgres.database(), console);
      } finally {
        postgres.server().close();
      }
    }
  }

  private static boolean run(Settings settings, Settings.Database database, PrintStream console)
      throws IOException, StartFailure {
    Path home = settings.home();
    Migrations.run(home, database);
    Path classes = Files.createTempDirectory("sanchi-replay");
    try {
      unpack(home.resolve("sanchi.ear"), classes);
      URL[] urls = {classes.toUri().toURL()};
      try (var loader = new URLClassLoader(urls, Replay.class.getClassLoader())) {
        return (boolean)
            Class.forName("jp.sanchi.server.ledger.ReplayProjection", true, loader)
                .getMethod(
                    "replay",
                    String.class,
                    String.class,
                    String.class,
                    Path.class,
                    PrintStream.class)
                .invoke(
                    null,
                    database.url(),
                    database.user(),
                    database.password(),
                    connection(settings),
                    console);
      }
    } catch (InvocationTargetException e) {
      throw new StartFailure("The replay failed: " + e.getCause(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } finally {
      Folders.delete(classes);
    }
  }

  /** Null where the ledger is in the database; a network must be up. */
  private static Path connection(Settings settings) {
    if (settings.ledger() instanceof Settings.Ledger.Fabric fabric) {
      return fabric.connection();
    }
    return settings.ledger() instanceof Settings.Ledger.OwnFabric
        ? FabricNetwork.connection(settings.data())
        : null;
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
