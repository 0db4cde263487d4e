package jp.sanchi.chaincode.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage.Type;

/**
 * One peer's stream, from REGISTER to its end. The peer sends transactions of all channels and
 * answers to their questions, each with its channel and transaction id; a transaction ends with
 * COMPLETED or ERROR. Whoever is cut off connects anew: that is the peer's business.
 */
final class PeerStream implements StreamObserver<ChaincodeMessage> {
  private static final Logger LOG = System.getLogger(PeerStream.class.getName());

  private final StreamObserver<ChaincodeMessage> peer;
  private final Contract contract;
  private final Executor workers;
  private final Map<Transaction, StreamCall> running = new ConcurrentHashMap<>();
  private volatile Batches batches = Batches.NONE;
  // Guards the sending side, which takes one message at a time
  private final Object sending = new Object();
  private boolean closed;

  PeerStream(
      String chaincodeId,
      Contract contract,
      Executor workers,
      StreamObserver<ChaincodeMessage> peer) {
    this.peer = peer;
    this.contract = contract;
    this.workers = workers;
    send(
        ChaincodeMessage.newBuilder()
            .setType(Type.REGISTER)
            .setPayload(ChaincodeID.newBuilder().setName(chaincodeId).build().toByteString())
            .build());
  }

  Batches batches() {
    return batches;
  }

  @Override
  public void onNext(ChaincodeMessage message) {
    switch (message.getType()) {
      case READY -> ready(message.getPayload());
      case INIT, TRANSACTION -> begin(message);
      case RESPONSE, ERROR -> answer(message);
      case REGISTERED, KEEPALIVE -> {}
      default -> LOG.log(Level.WARNING, "the peer sent {0}, which is unknown", message.getType());
    }
  }

  private void ready(ByteString offer) {
    try {
      batches = Batches.of(offer);
    } catch (InvalidProtocolBufferException e) {
      LOG.log(Level.WARNING, "the peer's READY can't be read; state goes key by key", e);
    }
  }

  private void begin(ChaincodeMessage message) {
    Transaction transaction = Transaction.of(message);
    StreamCall call;
    try {
      call = new StreamCall(this, transaction, message);
    } catch (InvalidProtocolBufferException e) {
      fail(transaction, "the transaction can't be read: " + e.getMessage());
      return;
    }
    StreamCall earlier = running.putIfAbsent(transaction, call);
    if (earlier != null) {
      // The peer gave the earlier one up, or it would not send another of that id; nothing says to
      // which of the two an answer belongs, so neither may go on
      earlier.abandon();
      fail(transaction, "an earlier call of this transaction still runs");
      return;
    }
    try {
      workers.execute(() -> run(call));
    } catch (RejectedExecutionException e) {
      running.remove(transaction);
      fail(transaction, "the chaincode is busy or stops");
    }
  }

  private void answer(ChaincodeMessage message) {
    StreamCall call = running.get(Transaction.of(message));
    if (call != null) {
      call.answer(message);
    }
  }

  private void run(StreamCall call) {
    ChaincodeMessage last = conclude(call);
    // From the last message on, the peer may use the id again
    running.remove(call.transaction());
    if (!call.abandoned()) {
      send(last);
    }
  }

  private ChaincodeMessage conclude(StreamCall call) {
    try {
      Response response = contract.invoke(call);
      if (!response.refused()) {
        call.flush();
      }
      return completed(call.transaction(), response);
    } catch (StateUnavailable e) {
      return error(call.transaction(), e.getMessage());
    } catch (Throwable e) {
      LOG.log(Level.ERROR, "transaction " + call.transactionId() + " failed", e);
      return completed(call.transaction(), Response.refused(500, "the chaincode failed"));
    }
  }

  private static ChaincodeMessage completed(Transaction transaction, Response response) {
    return transaction
        .message(Type.COMPLETED)
        .setPayload(
            org.hyperledger.fabric.protos.peer.Response.newBuilder()
                .setStatus(response.status())
                .setMessage(response.message())
                .setPayload(ByteString.copyFrom(response.payload()))
                .build()
                .toByteString())
        .build();
  }

  private void fail(Transaction transaction, String reason) {
    send(error(transaction, reason));
  }

  private static ChaincodeMessage error(Transaction transaction, String reason) {
    return transaction.message(Type.ERROR).setPayload(ByteString.copyFromUtf8(reason)).build();
  }

  void send(ChaincodeMessage message) {
    synchronized (sending) {
      if (!closed) {
        peer.onNext(message);
      }
    }
  }

  @Override
  public void onCompleted() {
    close();
  }

  @Override
  public void onError(Throwable cut) {
    close();
  }

  /** Ends the stream; calls that still run are answered by nobody. */
  void close() {
    synchronized (sending) {
      if (!closed) {
        closed = true;
        peer.onCompleted();
      }
    }
    running.values().forEach(StreamCall::cutOff);
  }
}
