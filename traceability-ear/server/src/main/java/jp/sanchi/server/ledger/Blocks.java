package jp.sanchi.server.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.ledger.AppendAnswer;
import jp.sanchi.kernel.ledger.TraceFunctions;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** Fabric's blocks: how they are chained, and what they hold for Sanchi. */
final class Blocks {
  private Blocks() {}

  /**
   * The block after the one with this header hash, with one valid transaction. Block 0 is unsigned,
   * as Fabric's is; the header hash in block 1 binds it.
   *
   * @param previousHash empty for block 0
   * @param envelope an {@code Envelope}
   */
  static Block of(long number, byte[] previousHash, ByteString envelope, LocalOrderers orderers) {
    BlockHeader header =
        BlockHeader.newBuilder()
            .setNumber(number)
            .setPreviousHash(ByteString.copyFrom(previousHash))
            .setDataHash(ByteString.copyFrom(Invocation.sha256(envelope.toByteArray())))
            .build();
    // Block 0 holds the only configuration
    ByteString value =
        OrdererBlockMetadata.newBuilder()
            .setLastConfig(LastConfig.getDefaultInstance())
            .build()
            .toByteString();
    Metadata.Builder signatures = Metadata.newBuilder().setValue(value);
    if (number > 0) {
      signatures.addAllSignatures(orderers.sign(value.toByteArray(), encoded(header)));
    }
    ByteString[] metadata = new ByteString[BlockMetadataIndex.values().length - 1];
    Arrays.fill(metadata, ByteString.EMPTY);
    metadata[BlockMetadataIndex.SIGNATURES_VALUE] = signatures.build().toByteString();
    metadata[BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE] =
        ByteString.copyFrom(new byte[] {TxValidationCode.VALID_VALUE});
    return Block.newBuilder()
        .setHeader(header)
        .setData(BlockData.newBuilder().addData(envelope))
        .setMetadata(BlockMetadata.newBuilder().addAllMetadata(List.of(metadata)))
        .build();
  }

  static byte[] hash(BlockHeader header) {
    return Invocation.sha256(encoded(header));
  }

  /** The DER of number, previous hash and data hash: what is hashed and signed. */
  static byte[] encoded(BlockHeader header) {
    ASN1Encodable[] fields = {
      new ASN1Integer(new BigInteger(Long.toUnsignedString(header.getNumber()))),
      new DEROctetString(header.getPreviousHash().toByteArray()),
      new DEROctetString(header.getDataHash().toByteArray())
    };
    try {
      return new DERSequence(fields).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What a block's valid transactions did.
   *
   * @param appended the events that became part of their histories
   * @param writes to the trace chaincode's state, the last value of each key
   */
  record Contents(LedgerBlock appended, SortedMap<String, byte[]> writes) {}

  /**
   * The events that a block's valid transactions appended. Takes any Fabric block of a channel that
   * runs the trace chaincode.
   *
   * @param chaincode its name
   * @throws IllegalStateException if it is no such block
   */
  static LedgerBlock read(byte[] bytes, String chaincode, ParsedEvents parsed) {
    try {
      return read(Block.parseFrom(bytes), chaincode, parsed).appended();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("not a block of Fabric", e);
    }
  }

  /** As {@link #read(byte[], String, ParsedEvents)}, and what they wrote. */
  static Contents read(Block block, String chaincode, ParsedEvents parsed) {
    try {
      ByteString filter =
          block.getMetadata().getMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE);
      var events = new ArrayList<CommittedEvent>();
      var writes = new TreeMap<String, byte[]>();
      long time = 0;
      for (int i = 0; i < block.getData().getDataCount(); i++) {
        Payload payload =
            Payload.parseFrom(Envelope.parseFrom(block.getData().getData(i)).getPayload());
        ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
        time = milliseconds(header.getTimestamp());
        if (header.getType() == HeaderType.ENDORSER_TRANSACTION_VALUE
            && filter.byteAt(i) == TxValidationCode.VALID_VALUE) {
          for (TransactionAction action :
              Transaction.parseFrom(payload.getData()).getActionsList()) {
            ChaincodeActionPayload done = ChaincodeActionPayload.parseFrom(action.getPayload());
            ChaincodeAction result = result(done);
            appended(done, result, chaincode, time, events, parsed);
            written(result, chaincode, writes);
          }
        }
      }
      return new Contents(new LedgerBlock(block.getHeader().getNumber(), time, events), writes);
    } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
      throw new IllegalStateException("not a block of Fabric", e);
    }
  }

  private static void written(
      ChaincodeAction result, String chaincode, SortedMap<String, byte[]> writes)
      throws InvalidProtocolBufferException {
    for (NsReadWriteSet set : TxReadWriteSet.parseFrom(result.getResults()).getNsRwsetList()) {
      if (set.getNamespace().equals(chaincode)) {
        for (KVWrite write : KVRWSet.parseFrom(set.getRwset()).getWritesList()) {
          // The trace chaincode never deletes
          writes.put(write.getKey(), write.getValue().toByteArray());
        }
      }
    }
  }

  private static ChaincodeAction result(ChaincodeActionPayload payload)
      throws InvalidProtocolBufferException {
    ByteString response = payload.getAction().getProposalResponsePayload();
    return ChaincodeAction.parseFrom(ProposalResponsePayload.parseFrom(response).getExtension());
  }

  private static void appended(
      ChaincodeActionPayload payload,
      ChaincodeAction result,
      String chaincode,
      long time,
      List<CommittedEvent> events,
      ParsedEvents parsed)
      throws InvalidProtocolBufferException {
    ChaincodeSpec call = call(payload);
    List<String> batch =
        call.getChaincodeId().getName().equals(chaincode) ? batch(call.getInput()) : null;
    if (batch == null) {
      return;
    }
    ByteString answer = result.getResponse().getPayload();
    List<Outcome> outcomes =
        AppendAnswer.read(answer.toByteArray(), batch, time, parsed::readKnown);
    for (int i = 0; i < batch.size(); i++) {
      if (outcomes.get(i) instanceof Accepted accepted && !accepted.repeated()) {
        events.add(
            new CommittedEvent(
                batch.get(i), accepted.eventId(), accepted.recordTime(), accepted.subjects()));
      }
    }
  }

  /** What a transaction called. */
  static ChaincodeSpec call(ChaincodeActionPayload payload) throws InvalidProtocolBufferException {
    ChaincodeProposalPayload proposal =
        ChaincodeProposalPayload.parseFrom(payload.getChaincodeProposalPayload());
    return ChaincodeInvocationSpec.parseFrom(proposal.getInput()).getChaincodeSpec();
  }

  /** The compact JWSs that a call of the trace chaincode appends, or null. */
  static List<String> batch(ChaincodeInput call) {
    return TraceFunctions.batch(call.getArgsList().stream().map(ByteString::toByteArray).toList());
  }

  private static long milliseconds(Timestamp timestamp) {
    return timestamp.getSeconds() * 1000 + timestamp.getNanos() / 1_000_000;
  }
}
