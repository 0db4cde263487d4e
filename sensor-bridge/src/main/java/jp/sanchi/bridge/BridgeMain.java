package jp.sanchi.bridge;

import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;

/** {@code java -jar sanchi-bridge.jar}. */
public final class BridgeMain {
  private BridgeMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    try {
      Settings settings = Settings.read(System.getProperties(), System.getenv());
      Bridge bridge = Bridge.start(settings, Clock.systemUTC());
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      bridge.close();
                    } catch (IOException e) {
                      System.err.println(e.getMessage());
                    }
                  },
                  "bridge-stop"));
      System.out.println("The bridge is running; its data is in " + settings.data() + ".");
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("The bridge can't start: " + e.getMessage());
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }
}
