package jp.sanchi.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.ChannelQueryResponse;
import org.hyperledger.fabric.protos.peer.EndorserGrpc;
import org.hyperledger.fabric.protos.peer.ProcessedTransaction;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.ProposalResponse;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** Asks one peer, as one identity, without anybody between: administration needs no gateway. */
final class PeerClient implements AutoCloseable {
  static final String CHANNEL = "trace";

  private final String name;
  private final Identity identity;
  private final ManagedChannel channel;

  private PeerClient(String name, Identity identity, ManagedChannel channel) {
    this.name = name;
    this.identity = identity;
    this.channel = channel;
  }

  static PeerClient connect(String node, int port, Path tlsRoot, Identity identity) {
    return new PeerClient(node, identity, channel(node, port, tlsRoot));
  }

  /** A TLS connection to a node of this machine, by the name in its certificate. */
  static ManagedChannel channel(String node, int port, Path tlsRoot) {
    return channel("127.0.0.1:" + port, Certificates.host(node), tlsRoot);
  }

  /** A TLS connection to a node, by the name in its certificate. */
  static ManagedChannel channel(String address, String serverName, Path tlsRoot) {
    try {
      return Grpc.newChannelBuilder(
              address, TlsChannelCredentials.newBuilder().trustManager(tlsRoot.toFile()).build())
          .overrideAuthority(serverName)
          .maxInboundMessageSize(100 << 20)
          .build();
    } catch (IOException e) {
      throw new NetworkFailure("Can't read " + tlsRoot + ": " + e, e);
    }
  }

  String name() {
    return name;
  }

  Identity identity() {
    return identity;
  }

  ManagedChannel channel() {
    return channel;
  }

  /** A proposal and the peer's answer to it. */
  record Answer(Proposal proposal, String transactionId, ProposalResponse response) {
    ByteString payload() {
      return response.getResponse().getPayload();
    }
  }

  /** What the peer refused, in its own words. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A signed call of a chaincode, the channel's or (without a channel) the peer's own. */
  static final class Call {
    final Proposal proposal;
    final String transactionId;
    final SignedProposal signed;

    Call(Identity identity, String channel, String chaincode, List<ByteString> arguments) {
      SignatureHeader header = identity.signatureHeader();
      this.transactionId = Identity.transactionId(header);
      ChaincodeID id = ChaincodeID.newBuilder().setName(chaincode).build();
      ByteString channelHeader =
          Identity.channelHeader(HeaderType.ENDORSER_TRANSACTION, channel)
              .setTxId(transactionId)
              .setExtension(
                  ChaincodeHeaderExtension.newBuilder().setChaincodeId(id).build().toByteString())
              .build()
              .toByteString();
      ChaincodeSpec spec =
          ChaincodeSpec.newBuilder()
              .setType(ChaincodeSpec.Type.GOLANG)
              .setChaincodeId(id)
              .setInput(ChaincodeInput.newBuilder().addAllArgs(arguments))
              .build();
      this.proposal =
          Proposal.newBuilder()
              .setHeader(
                  Header.newBuilder()
                      .setChannelHeader(channelHeader)
                      .setSignatureHeader(header.toByteString())
                      .build()
                      .toByteString())
              .setPayload(
                  ChaincodeProposalPayload.newBuilder()
                      .setInput(
                          ChaincodeInvocationSpec.newBuilder()
                              .setChaincodeSpec(spec)
                              .build()
                              .toByteString())
                      .build()
                      .toByteString())
              .build();
      ByteString bytes = proposal.toByteString();
      this.signed =
          SignedProposal.newBuilder()
              .setProposalBytes(bytes)
              .setSignature(identity.sign(bytes))
              .build();
    }
  }

  Call call(String onChannel, String chaincode, ByteString... arguments) {
    return new Call(identity, onChannel, chaincode, List.of(arguments));
  }

  /**
   * Sends a call, which another member's administrator may have signed.
   *
   * @throws Refusal if the peer doesn't answer, or not with 200
   */
  Answer send(Call call) {
    try {
      ProposalResponse response =
          EndorserGrpc.newBlockingStub(channel)
              .withDeadlineAfter(60, TimeUnit.SECONDS)
              .processProposal(call.signed);
      if (response.getResponse().getStatus() != 200) {
        throw new Refusal(response.getResponse().getMessage(), null);
      }
      return new Answer(call.proposal, call.transactionId, response);
    } catch (StatusRuntimeException e) {
      String description = e.getStatus().getDescription();
      throw new Refusal(description == null ? e.getMessage() : description, e);
    }
  }

  Answer ask(String onChannel, String chaincode, ByteString... arguments) {
    return send(call(onChannel, chaincode, arguments));
  }

  boolean joined() {
    try {
      return ChannelQueryResponse.parseFrom(
              ask("", "cscc", ByteString.copyFromUtf8("GetChannels")).payload())
          .getChannelsList()
          .stream()
          .anyMatch(info -> info.getChannelId().equals(CHANNEL));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  void join(byte[] genesis) {
    ask("", "cscc", ByteString.copyFromUtf8("JoinChain"), ByteString.copyFrom(genesis));
  }

  /** How many blocks the peer holds; empty if it doesn't answer or hasn't joined. */
  OptionalLong height() {
    try {
      return OptionalLong.of(
          BlockchainInfo.parseFrom(
                  ask(
                          CHANNEL,
                          "qscc",
                          ByteString.copyFromUtf8("GetChainInfo"),
                          ByteString.copyFromUtf8(CHANNEL))
                      .payload())
              .getHeight());
    } catch (Refusal e) {
      return OptionalLong.empty();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The newest block that holds a configuration of the channel. */
  Block configBlock() {
    try {
      return Block.parseFrom(
          ask(
                  CHANNEL,
                  "cscc",
                  ByteString.copyFromUtf8("GetConfigBlock"),
                  ByteString.copyFromUtf8(CHANNEL))
              .payload());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What became of a transaction, or null while this peer doesn't know it. */
  TxValidationCode outcome(String transactionId) {
    try {
      return TxValidationCode.forNumber(
          ProcessedTransaction.parseFrom(
                  ask(
                          CHANNEL,
                          "qscc",
                          ByteString.copyFromUtf8("GetTransactionByID"),
                          ByteString.copyFromUtf8(CHANNEL),
                          ByteString.copyFromUtf8(transactionId))
                      .payload())
              .getValidationCode());
    } catch (Refusal e) {
      return null;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
