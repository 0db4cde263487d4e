package jp.sanchi.chaincode.stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.peer.ChaincodeAdditionalParams;

/**
 * How many keys one message may read and write, as a peer's READY says. Peers before Fabric 3.1 say
 * nothing: they take single keys.
 *
 * @param reads 0: only by GET_STATE
 * @param writes 0: only by PUT_STATE
 */
record Batches(int reads, int writes) {
  static final Batches NONE = new Batches(0, 0);

  // What Fabric's own shims take for a peer that batches and names no limit
  private static final int UNNAMED = 100;

  static Batches of(ByteString ready) throws InvalidProtocolBufferException {
    var offered = ChaincodeAdditionalParams.parseFrom(ready);
    return new Batches(
        limit(offered.getUseGetMultipleKeys(), offered.getMaxSizeGetMultipleKeys()),
        limit(offered.getUseWriteBatch(), offered.getMaxSizeWriteBatch()));
  }

  private static int limit(boolean offered, int unsigned) {
    if (!offered) {
      return 0;
    }
    return unsigned == 0 ? UNNAMED : unsigned < 0 ? Integer.MAX_VALUE : unsigned;
  }

  /** The items in runs of at most so many. */
  static <T> List<List<T>> split(List<T> items, int most) {
    var runs = new ArrayList<List<T>>();
    for (int from = 0; from < items.size(); from += most) {
      runs.add(items.subList(from, (int) Math.min(items.size(), (long) from + most)));
    }
    return runs;
  }
}
