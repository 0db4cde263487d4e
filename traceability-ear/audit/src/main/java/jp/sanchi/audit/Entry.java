package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import jp.sanchi.audit.Call.Collection;
import jp.sanchi.audit.Call.Namespace;
import jp.sanchi.kernel.proof.P256;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.ledger.rwset.CollectionHashedReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.NsReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEvent;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/**
 * One entry of a block's data, judged in the order in which Fabric's peers do, as far as that needs
 * nothing but the entry and the channel's configuration.
 */
final class Entry {
  private final ByteString envelope;
  private final ChannelConfig config;
  private final String channel;

  private TxValidationCode code = TxValidationCode.VALID;
  private boolean wellFormed;
  private String why;
  private ByteString id;
  private long time;
  private ConfigEnvelope configuration;
  private Call call;
  private final List<String> outdated = new ArrayList<>();
  private final List<Identity> signers = new ArrayList<>();
  private int passedOver;

  private Entry(ByteString envelope, ChannelConfig config, String channel) {
    this.envelope = envelope;
    this.config = config;
    this.channel = channel;
  }

  /**
   * Judges one entry.
   *
   * @param config in force; null for block 0, whose entry must be the first configuration
   */
  static Entry judge(ByteString envelope, ChannelConfig config, String channel) {
    Entry entry = new Entry(envelope, config, channel);
    entry.judge();
    return entry;
  }

  /**
   * Judges a call that nobody has submitted, so that its creator has not signed it.
   *
   * @param payload a {@code Payload}
   */
  static Entry answered(ByteString payload, ChannelConfig config, String channel) {
    Entry entry = new Entry(ByteString.EMPTY, config, channel);
    try {
      Payload read = Strict.read(Payload.parser(), payload);
      ChannelHeader header =
          Strict.read(ChannelHeader.parser(), read.getHeader().getChannelHeader());
      entry.time = milliseconds(header.getTimestamp());
      entry.endorsed(read, header);
      entry.code = TxValidationCode.VALID;
    } catch (Fault e) {
      entry.why = e.detail();
    }
    return entry;
  }

  private void judge() {
    code = TxValidationCode.INVALID_OTHER_REASON;
    try {
      Envelope signed = Strict.read(Envelope.parser(), envelope);
      require(!signed.getPayload().isEmpty(), "without payload");
      require(config == null || !signed.getSignature().isEmpty(), "without signature");
      wellFormed = true;
      code = TxValidationCode.BAD_PAYLOAD;
      Payload payload = Strict.read(Payload.parser(), signed.getPayload());
      code = TxValidationCode.BAD_COMMON_HEADER;
      ChannelHeader header =
          Strict.read(ChannelHeader.parser(), payload.getHeader().getChannelHeader());
      SignatureHeader creation =
          Strict.read(SignatureHeader.parser(), payload.getHeader().getSignatureHeader());
      time = milliseconds(header.getTimestamp());
      require(header.getEpoch() == 0, "an epoch");
      require(creation.getNonce().size() > 0, "no nonce");
      if (config != null) {
        code = TxValidationCode.BAD_CREATOR_SIGNATURE;
        signed(signed, creation);
      }
      switch (header.getType()) {
        case HeaderType.CONFIG_VALUE -> {
          code = TxValidationCode.INVALID_CONFIG_TRANSACTION;
          require(header.getChannelId().equals(channel), "of another channel");
          configuration = Strict.read(ConfigEnvelope.parser(), payload.getData());
        }
        case HeaderType.ENDORSER_TRANSACTION_VALUE -> {
          code = TxValidationCode.BAD_PROPOSAL_TXID;
          require(config != null, "not a configuration");
          byte[] computed =
              Hash.sha256(creation.getNonce().toByteArray(), creation.getCreator().toByteArray());
          require(
              HexFormat.of().formatHex(computed).equals(header.getTxId()),
              "the transaction's id is not the hash of nonce and creator");
          id = ByteString.copyFrom(computed);
          code = TxValidationCode.INVALID_ENDORSER_TRANSACTION;
          endorsed(payload, header);
        }
        default -> {
          code = TxValidationCode.UNSUPPORTED_TX_PAYLOAD;
          throw new Fault("transaction", "of type " + header.getType());
        }
      }
      code = TxValidationCode.VALID;
    } catch (Fault e) {
      why = e.detail();
    }
  }

  private void signed(Envelope signed, SignatureHeader creation) {
    Identity creator = config.identity(creation.getCreator());
    require(
        P256.verifyDer(
            creator.certificate().publicKey(),
            signed.getPayload().toByteArray(),
            signed.getSignature().toByteArray()),
        "the creator's signature is not over this payload");
    used(creator, "creator");
  }

  private void endorsed(Payload payload, ChannelHeader header) {
    Transaction transaction = Strict.read(Transaction.parser(), payload.getData());
    require(transaction.getActionsCount() == 1, "not exactly one action");
    TransactionAction action = transaction.getActions(0);
    // The only header that an honest client repeats here
    require(
        action.getHeader().equals(payload.getHeader().getSignatureHeader()),
        "two signature headers");
    ChaincodeActionPayload called =
        Strict.read(ChaincodeActionPayload.parser(), action.getPayload());
    ByteString answered = called.getAction().getProposalResponsePayload();
    ProposalResponsePayload response = Strict.read(ProposalResponsePayload.parser(), answered);
    byte[] proposal =
        Hash.sha256(
            payload.getHeader().getChannelHeader().toByteArray(),
            action.getHeader().toByteArray(),
            called.getChaincodeProposalPayload().toByteArray());
    require(
        response.getProposalHash().equals(ByteString.copyFrom(proposal)),
        "the answer is to another proposal");
    code = TxValidationCode.TARGET_CHAIN_NOT_FOUND;
    require(header.getChannelId().equals(channel), "of another channel");
    code = TxValidationCode.BAD_HEADER_EXTENSION;
    ChaincodeHeaderExtension extension =
        Strict.read(ChaincodeHeaderExtension.parser(), header.getExtension());
    code = TxValidationCode.BAD_RESPONSE_PAYLOAD;
    ChaincodeAction result = Strict.read(ChaincodeAction.parser(), response.getExtension());
    code = TxValidationCode.BAD_RWSET;
    List<Namespace> namespaces = namespaces(result.getResults());
    code = TxValidationCode.INVALID_CHAINCODE;
    String chaincode = extension.getChaincodeId().getName();
    require(!chaincode.isEmpty(), "no chaincode");
    require(
        chaincode.equals(result.getChaincodeId().getName())
            && !result.getChaincodeId().getVersion().isEmpty(),
        "another chaincode answered");
    code = TxValidationCode.INVALID_OTHER_REASON;
    if (!result.getEvents().isEmpty()) {
      ChaincodeEvent event = Strict.read(ChaincodeEvent.parser(), result.getEvents());
      require(event.getChaincodeId().equals(chaincode), "an event of another chaincode");
    }
    var input =
        Strict.read(
                ChaincodeInvocationSpec.parser(),
                Strict.read(ChaincodeProposalPayload.parser(), called.getChaincodeProposalPayload())
                    .getInput())
            .getChaincodeSpec();
    require(input.getChaincodeId().getName().equals(chaincode), "another chaincode was called");
    call =
        new Call(
            time,
            chaincode,
            input.getInput().getArgsList().stream().map(ByteString::toByteArray).toList(),
            result.getResponse().getStatus(),
            result.getResponse().getPayload().toByteArray(),
            namespaces,
            endorsers(answered, called.getAction().getEndorsementsList()));
  }

  private static List<Namespace> namespaces(ByteString results) {
    TxReadWriteSet sets = Strict.read(TxReadWriteSet.parser(), results);
    require(sets.getDataModel() == TxReadWriteSet.DataModel.KV, "an unknown model of data");
    var namespaces = new ArrayList<Namespace>();
    Set<String> names = new HashSet<>();
    for (NsReadWriteSet set : sets.getNsRwsetList()) {
      require(names.add(set.getNamespace()), "a namespace twice");
      var collections = new ArrayList<Collection>();
      for (CollectionHashedReadWriteSet hashed : set.getCollectionHashedRwsetList()) {
        collections.add(
            new Collection(
                hashed.getCollectionName(),
                Strict.read(HashedRWSet.parser(), hashed.getHashedRwset())));
      }
      namespaces.add(
          new Namespace(
              set.getNamespace(), Strict.read(KVRWSet.parser(), set.getRwset()), collections));
    }
    return namespaces;
  }

  /** Those whose signatures are good; Fabric passes over others. */
  private List<Identity> endorsers(ByteString answered, List<Endorsement> endorsements) {
    var endorsers = new ArrayList<Identity>();
    for (Endorsement endorsement : endorsements) {
      try {
        Identity endorser = config.identity(endorsement.getEndorser());
        if (P256.verifyDer(
            endorser.certificate().publicKey(),
            answered.concat(endorsement.getEndorser()).toByteArray(),
            endorsement.getSignature().toByteArray())) {
          endorsers.add(endorser);
          used(endorser, "endorser");
          continue;
        }
      } catch (Fault e) {
        // Nobody whom the configuration knows
      }
      passedOver++;
    }
    return Policies.distinct(endorsers);
  }

  private void used(Identity signer, String as) {
    signers.add(signer);
    if (!signer.validAt(time)) {
      outdated.add("the certificate of the " + as + " of " + signer.mspId());
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new Fault("transaction", otherwise);
    }
  }

  private static long milliseconds(Timestamp timestamp) {
    return timestamp.getSeconds() * 1000 + timestamp.getNanos() / 1_000_000;
  }

  /** VALID as far as judged here. */
  TxValidationCode code() {
    return code;
  }

  /**
   * Whether this is an envelope in its one form. Orderers and peers refuse a block with another:
   * the data hash does not say where one entry ends and the next begins.
   */
  boolean wellFormed() {
    return wellFormed;
  }

  /** In plain English; null if valid. */
  String why() {
    return why;
  }

  /** SHA-256 of nonce and creator; null unless this is a call with that very id. */
  ByteString id() {
    return id;
  }

  /** The timestamp, in ms since 1970; 0 if it can't be read. */
  long time() {
    return time;
  }

  /** Null unless this is a configuration. */
  ConfigEnvelope configuration() {
    return configuration;
  }

  /** Null unless this is a well-formed call. */
  Call call() {
    return call;
  }

  /** Whose certificates were not valid at the timestamp; Fabric does not mind. */
  List<String> outdated() {
    return outdated;
  }

  /** Creator and endorsers whose signatures are good. */
  List<Identity> signers() {
    return signers;
  }

  /** How many endorsements are not good; Fabric passes over them. */
  int passedOver() {
    return passedOver;
  }

  /** Whether the bytes, taken leniently, are a configuration: then nothing else is in its block. */
  static boolean isConfiguration(ByteString envelope) {
    try {
      Payload payload = Payload.parseFrom(Envelope.parseFrom(envelope).getPayload());
      return ChannelHeader.parseFrom(payload.getHeader().getChannelHeader()).getType()
          == HeaderType.CONFIG_VALUE;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }
}
