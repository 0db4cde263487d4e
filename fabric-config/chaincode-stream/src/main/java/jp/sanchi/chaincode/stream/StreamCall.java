package jp.sanchi.chaincode.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.hyperledger.fabric.protos.peer.GetState;
import org.hyperledger.fabric.protos.peer.GetStateMultiple;
import org.hyperledger.fabric.protos.peer.GetStateMultipleResult;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.PutState;
import org.hyperledger.fabric.protos.peer.WriteBatchState;
import org.hyperledger.fabric.protos.peer.WriteRecord;

/** One call on a stream. It has at most one question open, since peers drop a second one. */
final class StreamCall implements Call {
  private final PeerStream stream;
  private final Transaction transaction;
  private final ChaincodeInput input;
  private final ChannelHeader channelHeader;
  private final SignatureHeader signatureHeader;
  private final SortedMap<String, byte[]> writes = new TreeMap<>();
  private final Object asking = new Object();
  // Null while no question is open
  private CompletableFuture<ChaincodeMessage> answer;
  // Why this call can't succeed any more; null while it can
  private String failure;
  private boolean abandoned;

  StreamCall(PeerStream stream, Transaction transaction, ChaincodeMessage message)
      throws InvalidProtocolBufferException {
    this.stream = stream;
    this.transaction = transaction;
    this.input = ChaincodeInput.parseFrom(message.getPayload());
    Header header =
        Header.parseFrom(Proposal.parseFrom(message.getProposal().getProposalBytes()).getHeader());
    this.channelHeader = ChannelHeader.parseFrom(header.getChannelHeader());
    this.signatureHeader = SignatureHeader.parseFrom(header.getSignatureHeader());
  }

  Transaction transaction() {
    return transaction;
  }

  @Override
  public String channel() {
    return transaction.channel();
  }

  @Override
  public String transactionId() {
    return transaction.id();
  }

  @Override
  public Instant timestamp() {
    var timestamp = channelHeader.getTimestamp();
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  @Override
  public byte[] creator() {
    return signatureHeader.getCreator().toByteArray();
  }

  @Override
  public List<byte[]> arguments() {
    return input.getArgsList().stream().map(ByteString::toByteArray).toList();
  }

  @Override
  public Map<String, byte[]> load(Collection<String> keys) {
    List<String> distinct = List.copyOf(new LinkedHashSet<>(keys));
    var values = new LinkedHashMap<String, byte[]>();
    int most = stream.batches().reads();
    if (most == 0) {
      for (String key : distinct) {
        take(values, key, ask(ChaincodeMessage.Type.GET_STATE, getState(key)));
      }
    } else {
      for (List<String> run : Batches.split(distinct, most)) {
        List<ByteString> found = loadTogether(run);
        for (int i = 0; i < run.size(); i++) {
          take(values, run.get(i), found.get(i));
        }
      }
    }
    return values;
  }

  private static void take(Map<String, byte[]> values, String key, ByteString value) {
    // A peer tells no value and an empty one alike
    if (!value.isEmpty()) {
      values.put(key, value.toByteArray());
    }
  }

  private static ByteString getState(String key) {
    return GetState.newBuilder().setKey(key).build().toByteString();
  }

  private List<ByteString> loadTogether(List<String> keys) {
    ByteString answer =
        ask(
            ChaincodeMessage.Type.GET_STATE_MULTIPLE,
            GetStateMultiple.newBuilder().addAllKeys(keys).build().toByteString());
    List<ByteString> values;
    try {
      values = GetStateMultipleResult.parseFrom(answer).getValuesList();
    } catch (InvalidProtocolBufferException e) {
      throw new StateUnavailable("the peer's answer can't be read: " + e.getMessage());
    }
    if (values.size() != keys.size()) {
      throw new StateUnavailable(
          "the peer answered %d values for %d keys".formatted(values.size(), keys.size()));
    }
    return values;
  }

  @Override
  public void put(Map<String, byte[]> writes) {
    writes.forEach(
        (key, value) -> {
          if (key.isEmpty() || value.length == 0) {
            throw new IllegalArgumentException("an empty key or value: " + key);
          }
        });
    synchronized (this.writes) {
      this.writes.putAll(writes);
    }
  }

  /**
   * Sends what was put.
   *
   * @throws StateUnavailable also if an earlier question failed, even if the contract went on
   */
  void flush() {
    requireWhole();
    List<WriteRecord> records;
    synchronized (writes) {
      records =
          writes.entrySet().stream()
              .map(write -> record(write.getKey(), write.getValue()))
              .toList();
    }
    int most = stream.batches().writes();
    if (most == 0) {
      records.forEach(write -> ask(ChaincodeMessage.Type.PUT_STATE, putState(write)));
      return;
    }
    for (List<WriteRecord> run : Batches.split(records, most)) {
      ask(
          ChaincodeMessage.Type.WRITE_BATCH_STATE,
          WriteBatchState.newBuilder().addAllRec(run).build().toByteString());
    }
  }

  private static WriteRecord record(String key, byte[] value) {
    return WriteRecord.newBuilder()
        .setType(WriteRecord.Type.PUT_STATE)
        .setKey(key)
        .setValue(ByteString.copyFrom(value))
        .build();
  }

  private static ByteString putState(WriteRecord write) {
    return PutState.newBuilder()
        .setKey(write.getKey())
        .setValue(write.getValue())
        .build()
        .toByteString();
  }

  private ByteString ask(ChaincodeMessage.Type type, ByteString question) {
    synchronized (asking) {
      var expected = new CompletableFuture<ChaincodeMessage>();
      synchronized (this) {
        requireWhole();
        answer = expected;
      }
      stream.send(transaction.message(type).setPayload(question).build());
      ChaincodeMessage message = await(expected);
      if (message.getType() == ChaincodeMessage.Type.ERROR) {
        fail(message.getPayload().toStringUtf8());
      }
      requireWhole();
      return message.getPayload();
    }
  }

  private ChaincodeMessage await(CompletableFuture<ChaincodeMessage> expected) {
    try {
      return expected.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("the chaincode stops");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return ChaincodeMessage.getDefaultInstance();
  }

  private synchronized void requireWhole() {
    if (failure != null) {
      throw new StateUnavailable(failure);
    }
  }

  private synchronized void fail(String reason) {
    if (failure == null) {
      failure = reason;
    }
  }

  /** Takes the peer's answer; drops it if nothing was asked. */
  void answer(ChaincodeMessage message) {
    CompletableFuture<ChaincodeMessage> expected;
    synchronized (this) {
      expected = answer;
      answer = null;
    }
    if (expected != null) {
      expected.complete(message);
    }
  }

  /** The stream has ended: no question will be answered any more. */
  void cutOff() {
    fail("the stream has ended");
    answer(ChaincodeMessage.getDefaultInstance());
  }

  /** The peer has given this transaction up: nothing more is said of it. */
  synchronized void abandon() {
    fail("the peer has abandoned the transaction");
    abandoned = true;
  }

  synchronized boolean abandoned() {
    return abandoned;
  }
}
