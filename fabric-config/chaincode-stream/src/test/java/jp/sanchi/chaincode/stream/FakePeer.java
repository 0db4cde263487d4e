package jp.sanchi.chaincode.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeAdditionalParams;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage.Type;
import org.hyperledger.fabric.protos.peer.GetState;
import org.hyperledger.fabric.protos.peer.GetStateMultiple;
import org.hyperledger.fabric.protos.peer.GetStateMultipleResult;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.PutState;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.WriteBatchState;

/**
 * The peer's side of the stream, as Fabric 3.1's peers speak it, over a real connection. Committed
 * state is a map; what transactions write is only recorded.
 */
final class FakePeer implements AutoCloseable {
  static final byte[] CREATOR = {1, 2, 3};
  static final Instant TIMESTAMP = Instant.parse("2026-08-15T01:02:03.456789Z");
  static final Duration SOON = Duration.ofSeconds(20);

  /** What a peer before Fabric 3.1 offers. */
  static final ChaincodeAdditionalParams SINGLE_KEYS =
      ChaincodeAdditionalParams.getDefaultInstance();

  final Map<String, byte[]> state = new TreeMap<>();

  /** Keys and values in the order in which they came, "key=value". */
  final List<String> written = new CopyOnWriteArrayList<>();

  /** All that came, but the registration. */
  final List<ChaincodeMessage> received = new CopyOnWriteArrayList<>();

  /** Questions that nobody answers but the test. */
  final BlockingQueue<ChaincodeMessage> held = new LinkedBlockingQueue<>();

  final CompletableFuture<String> registered = new CompletableFuture<>();
  final CompletableFuture<String> ended = new CompletableFuture<>();
  volatile boolean holds;
  volatile String fault;

  private final Map<Transaction, CompletableFuture<ChaincodeMessage>> calls =
      new ConcurrentHashMap<>();
  private final ManagedChannel connection;
  // The first message may come before the call that opens the stream has returned
  private final CompletableFuture<StreamObserver<ChaincodeMessage>> chaincode =
      new CompletableFuture<>();

  private FakePeer(ManagedChannel connection, ChaincodeAdditionalParams offer) {
    this.connection = connection;
    chaincode.complete(ChaincodeGrpc.newStub(connection).connect(new Receiver(offer)));
  }

  static ChaincodeAdditionalParams batches(int reads, int writes) {
    return ChaincodeAdditionalParams.newBuilder()
        .setUseGetMultipleKeys(true)
        .setMaxSizeGetMultipleKeys(reads)
        .setUseWriteBatch(true)
        .setMaxSizeWriteBatch(writes)
        .build();
  }

  /** Connects in plain text. */
  static FakePeer connect(int port, ChaincodeAdditionalParams offer) {
    return new FakePeer(builder(port).usePlaintext().build(), offer);
  }

  static FakePeer connect(int port, SslContext tls) {
    return new FakePeer(builder(port).sslContext(tls).build(), batches(1000, 1000));
  }

  private static NettyChannelBuilder builder(int port) {
    return NettyChannelBuilder.forAddress("localhost", port).maxInboundMessageSize(100 << 20);
  }

  private final class Receiver implements StreamObserver<ChaincodeMessage> {
    private final ChaincodeAdditionalParams offer;

    Receiver(ChaincodeAdditionalParams offer) {
      this.offer = offer;
    }

    @Override
    public void onNext(ChaincodeMessage message) {
      try {
        receive(message);
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    private void receive(ChaincodeMessage message) throws InvalidProtocolBufferException {
      if (message.getType() == Type.REGISTER) {
        send(ChaincodeMessage.newBuilder().setType(Type.REGISTERED).build());
        send(
            ChaincodeMessage.newBuilder()
                .setType(Type.READY)
                .setPayload(offer.toByteString())
                .build());
        registered.complete(ChaincodeID.parseFrom(message.getPayload()).getName());
        return;
      }
      received.add(message);
      switch (message.getType()) {
        case COMPLETED, ERROR -> calls.remove(Transaction.of(message)).complete(message);
        default -> {
          if (holds) {
            held.add(message);
          } else {
            answer(message);
          }
        }
      }
    }

    @Override
    public void onError(Throwable cause) {
      registered.completeExceptionally(cause);
      ended.complete(cause.toString());
    }

    @Override
    public void onCompleted() {
      ended.complete("completed");
    }
  }

  /** Answers a question as Fabric's handler does. */
  void answer(ChaincodeMessage question) throws InvalidProtocolBufferException {
    var answer =
        ChaincodeMessage.newBuilder()
            .setType(Type.RESPONSE)
            .setTxid(question.getTxid())
            .setChannelId(question.getChannelId());
    if (fault != null) {
      send(answer.setType(Type.ERROR).setPayload(ByteString.copyFromUtf8(fault)).build());
      return;
    }
    send(answer.setPayload(answerTo(question)).build());
  }

  private ByteString answerTo(ChaincodeMessage question) throws InvalidProtocolBufferException {
    ByteString payload = question.getPayload();
    switch (question.getType()) {
      case GET_STATE -> {
        return value(GetState.parseFrom(payload).getKey());
      }
      case GET_STATE_MULTIPLE -> {
        var values = GetStateMultipleResult.newBuilder();
        GetStateMultiple.parseFrom(payload)
            .getKeysList()
            .forEach(key -> values.addValues(value(key)));
        return values.build().toByteString();
      }
      case PUT_STATE -> {
        var put = PutState.parseFrom(payload);
        written.add(put.getKey() + "=" + put.getValue().toStringUtf8());
      }
      case WRITE_BATCH_STATE ->
          WriteBatchState.parseFrom(payload)
              .getRecList()
              .forEach(
                  record -> written.add(record.getKey() + "=" + record.getValue().toStringUtf8()));
      default -> throw new AssertionError("a question of type " + question.getType());
    }
    return ByteString.EMPTY;
  }

  private ByteString value(String key) {
    byte[] value = state.get(key);
    return value == null ? ByteString.EMPTY : ByteString.copyFrom(value);
  }

  void put(String key, String value) {
    state.put(key, value.getBytes(StandardCharsets.UTF_8));
  }

  CompletableFuture<ChaincodeMessage> call(String id, String... arguments) {
    return call(Type.TRANSACTION, "channel", id, arguments);
  }

  CompletableFuture<ChaincodeMessage> call(
      Type type, String channel, String id, String... arguments) {
    var answer = new CompletableFuture<ChaincodeMessage>();
    calls.put(new Transaction(channel, id), answer);
    var input = ChaincodeInput.newBuilder();
    Stream.of(arguments).map(ByteString::copyFromUtf8).forEach(input::addArgs);
    send(
        ChaincodeMessage.newBuilder()
            .setType(type)
            .setChannelId(channel)
            .setTxid(id)
            .setProposal(proposal(channel, id))
            .setPayload(input.build().toByteString())
            .build());
    return answer;
  }

  /** A transaction whose payload is no protobuf message. */
  CompletableFuture<ChaincodeMessage> callUnreadable(String id) {
    var answer = new CompletableFuture<ChaincodeMessage>();
    calls.put(new Transaction("channel", id), answer);
    send(
        new Transaction("channel", id)
            .message(Type.TRANSACTION)
            .setPayload(ByteString.copyFrom(new byte[] {(byte) 0xff}))
            .build());
    return answer;
  }

  private static SignedProposal proposal(String channel, String id) {
    var header =
        Header.newBuilder()
            .setChannelHeader(
                ChannelHeader.newBuilder()
                    .setChannelId(channel)
                    .setTxId(id)
                    .setTimestamp(
                        Timestamp.newBuilder()
                            .setSeconds(TIMESTAMP.getEpochSecond())
                            .setNanos(TIMESTAMP.getNano()))
                    .build()
                    .toByteString())
            .setSignatureHeader(
                SignatureHeader.newBuilder()
                    .setCreator(ByteString.copyFrom(CREATOR))
                    .build()
                    .toByteString())
            .build();
    return SignedProposal.newBuilder()
        .setProposalBytes(
            Proposal.newBuilder().setHeader(header.toByteString()).build().toByteString())
        .build();
  }

  void send(ChaincodeMessage message) {
    synchronized (connection) {
      chaincode.join().onNext(message);
    }
  }

  /** The types of all that came, without those that end calls. */
  List<Type> questions() {
    var types = new ArrayList<>(received.stream().map(ChaincodeMessage::getType).toList());
    types.removeAll(List.of(Type.COMPLETED, Type.ERROR));
    return types;
  }

  ChaincodeMessage nextHeld() throws InterruptedException {
    ChaincodeMessage question = held.poll(SOON.toSeconds(), TimeUnit.SECONDS);
    if (question == null) {
      throw new AssertionError("no question came");
    }
    return question;
  }

  /** Ends the stream as a peer does that stops: the connection goes. */
  @Override
  public void close() {
    connection.shutdownNow();
  }
}
