package jp.sanchi.server.ledger;

import java.util.List;

/**
 * What members' peers answered and signed.
 *
 * @param payload Fabric's {@code peer.ProposalResponsePayload} in protobuf: the bytes that are
 *     signed, each time followed by the endorser
 * @param endorsements of distinct members, ascending by MSP id
 */
public record EndorsedAnswer(byte[] payload, List<Endorsement> endorsements) {
  public EndorsedAnswer {
    endorsements = List.copyOf(endorsements);
  }

  /**
   * One peer's signature.
   *
   * @param endorser Fabric's {@code msp.SerializedIdentity} in protobuf
   * @param signature ECDSA P-256 with SHA-256 over payload ‖ endorser, DER, low s
   */
  public record Endorsement(byte[] endorser, byte[] signature) {}
}
