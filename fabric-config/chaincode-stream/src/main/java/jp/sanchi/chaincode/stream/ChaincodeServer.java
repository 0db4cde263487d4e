package jp.sanchi.chaincode.stream;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;

/**
 * Chaincode as a service: peers connect to it and call the contract. Several peers may, each with a
 * stream of its own.
 */
public final class ChaincodeServer implements AutoCloseable {
  // Fabric's own limit, on both sides of every connection
  private static final int MOST_BYTES = 100 << 20;
  // Peers ping once a minute; whoever pings more often than allowed is cut off
  private static final int PING_SECONDS = 60;
  private static final int PINGS_ALLOWED_SECONDS = 30;
  private static final int PING_TIMEOUT_SECONDS = 20;
  // A worker waits for the peer more than it computes
  private static final int WORKERS = 4 * Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final int MOST_WAITING = 1_024;
  private static final int GRACE_SECONDS = 5;

  private final Server server;
  private final ThreadPoolExecutor workers;
  private final Set<PeerStream> streams = ConcurrentHashMap.newKeySet();

  /**
   * Starts to listen.
   *
   * @throws IOException if the address can't be listened on
   * @throws IllegalArgumentException if TLS files are amiss, with a sentence for the operator
   */
  public static ChaincodeServer start(Settings settings, Contract contract) throws IOException {
    return new ChaincodeServer(settings, contract);
  }

  private ChaincodeServer(Settings settings, Contract contract) throws IOException {
    workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            threads());
    workers.allowCoreThreadTimeOut(true);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
            .directExecutor()
            .maxInboundMessageSize(MOST_BYTES)
            .permitKeepAliveTime(PINGS_ALLOWED_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
            .addService(new Service(settings.chaincodeId(), contract));
    settings.tls().map(Tls::context).ifPresent(builder::sslContext);
    server = builder.build().start();
  }

  private static ThreadFactory threads() {
    var number = new AtomicInteger();
    return work -> new Thread(work, "contract-" + number.incrementAndGet());
  }

  private final class Service extends ChaincodeGrpc.ChaincodeImplBase {
    private final String chaincodeId;
    private final Contract contract;

    Service(String chaincodeId, Contract contract) {
      this.chaincodeId = chaincodeId;
      this.contract = contract;
    }

    @Override
    public StreamObserver<ChaincodeMessage> connect(StreamObserver<ChaincodeMessage> peer) {
      var stream = new PeerStream(chaincodeId, contract, workers, peer);
      streams.add(stream);
      // With a handler set, sending to a peer that has gone is no exception
      ((ServerCallStreamObserver<ChaincodeMessage>) peer)
          .setOnCancelHandler(
              () -> {
                streams.remove(stream);
                stream.close();
              });
      return stream;
    }
  }

  /** The port on which it listens. */
  public int port() {
    return server.getPort();
  }

  /** Waits until the server has been closed. */
  public void awaitClosed() throws InterruptedException {
    server.awaitTermination();
  }

  /** Takes no more calls, gives those that run some seconds to end, then cuts off. */
  @Override
  public void close() {
    server.shutdown();
    workers.shutdown();
    try {
      if (!workers.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
        workers.shutdownNow();
      }
      streams.forEach(PeerStream::close);
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow();
        server.awaitTermination(1, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      workers.shutdownNow();
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
