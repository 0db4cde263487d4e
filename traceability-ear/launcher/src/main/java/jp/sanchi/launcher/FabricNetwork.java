package jp.sanchi.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Fabric network of this machine's own, started and stopped with the server by the project's
 * network tool. Its processes outlive a server that is killed; the next start goes on with them.
 */
final class FabricNetwork implements AutoCloseable {
  private static final String FOLDER = "fabric";
  private static final String MEMBER = "GrowersMSP";
  private static final PrintStream SILENCE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  private final Path tool;
  private final Path folder;

  private FabricNetwork(Path tool, Path folder) {
    this.tool = tool;
    this.folder = folder;
  }

  /** Starts what is not running. */
  static FabricNetwork up(Path home, DataFolder data, PrintStream console)
      throws IOException, StartFailure {
    Path tools = home.resolve("fabric");
    Path tool = tools.resolve("sanchi-network.jar");
    if (!Files.exists(tool)) {
      throw new StartFailure(
          "This build has no Fabric network tool; build it with: mvn -Pfabric package");
    }
    var network = new FabricNetwork(tool, data.resolve(FOLDER));
    String last =
        network.run(
            console,
            "up",
            "--port-base",
            "0",
            "--chaincode",
            tools.resolve("sanchi-chaincode.jar").toString());
    if (last != null) {
      throw new StartFailure("The Fabric network did not start: " + last);
    }
    return network;
  }

  /** The connection file of the member whose peer this server goes through first. */
  Path connection() {
    return connectionIn(folder);
  }

  /** The same, for a network whose server is stopped. */
  static Path connection(Path data) {
    return connectionIn(data.resolve(FOLDER));
  }

  private static Path connectionIn(Path folder) {
    return folder.resolve("connections").resolve(MEMBER + ".json");
  }

  /** The folder of the members' certificate authorities. */
  Path authorities() {
    return folder.resolve("authorities");
  }

  /** The folder of the members' administrators' keys, in a data folder with such a network. */
  static Path administrators(Path data) {
    return data.resolve(FOLDER).resolve("administrators");
  }

  /** The last line that the tool said if it failed, else null. */
  private String run(PrintStream console, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("-jar");
    command.add(tool.toString());
    command.addAll(List.of(words));
    command.add("-d");
    command.add(folder.toString());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String last = "it said nothing";
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          last = line;
          console.println("  Fabric: " + line);
        }
      }
      return process.waitFor() == 0 ? null : last;
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  @Override
  public void close() throws IOException {
    run(SILENCE, "down");
  }
}
