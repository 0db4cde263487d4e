package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.history.WorldState;
import jp.sanchi.kernel.ledger.TraceFunctions;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;

/** A call of the trace chaincode once more, over the audited state, by the kernel's rules. */
final class Replay implements WorldState {
  private final LedgerState state;
  private final String chaincode;
  private final SortedMap<String, Version> reads = new TreeMap<>();
  private final SortedMap<String, byte[]> writes = new TreeMap<>();

  private Replay(LedgerState state, String chaincode) {
    this.state = state;
    this.chaincode = chaincode;
  }

  /**
   * Checks that the call answered, read and wrote what the rules say. The state must be the one
   * that the call saw: for a valid transaction that is the state before it.
   *
   * @throws Fault {@code replay_…}
   */
  static void check(LedgerState state, String channel, Call call) {
    Replay replay = new Replay(state, call.chaincode());
    byte[] answer;
    try {
      answer = TraceFunctions.call(replay, channel, call.arguments(), call.time());
    } catch (MalformedEvent e) {
      throw new Fault("replay_answer", "the rules refuse this call: " + e.reason());
    }
    if (call.status() != 200 || !Arrays.equals(answer, call.answer())) {
      throw new Fault("replay_answer", "the chaincode's answer is not what the rules answer");
    }
    KVRWSet expected = replay.set();
    KVRWSet found =
        call.namespaces().stream()
            .filter(namespace -> namespace.name().equals(call.chaincode()))
            .map(Call.Namespace::set)
            .findFirst()
            .orElse(KVRWSet.getDefaultInstance());
    if (!expected.getWritesList().equals(found.getWritesList())) {
      throw new Fault("replay_writes", "the chaincode wrote something else than the rules write");
    }
    if (!expected.toByteString().equals(found.toByteString())) {
      throw new Fault("replay_reads", "the chaincode read something else than the rules read");
    }
  }

  private KVRWSet set() {
    KVRWSet.Builder set = KVRWSet.newBuilder();
    reads.forEach(
        (key, version) -> {
          KVRead.Builder read = KVRead.newBuilder().setKey(key);
          if (version != null) {
            read.setVersion(version);
          }
          set.addReads(read);
        });
    writes.forEach(
        (key, value) ->
            set.addWrites(KVWrite.newBuilder().setKey(key).setValue(ByteString.copyFrom(value))));
    return set.build();
  }

  @Override
  public Map<String, byte[]> load(Collection<String> keys) {
    var values = new HashMap<String, byte[]>();
    for (String key : keys) {
      LedgerState.Value value = state.value(chaincode, key);
      if (value != null) {
        values.put(key, value.bytes().toByteArray());
      }
      reads.put(key, value == null ? null : value.version());
    }
    return values;
  }

  @Override
  public void put(Map<String, byte[]> values) {
    writes.putAll(values);
  }
}
