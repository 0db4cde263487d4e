package jp.sanchi.chaincode.stream;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A transaction proposal that a peer executes, and its view of the chaincode's state. */
public interface Call {
  /** The channel's name. */
  String channel();

  /** The transaction's id, as the client chose it. */
  String transactionId();

  /**
   * The proposal's timestamp, as the client's clock said: the same on every peer, but unchecked.
   */
  Instant timestamp();

  /** Who signed the proposal: a serialized identity (protobuf {@code msp.SerializedIdentity}). */
  byte[] creator();

  /** What the chaincode is called with; by convention the first is a function's name. */
  List<byte[]> arguments();

  /**
   * The committed values of these keys, in as few messages as the peer takes. A key without a value
   * is absent from the answer. Writes of this call are not seen. Every key becomes part of the read
   * set, with a value or without.
   *
   * @return in the order of the keys
   * @throws StateUnavailable if the peer did not answer
   */
  Map<String, byte[]> load(Collection<String> keys);

  /**
   * Sets values; the last one of a key counts. They are kept and sent when the call ends, in the
   * order of their keys, unless its answer is a refusal.
   *
   * @throws IllegalArgumentException for an empty key, or an empty value: to a peer it is none
   */
  void put(Map<String, byte[]> writes);
}
