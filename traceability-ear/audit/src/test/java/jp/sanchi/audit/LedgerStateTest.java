package jp.sanchi.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;
import org.junit.jupiter.api.Test;

class LedgerStateTest {
  private final LedgerState state = new LedgerState();

  private static Version version(long block, long transaction) {
    return Version.newBuilder().setBlockNum(block).setTxNum(transaction).build();
  }

  private static Call.Namespace reads(Version version) {
    KVRead.Builder read = KVRead.newBuilder().setKey("k");
    if (version != null) {
      read.setVersion(version);
    }
    return new Call.Namespace("trace", KVRWSet.newBuilder().addReads(read).build(), List.of());
  }

  private static Call.Namespace writes(String value) {
    KVWrite.Builder write =
        KVWrite.newBuilder().setKey("k").setValue(ByteString.copyFromUtf8(value));
    return new Call.Namespace("trace", KVRWSet.newBuilder().addWrites(write).build(), List.of());
  }

  @Test
  void a_read_is_current_only_with_the_version_of_the_last_write() {
    assertThat(state.current(reads(null))).isTrue();
    assertThat(state.current(reads(version(1, 0)))).isFalse();
    state.apply(writes("a"), version(1, 0));
    state.commit();

    assertThat(state.current(reads(version(1, 0)))).isTrue();
    assertThat(state.current(reads(version(1, 1)))).isFalse();
    assertThat(state.current(reads(null))).isFalse();
  }

  @Test
  void nothing_may_read_what_its_block_wrote_before_not_even_a_deletion() {
    state.apply(writes(""), version(1, 0));

    assertThat(state.value("trace", "k")).isNull();
    assertThat(state.current(reads(null))).isFalse();
    state.commit();
    assertThat(state.current(reads(null))).isTrue();
  }

  @Test
  void a_block_that_is_rolled_back_leaves_nothing() {
    state.apply(writes("a"), version(1, 0));
    state.commit();
    state.apply(writes("b"), version(2, 0));
    assertThat(state.value("trace", "k").bytes().toStringUtf8()).isEqualTo("b");

    state.rollBack();

    assertThat(state.value("trace", "k").bytes().toStringUtf8()).isEqualTo("a");
    assertThat(state.changes()).isEmpty();
  }
}
