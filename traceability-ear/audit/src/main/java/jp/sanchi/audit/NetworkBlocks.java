package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.ledger.TraceFunctions;
import org.hyperledger.fabric.client.CloseableIterator;
import org.hyperledger.fabric.client.EndorseException;
import org.hyperledger.fabric.client.Gateway;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.GatewayRuntimeException;
import org.hyperledger.fabric.client.Network;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.identity.Identities;
import org.hyperledger.fabric.client.identity.Signers;
import org.hyperledger.fabric.client.identity.X509Identity;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.gateway.PreparedTransaction;

/** The blocks that one peer of a network has, through its gateway; up to where it is now. */
final class NetworkBlocks implements BlockSource, Live {
  private static final int MOST_BYTES = 128 << 20;

  private final String name;
  private final ManagedChannel channel;
  private final Gateway gateway;
  private final Network network;
  private final String chaincode;
  private final long count;
  private final CloseableIterator<Block> blocks;
  private long given;

  private NetworkBlocks(Json.Obj connection, Path folder, ManagedChannel channel, String name)
      throws IOException {
    this.name = name;
    this.channel = channel;
    try (Reader certificate = reader(folder, connection, "certificate");
        Reader key = reader(folder, connection, "key")) {
      this.gateway =
          Gateway.newInstance()
              .identity(
                  new X509Identity(
                      connection.text("mspId"), Identities.readX509Certificate(certificate)))
              .signer(Signers.newPrivateKeySigner(Identities.readPrivateKey(key)))
              .connection(channel)
              .connect();
      this.network = gateway.getNetwork(connection.text("channel"));
      this.chaincode = connection.text("chaincode");
      this.count =
          BlockchainInfo.parseFrom(
                  network
                      .getContract("qscc")
                      .evaluateTransaction("GetChainInfo", network.getName()))
              .getHeight();
      this.blocks = network.newBlockEventsRequest().startBlock(0).build().getEvents();
    } catch (GeneralSecurityException e) {
      throw new IOException("the connection's certificate or key: " + e.getMessage(), e);
    } catch (GatewayException e) {
      throw new IOException("the gateway " + name + ": " + e.getMessage(), e);
    }
  }

  /** Connects to the first gateway that a connection file names. */
  static NetworkBlocks open(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    ManagedChannel channel = null;
    try {
      Json.Obj connection =
          (Json.Obj) Json.parse(Files.readAllBytes(file), new Json.Limits(1 << 20, 8));
      Json.Obj gateway = (Json.Obj) connection.array("gateways").get(0);
      ChannelCredentials tls =
          TlsChannelCredentials.newBuilder()
              .trustManager(folder.resolve(gateway.text("tlsRoots")).toFile())
              .build();
      var builder =
          Grpc.newChannelBuilder(gateway.text("address"), tls).maxInboundMessageSize(MOST_BYTES);
      if (gateway.text("serverName") != null) {
        builder.overrideAuthority(gateway.text("serverName"));
      }
      channel = builder.build();
      return new NetworkBlocks(connection, folder, channel, gateway.text("address"));
    } catch (MalformedEvent | ClassCastException | IndexOutOfBoundsException e) {
      throw new IOException("this is no connection file: " + file, e);
    } catch (IOException e) {
      if (channel != null) {
        channel.shutdownNow();
      }
      throw e;
    }
  }

  private static Reader reader(Path folder, Json.Obj connection, String member) throws IOException {
    return Files.newBufferedReader(folder.resolve(connection.text(member)));
  }

  @Override
  public byte[] next() throws IOException {
    try {
      if (given == count || !blocks.hasNext()) {
        return null;
      }
      given++;
      return blocks.next().toByteArray();
    } catch (GatewayRuntimeException | StatusRuntimeException e) {
      throw new IOException("the gateway " + name + ": " + e.getMessage(), e);
    }
  }

  @Override
  public ByteString heads(List<String> arguments, Collection<String> mspIds) throws IOException {
    try {
      byte[] endorsed;
      try {
        endorsed =
            proposal(arguments)
                .setEndorsingOrganizations(array(mspIds))
                .build()
                .endorse()
                .getBytes();
      } catch (EndorseException e) {
        // Somebody is away; the gateway finds enough of the others, or nobody does
        endorsed = proposal(arguments).build().endorse().getBytes();
      }
      return PreparedTransaction.parseFrom(endorsed).getEnvelope().getPayload();
    } catch (GatewayException | InvalidProtocolBufferException e) {
      throw new IOException("the members' statement: " + e.getMessage(), e);
    }
  }

  private Proposal.Builder proposal(List<String> arguments) {
    return network
        .getContract(chaincode)
        .newProposal(TraceFunctions.HEADS)
        .addArguments(array(arguments));
  }

  private static String[] array(Collection<String> words) {
    return words.toArray(String[]::new);
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void close() throws IOException {
    blocks.close();
    gateway.close();
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
