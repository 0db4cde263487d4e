package jp.sanchi.launcher;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings the schema up to {@code sql/}. Flyway runs in a class loader of its own, closed
 * afterwards: its JSON library must not meet Payara's.
 */
final class Migrations {
  private Migrations() {}

  static void run(Path home, Settings.Database database) throws StartFailure, IOException {
    var urls = new ArrayList<URL>();
    urls.add(Migrations.class.getProtectionDomain().getCodeSource().getLocation());
    add(urls, home.resolve("setup"), "*.jar");
    add(urls, home.resolve("lib"), "postgresql-*.jar");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (var loader =
        new URLClassLoader(
            "migrations", urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      Class.forName("jp.sanchi.launcher.FlywayRun", true, loader)
          .getMethod("migrate", String.class, String.class, String.class, Path.class)
          .invoke(null, database.url(), database.user(), database.password(), home.resolve("sql"));
    } catch (InvocationTargetException e) {
      throw new StartFailure(
          "The database schema could not be brought up to date: "
              + firstLine(e.getCause().getMessage()),
          e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static void add(List<URL> urls, Path folder, String pattern)
      throws IOException, MalformedURLException {
    try (var jars = Files.newDirectoryStream(folder, pattern)) {
      for (Path jar : jars) {
        urls.add(jar.toUri().toURL());
      }
    }
  }

  private static String firstLine(String message) {
    return message == null
        ? "no reason given"
        : message.lines().filter(line -> !line.isBlank()).findFirst().orElse("").strip();
  }
}
