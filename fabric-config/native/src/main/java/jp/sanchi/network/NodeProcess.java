package jp.sanchi.network;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One process of the network: an orderer, a peer or a chaincode server. It outlives the tool; a
 * file in the folder {@code run} names it by process id and start time.
 */
public final class NodeProcess {
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Pattern FAULT =
      Pattern.compile("^panic: |^Error: | (ERRO|PANI|FATA)\\b|^\\S*Exception");
  private static final long LARGEST_LOG = 20 << 20;

  private final String name;
  private final Path pidFile;
  private final Path log;

  NodeProcess(String name, Path data) {
    this.name = name;
    this.pidFile = data.resolve("run").resolve(name + ".pid");
    this.log = data.resolve("logs").resolve(name + ".log");
  }

  /** As in {@code peer.growers}, {@code orderer1}, {@code chaincode.growers}. */
  public String name() {
    return name;
  }

  /** The process id, while it runs. */
  public OptionalLong pid() {
    return handle().map(ProcessHandle::pid).map(OptionalLong::of).orElse(OptionalLong.empty());
  }

  /** Whether it runs (a suspended one does). */
  public boolean running() {
    return handle().isPresent();
  }

  /** Its log file: what it wrote to both outputs since the network was made. */
  public Path log() {
    return log;
  }

  /** Resident memory in bytes; empty if it doesn't run. */
  public OptionalLong memory() {
    Optional<ProcessHandle> handle = handle();
    if (handle.isEmpty()) {
      return OptionalLong.empty();
    }
    String kilobytes = residentKilobytes(handle.get().pid());
    return kilobytes.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(kilobytes) * 1024);
  }

  /** Ends it as an operator would (SIGTERM), after 15 s by force. Nothing happens if it is down. */
  public void stop() {
    Optional<ProcessHandle> handle = handle();
    if (handle.isPresent()) {
      resume();
      handle.get().destroy();
      if (!gone(handle.get(), PATIENCE)) {
        kill();
      }
      forget();
    }
  }

  /** Ends it at once, without a chance to clean up (SIGKILL). */
  public void kill() {
    Optional<ProcessHandle> handle = handle();
    if (handle.isPresent()) {
      handle.get().destroyForcibly();
      gone(handle.get(), PATIENCE);
      forget();
    }
  }

  /** Stops its clock without ending it (SIGSTOP): a machine that hangs. */
  public void suspend() {
    signal("STOP");
  }

  /** Lets it go on (SIGCONT). */
  public void resume() {
    signal("CONT");
  }

  void start(List<String> command, Map<String, String> environment, Path folder) {
    var words = new ArrayList<String>();
    // A session of its own, so that neither Ctrl-C nor a closed terminal ends it
    if (onPath("setsid")) {
      words.add("setsid");
    } else if (onPath("nohup")) {
      words.add("nohup");
    }
    words.addAll(command);
    try {
      Files.createDirectories(log.getParent());
      Files.createDirectories(pidFile.getParent());
      if (Files.exists(log) && Files.size(log) > LARGEST_LOG) {
        Folders.move(log, log.resolveSibling(name + ".log.1"));
      }
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(folder.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      // Fabric takes settings from such variables, of which an operator's shell may be full
      builder.environment().keySet().removeIf(key -> key.matches("(CORE|ORDERER|FABRIC)_.*"));
      builder.environment().putAll(environment);
      ProcessHandle handle = builder.start().toHandle();
      Folders.write(pidFile, handle.pid() + " " + startOf(handle));
    } catch (IOException e) {
      throw new NetworkFailure("Can't start " + name + ": " + e.getMessage(), e);
    }
  }

  /** Gives the running process another name, with its pid file and log. */
  NodeProcess renamed(NodeProcess other) {
    if (Files.exists(pidFile)) {
      Folders.move(pidFile, other.pidFile);
    }
    if (Files.exists(log)) {
      Folders.move(log, other.log);
    }
    return other;
  }

  /** The last line of the log that says what went wrong, else the last one. */
  String lastWords() {
    try {
      List<String> lines =
          Files.readAllLines(log, StandardCharsets.UTF_8).stream()
              .map(NodeProcess::plain)
              // The tool itself knocks at ports to see whether they are open
              .filter(line -> !line.isEmpty() && !line.contains("ServerHandshake"))
              .toList();
      return Stream.concat(
              lines.stream()
                  .filter(line -> FAULT.matcher(line).find())
                  .reduce((a, b) -> b)
                  .stream(),
              lines.stream().reduce((a, b) -> b).stream())
          .findFirst()
          .orElse("nothing");
    } catch (IOException e) {
      return "nothing";
    }
  }

  // Without a terminal's colours
  private static String plain(String line) {
    return line.replaceAll("\u001b\\[[0-9;]*m", "").strip();
  }

  private void signal(String signal) {
    handle().ifPresent(handle -> output("sh", "-c", "kill -" + signal + " " + handle.pid()));
  }

  private Optional<ProcessHandle> handle() {
    String[] words;
    try {
      words = Files.readString(pidFile).strip().split(" ");
    } catch (IOException e) {
      return Optional.empty();
    }
    if (words.length != 2) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(words[0]))
        .filter(handle -> startOf(handle) == Long.parseLong(words[1]))
        .filter(NodeProcess::alive);
  }

  // Process ids are given anew, to strangers; to the second, which is what some systems keep
  private static long startOf(ProcessHandle handle) {
    return handle.info().startInstant().map(Instant::getEpochSecond).orElse(0L);
  }

  // One that has ended, and that nobody has fetched, is not alive
  private static boolean alive(ProcessHandle handle) {
    if (!handle.isAlive()) {
      return false;
    }
    Path status = Path.of("/proc", Long.toString(handle.pid()), "stat");
    try {
      String text = Files.readString(status, StandardCharsets.ISO_8859_1);
      return text.charAt(text.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return handle.isAlive();
    }
  }

  private static boolean gone(ProcessHandle handle, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (alive(handle)) {
      if (System.nanoTime() > end) {
        return false;
      }
      Waiting.pause(Duration.ofMillis(20));
    }
    return true;
  }

  private void forget() {
    try {
      Files.deleteIfExists(pidFile);
    } catch (IOException e) {
      throw new NetworkFailure("Can't delete " + pidFile + ": " + e, e);
    }
  }

  private static String residentKilobytes(long pid) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("VmRSS:")) {
          return line.replaceAll("[^0-9]", "");
        }
      }
      return "";
    } catch (IOException e) {
      // No Linux
      return output("ps", "-o", "rss=", "-p", Long.toString(pid)).strip();
    }
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(10, TimeUnit.SECONDS);
      return text;
    } catch (IOException e) {
      throw new NetworkFailure("Can't run " + command[0] + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetworkFailure("Interrupted.", e);
    }
  }

  private static boolean onPath(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String folder : path.split(File.pathSeparator)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
