package jp.sanchi.kernel.proof;

/**
 * What a peer endorses: Fabric's {@code ProposalResponsePayload} and the {@code ChaincodeAction} in
 * it. An endorsement is a signature over the very bytes that {@link #read} takes, followed by the
 * endorser's {@link SerializedIdentity}.
 *
 * @param proposalHash SHA-256 that binds the answer to its proposal
 * @param status the chaincode's answer; 200 is success
 * @param payload what the chaincode returned
 * @param chaincode the name under which the chaincode is defined on the channel
 * @param chaincodeVersion the version in that definition
 */
record Endorsed(
    byte[] proposalHash, int status, byte[] payload, String chaincode, String chaincodeVersion) {

  /**
   * Reads it strictly.
   *
   * @throws Malformed {@code bad_protobuf}
   */
  static Endorsed read(byte[] proposalResponsePayload) {
    Protobuf.Message outer =
        Protobuf.read(proposalResponsePayload, Protobuf.bytes(1), Protobuf.bytes(2));
    byte[] proposalHash = outer.bytes(1);
    if (proposalHash.length != 32) {
      throw new Malformed("bad_protobuf");
    }
    // results and events stay unread: the verifier relies on the returned payload alone.
    Protobuf.Message action =
        Protobuf.read(
            outer.bytes(2),
            Protobuf.bytes(1),
            Protobuf.bytes(2),
            Protobuf.message(3),
            Protobuf.message(4));
    Protobuf.Message response =
        Protobuf.read(action.bytes(3), Protobuf.varint(1), Protobuf.text(2), Protobuf.bytes(3));
    Protobuf.Message chaincode =
        Protobuf.read(action.bytes(4), Protobuf.text(1), Protobuf.text(2), Protobuf.text(3));
    return new Endorsed(
        proposalHash, response.count(1), response.bytes(3), chaincode.text(2), chaincode.text(3));
  }
}
