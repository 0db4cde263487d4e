package jp.sanchi.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;

/**
 * The last step of {@code mvn -Prun}: runs inside Maven's JVM, starts the server's JVM as its child
 * on the same console and waits for it. Maven's JVM does not go before its child has: a plain exec
 * would give the prompt back while the server is still stopping.
 */
public final class ForegroundStart {
  private ForegroundStart() {}

  public static void main(String[] arguments)
      throws IOException, InterruptedException, StartFailure {
    var properties = new HashMap<String, String>();
    properties.put("sanchi.jvm", ServerProcess.FAST_START);
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("sanchi.") && !name.equals("sanchi.home")) {
        properties.put(name, System.getProperty(name));
      }
    }
    String named = System.getProperty("sanchi.data");
    Path data =
        named != null
            ? Path.of(named)
            : Settings.standardData(System.getProperties(), System.getenv());
    ServerProcess server =
        ServerProcess.start(Path.of(arguments[0]), data.toAbsolutePath(), properties, null);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    server.close();
                  } catch (IOException e) {
                    System.err.println(e.getMessage());
                  }
                }));
    int status = server.process().waitFor();
    // Straight out: Maven's own report would bury the one sentence that the server said
    System.out.flush();
    Runtime.getRuntime().halt(status);
  }
}
