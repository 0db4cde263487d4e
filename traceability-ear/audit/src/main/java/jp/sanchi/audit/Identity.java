package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.util.Set;
import jp.sanchi.kernel.proof.X509;

/**
 * Who signs, once its member's MSP has vouched for it.
 *
 * @param serialized Fabric's {@code SerializedIdentity} in protobuf
 * @param roles Fabric's words: client, peer, admin, orderer
 * @param notBefore first instant, in ms since 1970, at which all certificates in the path are valid
 * @param notAfter last such instant
 */
record Identity(
    ByteString serialized,
    String mspId,
    X509 certificate,
    Set<String> roles,
    long notBefore,
    long notAfter) {
  Identity {
    roles = Set.copyOf(roles);
  }

  boolean validAt(long ms) {
    return notBefore <= ms && ms <= notAfter;
  }
}
