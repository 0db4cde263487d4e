package jp.sanchi.chaincode;

import java.io.IOException;
import java.time.Clock;
import jp.sanchi.chaincode.stream.ChaincodeServer;
import jp.sanchi.chaincode.stream.Settings;
import jp.sanchi.kernel.proof.FastSignatures;

/**
 * {@code java -jar sanchi-chaincode.jar}: serves a member's peers until it is told to stop.
 * Configured by the environment (see {@link Settings#of}); exits with 1 and a sentence if that
 * can't be.
 */
public final class TraceChaincode {
  private TraceChaincode() {}

  public static void main(String[] arguments) throws InterruptedException {
    Settings settings;
    ChaincodeServer server;
    boolean fast = FastSignatures.register();
    try {
      settings = Settings.of(System.getenv());
      server = ChaincodeServer.start(settings, new TraceContract(Clock.systemUTC()));
    } catch (IllegalArgumentException | IOException e) {
      System.err.println(e.getMessage());
      System.exit(1);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop"));
    System.out.printf(
        "Chaincode %s listens on %s:%d (%s, signatures by %s).%n",
        settings.chaincodeId(),
        settings.host(),
        server.port(),
        settings.tls().isEmpty()
            ? "plain text"
            : settings.tls().get().clientRoots().isEmpty() ? "TLS" : "mutual TLS",
        fast ? "Conscrypt" : "the JDK");
    server.awaitClosed();
  }
}
