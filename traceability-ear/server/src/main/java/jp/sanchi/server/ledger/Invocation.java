package jp.sanchi.server.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;

/**
 * One call of the chaincode, from proposal to transaction, in the bytes that Fabric's client, peers
 * and committers exchange.
 */
final class Invocation {
  static final String CHANNEL = "trace";
  static final String CHAINCODE = "trace";

  private static final int SUCCESS = 200;
  private static final ChaincodeID CHAINCODE_NAME =
      ChaincodeID.newBuilder().setName(CHAINCODE).build();
  private static final ChaincodeID CHAINCODE_ID =
      ChaincodeID.newBuilder().setName(CHAINCODE).setVersion("1").build();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final LocalIdentity client;
  private final ByteString channelHeader;
  private final ByteString signatureHeader;
  private final ByteString proposal;

  /**
   * A proposal.
   *
   * @param time its timestamp, in ms since 1970
   * @param call the function's name and what it is called with
   */
  Invocation(LocalIdentity client, long time, List<byte[]> call) {
    this.client = client;
    byte[] nonce = new byte[24];
    RANDOM.nextBytes(nonce);
    byte[] creator = client.serialized();
    this.signatureHeader =
        SignatureHeader.newBuilder()
            .setCreator(ByteString.copyFrom(creator))
            .setNonce(ByteString.copyFrom(nonce))
            .build()
            .toByteString();
    this.channelHeader =
        ChannelHeader.newBuilder()
            .setType(HeaderType.ENDORSER_TRANSACTION_VALUE)
            .setTimestamp(timestamp(time))
            .setChannelId(CHANNEL)
            .setTxId(HexFormat.of().formatHex(sha256(nonce, creator)))
            .setExtension(
                ChaincodeHeaderExtension.newBuilder()
                    .setChaincodeId(CHAINCODE_NAME)
                    .build()
                    .toByteString())
            .build()
            .toByteString();
    ChaincodeInput.Builder input = ChaincodeInput.newBuilder();
    for (byte[] argument : call) {
      input.addArgs(ByteString.copyFrom(argument));
    }
    ChaincodeSpec spec =
        ChaincodeSpec.newBuilder().setChaincodeId(CHAINCODE_NAME).setInput(input).build();
    this.proposal =
        ChaincodeProposalPayload.newBuilder()
            .setInput(
                ChaincodeInvocationSpec.newBuilder().setChaincodeSpec(spec).build().toByteString())
            .build()
            .toByteString();
  }

  /**
   * What peers sign of a successful call: {@code ProposalResponsePayload}.
   *
   * @param answer what the chaincode returned
   */
  byte[] response(ReadWriteSet results, byte[] answer) {
    ChaincodeAction action =
        ChaincodeAction.newBuilder()
            .setResults(results.encoded())
            .setResponse(
                Response.newBuilder().setStatus(SUCCESS).setPayload(ByteString.copyFrom(answer)))
            .setChaincodeId(CHAINCODE_ID)
            .build();
    return ProposalResponsePayload.newBuilder()
        .setProposalHash(
            ByteString.copyFrom(
                sha256(
                    channelHeader.toByteArray(),
                    signatureHeader.toByteArray(),
                    proposal.toByteArray())))
        .setExtension(action.toByteString())
        .build()
        .toByteArray();
  }

  /** The transaction, an {@code Envelope} that the client signs. */
  ByteString transaction(EndorsedAnswer answer) {
    ChaincodeEndorsedAction.Builder endorsed = ChaincodeEndorsedAction.newBuilder();
    endorsed.setProposalResponsePayload(ByteString.copyFrom(answer.payload()));
    for (EndorsedAnswer.Endorsement endorsement : answer.endorsements()) {
      endorsed.addEndorsements(
          Endorsement.newBuilder()
              .setEndorser(ByteString.copyFrom(endorsement.endorser()))
              .setSignature(ByteString.copyFrom(endorsement.signature())));
    }
    TransactionAction action =
        TransactionAction.newBuilder()
            .setHeader(signatureHeader)
            .setPayload(
                ChaincodeActionPayload.newBuilder()
                    .setChaincodeProposalPayload(proposal)
                    .setAction(endorsed)
                    .build()
                    .toByteString())
            .build();
    Header header =
        Header.newBuilder()
            .setChannelHeader(channelHeader)
            .setSignatureHeader(signatureHeader)
            .build();
    ByteString payload =
        Payload.newBuilder()
            .setHeader(header)
            .setData(Transaction.newBuilder().addActions(action).build().toByteString())
            .build()
            .toByteString();
    return Envelope.newBuilder()
        .setPayload(payload)
        .setSignature(ByteString.copyFrom(client.sign(payload.toByteArray())))
        .build()
        .toByteString();
  }

  static Timestamp timestamp(long ms) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(ms, 1000L))
        .setNanos((int) Math.floorMod(ms, 1000L) * 1_000_000)
        .build();
  }

  static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
