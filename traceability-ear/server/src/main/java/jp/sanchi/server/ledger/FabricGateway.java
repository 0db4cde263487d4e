package jp.sanchi.server.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Hash;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Identity;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;

/** One peer as the way into the channel. */
final class FabricGateway implements AutoCloseable {
  // A block of many large appends; Fabric's own limit is 100 MB
  private static final int LARGEST_MESSAGE = 100 << 20;
  // Peers refuse pings that come more often than each minute
  private static final long PING_SECONDS = 65;
  private static final long PING_PATIENCE_SECONDS = 5;

  private final String name;
  private final String channelName;
  private final ManagedChannel channel;
  private final Gateway gateway;
  private final Network network;
  private final Contract trace;
  private final Contract chainQueries;

  FabricGateway(FabricConnection connection, FabricConnection.Peer peer) {
    this.name = peer.name();
    this.channelName = connection.channel();
    try {
      ChannelCredentials tls =
          TlsChannelCredentials.newBuilder().trustManager(peer.tlsRoots().toFile()).build();
      this.channel =
          Grpc.newChannelBuilder(peer.address(), tls)
              .overrideAuthority(peer.serverName())
              .maxInboundMessageSize(LARGEST_MESSAGE)
              .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
              .keepAliveTimeout(PING_PATIENCE_SECONDS, TimeUnit.SECONDS)
              .build();
      this.gateway =
          Gateway.newInstance()
              .connection(channel)
              .identity(identity(connection))
              .signer(signer(connection))
              .hash(Hash.SHA256)
              .evaluateOptions(options -> options.withDeadlineAfter(5, TimeUnit.SECONDS))
              .endorseOptions(options -> options.withDeadlineAfter(12, TimeUnit.SECONDS))
              .submitOptions(options -> options.withDeadlineAfter(8, TimeUnit.SECONDS))
              .commitStatusOptions(options -> options.withDeadlineAfter(12, TimeUnit.SECONDS))
              .connect();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(
          "The Fabric client's key or certificates can't be read: " + e.getMessage(), e);
    }
    this.network = gateway.getNetwork(connection.channel());
    this.trace = network.getContract(connection.chaincode());
    this.chainQueries = network.getContract("qscc");
  }

  private static Identity identity(FabricConnection connection)
      throws IOException, GeneralSecurityException {
    try (Reader pem = reader(connection.certificate())) {
      return new X509Identity(connection.mspId(), Identities.readX509Certificate(pem));
    }
  }

  private static Signer signer(FabricConnection connection)
      throws IOException, GeneralSecurityException {
    try (Reader pem = reader(connection.key())) {
      return Signers.newPrivateKeySigner(Identities.readPrivateKey(pem));
    }
  }

  private static Reader reader(Path pem) throws IOException {
    return Files.newBufferedReader(pem, StandardCharsets.US_ASCII);
  }

  String name() {
    return name;
  }

  /** The trace chaincode. */
  Contract trace() {
    return trace;
  }

  /** How many blocks this peer has. */
  long height() throws GatewayException {
    byte[] info = chainQueries.evaluateTransaction("GetChainInfo", channelName);
    try {
      return BlockchainInfo.parseFrom(info).getHeight();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("qscc answered no BlockchainInfo", e);
    }
  }

  /** A block that this peer has. */
  byte[] block(long number) throws GatewayException {
    return chainQueries.evaluateTransaction("GetBlockByNumber", channelName, Long.toString(number));
  }

  /** Blocks from this one on; waits for those that are to come. */
  CloseableIterator<Block> blocks(long from) {
    return network.newBlockEventsRequest().startBlock(from).build().getEvents();
  }

  @Override
  public void close() {
    gateway.close();
    channel.shutdownNow();
  }
}
