package jp.sanchi.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.TrustRoots;
import jp.sanchi.kernel.proof.X509;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.Consenter;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVWrite;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.Endorsement;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;

/** Replays a ledger's blocks as a Fabric peer validates them, from nothing but their bytes. */
final class Chain {
  private final TrustRoots trust;
  private final TreeMap<String, ByteString> state = new TreeMap<>();
  private final TreeMap<String, Version> versions = new TreeMap<>();
  private final Set<String> transactions = new HashSet<>();
  private final Map<Integer, Consenter> orderers = new HashMap<>();

  private Chain(TrustRoots trust) {
    this.trust = trust;
  }

  /** The world state that the blocks add up to. */
  static TreeMap<String, ByteString> replay(Ledger ledger) throws Exception {
    Chain chain = new Chain(TrustRoots.read(ledger.trust()));
    byte[] previous = new byte[0];
    long number = 0;
    for (byte[] bytes = ledger.block(0); bytes != null; bytes = ledger.block(number)) {
      Block block = Block.parseFrom(bytes);
      assertThat(block.toByteArray()).isEqualTo(bytes);
      BlockHeader header = block.getHeader();
      assertThat(header.getNumber()).isEqualTo(number);
      assertThat(header.getPreviousHash().toByteArray()).isEqualTo(previous);
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      for (ByteString entry : block.getData().getDataList()) {
        data.writeBytes(entry.toByteArray());
      }
      assertThat(header.getDataHash().toByteArray()).isEqualTo(sha256(data.toByteArray()));
      chain.ordered(block);
      chain.validate(block);
      previous = sha256(der(header));
      number++;
    }
    return chain.state;
  }

  private void configure(ConfigGroup channel) throws Exception {
    if (channel.containsGroups("Orderer")) {
      Orderers mapping =
          Orderers.parseFrom(
              channel.getGroupsOrThrow("Orderer").getValuesOrThrow("Orderers").getValue());
      mapping.getConsenterMappingList().forEach(orderer -> orderers.put(orderer.getId(), orderer));
      assertThat(orderers).containsOnlyKeys(1, 2, 3, 4);
    }
  }

  /** Three of four orderers, as SmartBFT's quorum signs. */
  private void ordered(Block block) throws Exception {
    Metadata metadata =
        Metadata.parseFrom(block.getMetadata().getMetadata(BlockMetadataIndex.SIGNATURES_VALUE));
    if (orderers.isEmpty()) {
      assertThat(metadata.getSignaturesList()).isEmpty();
      return;
    }
    Set<Integer> signers = new HashSet<>();
    for (MetadataSignature signature : metadata.getSignaturesList()) {
      IdentifierHeader header = IdentifierHeader.parseFrom(signature.getIdentifierHeader());
      Consenter orderer = orderers.get(header.getIdentifier());
      X509 certificate = X509.read(der(orderer.getIdentity().toByteArray()));
      assertThat(certificate.organisationalUnits()).containsExactly("orderer");
      assertThat(
              P256.verifyDer(
                  certificate.publicKey(),
                  metadata
                      .getValue()
                      .concat(signature.getIdentifierHeader())
                      .concat(ByteString.copyFrom(der(block.getHeader())))
                      .toByteArray(),
                  signature.getSignature().toByteArray()))
          .isTrue();
      signers.add(header.getIdentifier());
    }
    assertThat(signers).hasSizeGreaterThanOrEqualTo(3);
    assertThat(OrdererBlockMetadata.parseFrom(metadata.getValue()).getLastConfig().getIndex())
        .isLessThanOrEqualTo(block.getHeader().getNumber());
  }

  private void validate(Block block) throws Exception {
    ByteString filter =
        block.getMetadata().getMetadata(BlockMetadataIndex.TRANSACTIONS_FILTER_VALUE);
    assertThat(filter.size()).isEqualTo(block.getData().getDataCount());
    for (int i = 0; i < filter.size(); i++) {
      Envelope envelope = Envelope.parseFrom(block.getData().getData(i));
      Payload payload = Payload.parseFrom(envelope.getPayload());
      ChannelHeader header = ChannelHeader.parseFrom(payload.getHeader().getChannelHeader());
      assertThat(header.getChannelId()).isEqualTo(trust.channel());
      if (header.getType() == HeaderType.CONFIG_VALUE) {
        var groups =
            ConfigEnvelope.parseFrom(payload.getData())
                .getConfig()
                .getChannelGroup()
                .getGroupsOrThrow("Application")
                .getGroupsMap();
        assertThat(groups.keySet()).isEqualTo(trust.members().keySet());
        configure(ConfigEnvelope.parseFrom(payload.getData()).getConfig().getChannelGroup());
        continue;
      }
      assertThat(header.getType()).isEqualTo(HeaderType.ENDORSER_TRANSACTION_VALUE);
      long time =
          header.getTimestamp().getSeconds() * 1000 + header.getTimestamp().getNanos() / 1_000_000;
      SignatureHeader creation =
          SignatureHeader.parseFrom(payload.getHeader().getSignatureHeader());
      X509 creator = trusted(creation.getCreator().toByteArray(), time, "client", "admin");
      assertThat(
              P256.verifyDer(
                  creator.publicKey(),
                  envelope.getPayload().toByteArray(),
                  envelope.getSignature().toByteArray()))
          .isTrue();
      ByteString seed = creation.getNonce().concat(creation.getCreator());
      assertThat(header.getTxId()).isEqualTo(HexFormat.of().formatHex(sha256(seed.toByteArray())));
      assertThat(transactions.add(header.getTxId())).isTrue();
      boolean valid = filter.byteAt(i) == TxValidationCode.VALID_VALUE;
      if (!valid) {
        // Two servers that append at once: the second transaction's reads are out of date
        assertThat(filter.byteAt(i)).isEqualTo((byte) TxValidationCode.MVCC_READ_CONFLICT_VALUE);
      }
      for (TransactionAction action : Transaction.parseFrom(payload.getData()).getActionsList()) {
        assertThat(action.getHeader()).isEqualTo(payload.getHeader().getSignatureHeader());
        ChaincodeActionPayload called = ChaincodeActionPayload.parseFrom(action.getPayload());
        ProposalResponsePayload response = endorsed(called, time);
        assertThat(response.getProposalHash().toByteArray())
            .isEqualTo(
                sha256(
                    payload
                        .getHeader()
                        .getChannelHeader()
                        .concat(payload.getHeader().getSignatureHeader())
                        .concat(called.getChaincodeProposalPayload())
                        .toByteArray()));
        ChaincodeAction result = ChaincodeAction.parseFrom(response.getExtension());
        assertThat(result.getResponse().getStatus()).isEqualTo(200);
        if (result.getChaincodeId().getName().equals(trust.chaincode())) {
          assertThat(members(called)).hasSizeGreaterThanOrEqualTo((int) trust.thresholdMembers());
          Version now =
              Version.newBuilder().setBlockNum(block.getHeader().getNumber()).setTxNum(i).build();
          assertThat(apply(result, now, valid)).isEqualTo(valid);
        } else {
          // How Fabric's members agree on the chaincode itself
          assertThat(result.getChaincodeId().getName()).isEqualTo("_lifecycle");
        }
      }
    }
  }

  private ProposalResponsePayload endorsed(ChaincodeActionPayload called, long time)
      throws Exception {
    ByteString response = called.getAction().getProposalResponsePayload();
    for (Endorsement endorsement : called.getAction().getEndorsementsList()) {
      X509 peer = trusted(endorsement.getEndorser().toByteArray(), time, "peer");
      assertThat(
              P256.verifyDer(
                  peer.publicKey(),
                  response.concat(endorsement.getEndorser()).toByteArray(),
                  endorsement.getSignature().toByteArray()))
          .isTrue();
    }
    return ProposalResponsePayload.parseFrom(response);
  }

  private static Set<String> members(ChaincodeActionPayload called) throws Exception {
    Set<String> members = new HashSet<>();
    for (Endorsement endorsement : called.getAction().getEndorsementsList()) {
      members.add(SerializedIdentity.parseFrom(endorsement.getEndorser()).getMspid());
    }
    return members;
  }

  private X509 trusted(byte[] serialized, long time, String... units) throws Exception {
    SerializedIdentity identity = SerializedIdentity.parseFrom(serialized);
    byte[] der = der(identity.getIdBytes().toByteArray());
    TrustRoots.Member member = trust.members().get(identity.getMspid());
    X509 certificate = X509.read(der);
    X509.path(certificate, member.intermediates(), member.roots(), time);
    assertThat(certificate.organisationalUnits()).hasSize(1).isSubsetOf(units);
    return certificate;
  }

  private static byte[] der(byte[] pem) throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem))
        .getEncoded();
  }

  /** Whether all that was read is still so; then, and if it is valid, what was written is set. */
  private boolean apply(ChaincodeAction result, Version now, boolean valid) throws Exception {
    TxReadWriteSet sets = TxReadWriteSet.parseFrom(result.getResults());
    boolean current = true;
    for (var set : sets.getNsRwsetList()) {
      if (!set.getNamespace().equals(trust.chaincode())) {
        continue;
      }
      KVRWSet values = KVRWSet.parseFrom(set.getRwset());
      List<String> keys = new ArrayList<>();
      for (KVRead read : values.getReadsList()) {
        Version version = read.hasVersion() ? read.getVersion() : null;
        current &= Objects.equals(version, versions.get(read.getKey()));
        keys.add(read.getKey());
      }
      assertThat(keys).isSorted().doesNotHaveDuplicates();
      if (valid) {
        for (KVWrite write : values.getWritesList()) {
          state.put(write.getKey(), write.getValue());
          versions.put(write.getKey(), now);
        }
      }
    }
    return current;
  }

  // SEQUENCE { INTEGER number, OCTET STRING previous, OCTET STRING data }, all of short lengths
  private static byte[] der(BlockHeader header) {
    var content = new ByteArrayOutputStream();
    byte[][] fields = {
      java.math.BigInteger.valueOf(header.getNumber()).toByteArray(),
      header.getPreviousHash().toByteArray(),
      header.getDataHash().toByteArray()
    };
    int tag = 2;
    for (byte[] field : fields) {
      content.write(tag);
      content.write(field.length);
      content.writeBytes(field);
      tag = 4;
    }
    var sequence = new ByteArrayOutputStream();
    sequence.write(0x30);
    sequence.write(content.size());
    sequence.writeBytes(content.toByteArray());
    return sequence.toByteArray();
  }

  private static byte[] sha256(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }
}
