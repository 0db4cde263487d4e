package jp.sanchi.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.Status;
import org.hyperledger.fabric.protos.orderer.AtomicBroadcastGrpc;
import org.hyperledger.fabric.protos.orderer.BroadcastResponse;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;

/** The ordering service, to which administration hands its transactions. */
final class OrderingService {
  private static final Pattern HEIGHT = Pattern.compile("\"height\":\\s*(\\d+)");
  private static final int LONGEST = 300;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final DataFolder data;
  private final NetworkState state;

  OrderingService(DataFolder data, NetworkState state) {
    this.data = data;
    this.state = state;
  }

  /** Has an orderer take up the channel, over its admin port. */
  void join(int number, FabricBinaries binaries) {
    administer(
        number,
        binaries,
        List.of("join", "--config-block", data.channel("genesis.block").toString()));
  }

  /** How many blocks an orderer holds, as its admin port says; 0 if it doesn't answer. */
  long height(int number, FabricBinaries binaries) {
    try {
      Matcher height = HEIGHT.matcher(administer(number, binaries, List.of("list")));
      return height.find() ? Long.parseLong(height.group(1)) : 0;
    } catch (NetworkFailure e) {
      return 0;
    }
  }

  private String administer(int number, FabricBinaries binaries, List<String> what) {
    String mspId = state.ordererMember(number).mspId();
    var command = new ArrayList<>(List.of(binaries.program("osnadmin"), "channel"));
    command.addAll(what);
    command.addAll(
        List.of(
            "--channelID",
            PeerClient.CHANNEL,
            "-o",
            "127.0.0.1:" + state.ordererAdminPort(number),
            "--ca-file",
            data.authority(mspId, "tls-ca.pem").toString(),
            "--client-cert",
            data.authority(mspId, "admin-tls.pem").toString(),
            "--client-key",
            data.authority(mspId, "admin-tls.key").toString()));
    return FabricBinaries.run(command, Map.of());
  }

  boolean joined(int number) {
    return Files.isDirectory(
        data.ledger("orderer" + number).resolve("chains").resolve(PeerClient.CHANNEL));
  }

  /**
   * Hands over an envelope: to all orderers, as a client of a ledger should that bears a lying one.
   * Enough that one took it.
   */
  void broadcast(Envelope envelope) {
    var channels = new ArrayList<ManagedChannel>();
    try {
      var answers = new ArrayList<CompletableFuture<BroadcastResponse>>();
      for (int number = 1; number <= state.orderers(); number++) {
        String name = "orderer" + number;
        Path root = data.node(name).resolve("tls/ca.pem");
        ManagedChannel channel = PeerClient.channel(name, state.ordererPort(number), root);
        channels.add(channel);
        answers.add(send(channel, envelope));
      }
      String refusal = null;
      long end = System.nanoTime() + PATIENCE.toNanos();
      boolean taken = false;
      for (CompletableFuture<BroadcastResponse> answer : answers) {
        try {
          // The first yes is enough
          BroadcastResponse response =
              answer.get(
                  taken ? 200 : Math.max(1, (end - System.nanoTime()) / 1_000_000),
                  TimeUnit.MILLISECONDS);
          taken = taken || response.getStatus() == Status.SUCCESS;
          refusal = response.getStatus() == Status.SUCCESS ? refusal : response.getInfo();
        } catch (ExecutionException | TimeoutException e) {
          refusal = refusal == null ? reason(e) : refusal;
        }
      }
      // An orderer that had it from another first says so; others may know better
      if (!taken && (refusal == null || !refusal.contains("already"))) {
        throw new NetworkFailure("No orderer took the transaction: " + shortened(refusal));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetworkFailure("Interrupted.", e);
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  // Orderers quote whole certificates
  private static String shortened(String reason) {
    return reason == null || reason.length() <= LONGEST
        ? reason
        : reason.substring(0, LONGEST) + " …";
  }

  private static String reason(Exception e) {
    if (e instanceof TimeoutException) {
      return "it did not answer within " + PATIENCE.toSeconds() + " s";
    }
    return e.getCause() instanceof StatusRuntimeException status
            && status.getStatus().getDescription() != null
        ? status.getStatus().getDescription()
        : String.valueOf(e.getCause());
  }

  private static CompletableFuture<BroadcastResponse> send(
      ManagedChannel channel, Envelope envelope) {
    var answer = new CompletableFuture<BroadcastResponse>();
    StreamObserver<Envelope> stream =
        AtomicBroadcastGrpc.newStub(channel)
            .broadcast(
                new StreamObserver<>() {
                  @Override
                  public void onNext(BroadcastResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable error) {
                    answer.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {
                    // The answer came before
                  }
                });
    stream.onNext(envelope);
    return answer;
  }

  /** A transaction of what peers endorsed, by whoever proposed it. */
  static Envelope transaction(Identity identity, List<PeerClient.Answer> answers) {
    try {
      PeerClient.Answer first = answers.get(0);
      ChaincodeEndorsedAction.Builder action =
          ChaincodeEndorsedAction.newBuilder()
              .setProposalResponsePayload(first.response().getPayload());
      for (PeerClient.Answer answer : answers) {
        if (!answer.response().getPayload().equals(first.response().getPayload())) {
          throw new NetworkFailure("The peers gave different answers to one call.");
        }
        action.addEndorsements(answer.response().getEndorsement());
      }
      Header header = Header.parseFrom(first.proposal().getHeader());
      // Without the transient map, which is for endorsers' eyes
      ChaincodeProposalPayload visible =
          ChaincodeProposalPayload.newBuilder()
              .setInput(
                  ChaincodeProposalPayload.parseFrom(first.proposal().getPayload()).getInput())
              .build();
      ChaincodeActionPayload payload =
          ChaincodeActionPayload.newBuilder()
              .setChaincodeProposalPayload(visible.toByteString())
              .setAction(action)
              .build();
      Transaction transaction =
          Transaction.newBuilder()
              .addActions(
                  TransactionAction.newBuilder()
                      .setHeader(header.getSignatureHeader())
                      .setPayload(payload.toByteString()))
              .build();
      return signed(
          identity,
          Payload.newBuilder().setHeader(header).setData(transaction.toByteString()).build());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A configuration update, in the name of whoever sends it. */
  static Envelope configUpdate(Identity identity, ByteString update) {
    SignatureHeader signer = identity.signatureHeader();
    Header header =
        Header.newBuilder()
            .setChannelHeader(
                Identity.channelHeader(HeaderType.CONFIG_UPDATE, PeerClient.CHANNEL)
                    .build()
                    .toByteString())
            .setSignatureHeader(signer.toByteString())
            .build();
    return signed(identity, Payload.newBuilder().setHeader(header).setData(update).build());
  }

  private static Envelope signed(Identity identity, Payload payload) {
    return Envelope.newBuilder()
        .setPayload(payload.toByteString())
        .setSignature(identity.sign(payload.toByteString()))
        .build();
  }
}
