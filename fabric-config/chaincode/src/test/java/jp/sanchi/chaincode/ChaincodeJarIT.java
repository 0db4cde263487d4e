package jp.sanchi.chaincode;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.junit.jupiter.api.Test;

/** The jar as it is shipped, in a process of its own. */
class ChaincodeJarIT {
  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final String JAR = "target/sanchi-chaincode.jar";
  private static final Pattern LISTENS =
      Pattern.compile(
          "Chaincode label:hash listens on 127\\.0\\.0\\.1:(\\d+) \\(plain text, signatures by .+\\)\\.");

  @Test
  void says_where_it_listens_registers_and_stops_cleanly() throws Exception {
    Process process =
        start(
            Map.of(
                "CHAINCODE_SERVER_ADDRESS", "127.0.0.1:0",
                "CHAINCODE_ID", "label:hash",
                "CHAINCODE_TLS", "off"));
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      Matcher listens = LISTENS.matcher(String.valueOf(lines.readLine()));
      assertThat(listens.matches()).isTrue();
      assertThat(registersAt(Integer.parseInt(listens.group(1)))).isEqualTo("label:hash");

      // By its handle, which leaves the output open
      process.toHandle().destroy();

      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(lines.readLine()).isNull();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void without_tls_files_it_says_so_in_one_line_and_does_not_start() throws Exception {
    Process process =
        start(Map.of("CHAINCODE_SERVER_ADDRESS", "127.0.0.1:0", "CHAINCODE_ID", "label:hash"));
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.lines())
          .containsExactly(
              "CHAINCODE_TLS_CERT is missing: a PEM file; or set CHAINCODE_TLS=off, in tests only.");
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Map<String, String> settings) throws IOException {
    var builder = new ProcessBuilder(JAVA.toString(), "-jar", JAR).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("CHAINCODE_"));
    builder.environment().keySet().remove("JAVA_TOOL_OPTIONS");
    builder.environment().putAll(settings);
    return builder.start();
  }

  private static String registersAt(int port) throws Exception {
    var registration = new CompletableFuture<ChaincodeMessage>();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      var unused =
          ChaincodeGrpc.newStub(channel)
              .connect(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ChaincodeMessage message) {
                      registration.complete(message);
                    }

                    @Override
                    public void onError(Throwable cause) {
                      registration.completeExceptionally(cause);
                    }

                    @Override
                    public void onCompleted() {}
                  });
      ChaincodeMessage message = registration.get(20, TimeUnit.SECONDS);
      assertThat(message.getType()).isEqualTo(ChaincodeMessage.Type.REGISTER);
      return ChaincodeID.parseFrom(message.getPayload()).getName();
    } finally {
      channel.shutdownNow();
    }
  }
}
