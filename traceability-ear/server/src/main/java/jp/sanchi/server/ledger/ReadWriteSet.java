package jp.sanchi.server.ledger;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;

/** What a call read and wrote, each key once, ascending. */
final class ReadWriteSet {
  private final SortedMap<String, Long> reads = new TreeMap<>();
  private final SortedMap<String, byte[]> writes = new TreeMap<>();

  /** {@code block} wrote what was read; null where there was no value. */
  void read(String key, Long block) {
    reads.put(key, block);
  }

  void write(Map<String, byte[]> values) {
    writes.putAll(values);
  }

  SortedMap<String, byte[]> writes() {
    return writes;
  }

  /** Fabric's {@code TxReadWriteSet}. */
  ByteString encoded() {
    KVRWSet.Builder set = KVRWSet.newBuilder();
    reads.forEach(
        (key, block) -> {
          KVRead.Builder read = KVRead.newBuilder().setKey(key);
          if (block != null) {
            // A block of this ledger has one transaction: number 0
            read.setVersion(Version.newBuilder().setBlockNum(block));
          }
          set.addReads(read);
        });
    writes.forEach(
        (key, value) ->
            set.addWrites(KVWrite.newBuilder().setKey(key).setValue(ByteString.copyFrom(value))));
    return TxReadWriteSet.newBuilder()
        .setDataModel(TxReadWriteSet.DataModel.KV)
        .addNsRwset(
            NsReadWriteSet.newBuilder()
                .setNamespace(Invocation.CHAINCODE)
                .setRwset(set.build().toByteString()))
        .build()
        .toByteString();
  }
}
