package jp.sanchi.launcher;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Sanchi as a child process: for the build's last step, for integration tests, for benchmarks. */
public final class ServerProcess implements AutoCloseable {
  /**
   * For {@code sanchi.jvm}: leaves out the optimising compiler, which halves the processor time of
   * a start on two cores. For trying and for tests; not for benchmarks, nor for a server that stays
   * up.
   */
  public static final String FAST_START = "-XX:TieredStopAtLevel=1";

  private final Process process;
  private final Path data;

  private ServerProcess(Process process, Path data) {
    this.process = process;
    this.data = data;
  }

  /**
   * Starts a JVM from the unpacked home and returns at once; {@link #awaitReady} waits.
   *
   * @param home the folder that the launcher's build makes, with {@code sanchi.jar} in it
   * @param data the data folder
   * @param properties further {@code sanchi.*} settings; {@code sanchi.jvm} holds JVM options
   * @param output where the child's console goes; null inherits this process's
   */
  public static ServerProcess start(
      Path home, Path data, Map<String, String> properties, File output) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    String more = properties.getOrDefault("sanchi.jvm", "").strip();
    if (!more.isEmpty()) {
      command.addAll(List.of(more.split("\\s+")));
    }
    properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add("-Dsanchi.data=" + data);
    command.add("-Dsanchi.parent=" + ProcessHandle.current().pid());
    command.add("-jar");
    command.add(home.resolve("sanchi.jar").toString());
    var builder = new ProcessBuilder(command);
    if (output == null) {
      builder.inheritIO();
    } else {
      builder.redirectErrorStream(true).redirectOutput(output);
    }
    return new ServerProcess(builder.start(), data);
  }

  /** What every start of the server's JVM needs besides the manifest. */
  static List<String> flags() {
    var flags = new ArrayList<String>();
    flags.add("-XX:+UseSerialGC");
    flags.add("-Djava.awt.headless=true");
    if (Runtime.version().feature() >= 24) {
      // Payara's libraries still use it, and a warning for each is no help to a user
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    return flags;
  }

  /** Waits until the server answers, and says where. */
  public URI awaitReady(Duration patience) throws IOException, InterruptedException {
    Path address = data.resolve("sanchi.address");
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      // The second line is the process: a file left by a killed server is not this one's
      List<String> lines = Files.exists(address) ? Files.readAllLines(address) : List.of();
      if (lines.size() == 2 && lines.get(1).equals(Long.toString(process.pid()))) {
        return URI.create(lines.get(0));
      }
      if (!process.isAlive()) {
        throw new IOException("Sanchi ended with exit code " + process.exitValue());
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("Sanchi is not ready after " + patience);
      }
      Thread.sleep(50);
    }
  }

  /** The server's JVM. */
  public Process process() {
    return process;
  }

  /** Stops it as Ctrl-C would, and waits for the end. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("Sanchi did not stop within a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
