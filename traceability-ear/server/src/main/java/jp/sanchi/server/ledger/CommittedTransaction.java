package jp.sanchi.server.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * The transaction that brought an event to the ledger, for people who look: read from its block,
 * nothing in it is checked here.
 *
 * @param id Fabric's, 64 hexadecimal digits
 * @param channel its name
 * @param creator MSP id of who submitted it
 * @param endorsers MSP ids and PEM certificates of the peers that endorsed it
 * @param block its number
 * @param header the block's header as it is hashed and signed: DER of number, previous hash and
 *     data hash
 * @param hash of that header
 * @param previousHash the header's
 * @param dataHash the header's
 * @param ordererSignatures how many signatures of orderers the block carries
 */
public record CommittedTransaction(
    String id,
    String channel,
    String creator,
    List<Endorser> endorsers,
    long block,
    byte[] header,
    byte[] hash,
    byte[] previousHash,
    byte[] dataHash,
    int ordererSignatures) {

  /** A peer that signed the result. */
  public record Endorser(String mspId, String certificate) {}

  /**
   * Finds the transaction of an event.
   *
   * @param block Fabric's {@code common.Block}
   * @param jws the event, compact
   * @return null if the block has none with it
   * @throws IllegalStateException if it is no block
   */
  public static CommittedTransaction of(byte[] block, String jws) {
    try {
      Block read = Block.parseFrom(block);
      ByteString valid =
          read.getMetadata().getMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE);
      for (int i = 0; i < read.getData().getDataCount(); i++) {
        Payload payload =
            Payload.parseFrom(Envelope.parseFrom(read.getData().getData(i)).getPayload());
        ChannelHeader channel = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
        if (channel.getType() == HeaderType.ENDORSER_TRANSACTION_VALUE
            && valid.byteAt(i) == TxValidationCode.VALID_VALUE
            && appends(payload, jws)) {
          return of(read, payload);
        }
      }
      return null;
    } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
      throw new IllegalStateException("not a block of Fabric", e);
    }
  }

  private static boolean appends(Payload payload, String jws)
      throws InvalidProtocolBufferException {
    for (TransactionAction action : Transaction.parseFrom(payload.getData()).getActionsList()) {
      var call = Blocks.call(ChaincodeActionPayload.parseFrom(action.getPayload()));
      List<String> batch = Blocks.batch(call.getInput());
      if (batch != null && batch.contains(jws)) {
        return true;
      }
    }
    return false;
  }

  private static CommittedTransaction of(Block block, Payload payload)
      throws InvalidProtocolBufferException {
    Header header = payload.getHeader();
    ChannelHeader channel = ChannelHeader.parseFrom(header.getChannelHeader());
    SignatureHeader signature = SignatureHeader.parseFrom(header.getSignatureHeader());
    List<Endorser> endorsers = new ArrayList<>();
    for (TransactionAction action : Transaction.parseFrom(payload.getData()).getActionsList()) {
      for (Endorsement endorsement :
          ChaincodeActionPayload.parseFrom(action.getPayload()).getAction().getEndorsementsList()) {
        SerializedIdentity peer = SerializedIdentity.parseFrom(endorsement.getEndorser());
        endorsers.add(new Endorser(peer.getMspid(), peer.getIdBytes().toStringUtf8()));
      }
    }
    BlockHeader of = block.getHeader();
    Metadata signatures =
        Metadata.parseFrom(block.getMetadata().getMetadata(BlockMetadataIndex.SIGNATURES_VALUE));
    return new CommittedTransaction(
        channel.getTxId(),
        channel.getChannelId(),
        SerializedIdentity.parseFrom(signature.getCreator()).getMspid(),
        List.copyOf(endorsers),
        of.getNumber(),
        Blocks.encoded(of),
        Blocks.hash(of),
        of.getPreviousHash().toByteArray(),
        of.getDataHash().toByteArray(),
        signatures.getSignaturesCount());
  }
}
