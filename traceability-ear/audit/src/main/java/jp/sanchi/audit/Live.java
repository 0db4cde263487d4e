package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** The members, who can be asked for a statement of how things stand now. */
interface Live {
  /**
   * Has the chaincode's {@code heads} endorsed.
   *
   * @param arguments challenge and subjects, ascending
   * @param mspIds whose peers should; the answer may be of fewer, where some are away
   * @return a transaction's {@code Payload} with the members' endorsements
   */
  ByteString heads(List<String> arguments, Collection<String> mspIds) throws IOException;
}
