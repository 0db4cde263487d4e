package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import jp.sanchi.kernel.proof.P256;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.SignatureHeader;

/**
 * Whether those who order have signed a block, and named the right configuration. A quorum is not
 * enough: every signature that stands there must be good, or a change of one that is not needed
 * would pass.
 */
final class Ordering {
  private static final String VALIDATION = "/Channel/Orderer/BlockValidation";

  private final ChannelConfig config;
  private final long lastConfig;

  /**
   * For one block.
   *
   * @param config in force before the block
   * @param lastConfig number of the newest block up to this one that is a configuration
   */
  Ordering(ChannelConfig config, long lastConfig) {
    this.config = config;
    this.lastConfig = lastConfig;
  }

  /** The entry LAST_CONFIG of the metadata, which repeats what was signed. */
  ByteString lastConfigEntry() {
    return Metadata.newBuilder()
        .setValue(LastConfig.newBuilder().setIndex(lastConfig).build().toByteString())
        .build()
        .toByteString();
  }

  /** The entry at {@link BlockMetadataIndex#SIGNATURES} where nobody signs. */
  static ByteString unsigned(long lastConfig) {
    return Metadata.newBuilder()
        .setValue(
            OrdererBlockMetadata.newBuilder()
                .setLastConfig(LastConfig.newBuilder().setIndex(lastConfig))
                .build()
                .toByteString())
        .build()
        .toByteString();
  }

  /**
   * Checks the entry at {@link BlockMetadataIndex#SIGNATURES}.
   *
   * @param header the block header's DER
   * @param time of the block's last transaction, in ms since 1970
   * @return how many have signed
   * @throws Fault {@code orderer_…} or {@code last_config}
   */
  int check(ByteString entry, byte[] header, long time) {
    if (!config.ordered()) {
      if (!entry.equals(unsigned(lastConfig))) {
        throw new Fault("orderer_malformed", "not what a ledger without orderers writes");
      }
      return 0;
    }
    Metadata metadata;
    OrdererBlockMetadata value;
    try {
      metadata = Strict.read(Metadata.parser(), entry);
      value = Strict.read(OrdererBlockMetadata.parser(), metadata.getValue());
    } catch (Fault e) {
      throw new Fault("orderer_malformed", e.detail());
    }
    var signers = new ArrayList<Identity>();
    for (MetadataSignature signature : metadata.getSignaturesList()) {
      signers.add(signer(signature, metadata.getValue(), header, time));
    }
    if (Policies.distinct(signers).size() < signers.size()) {
      throw new Fault("orderer_twice", "an orderer has signed twice");
    }
    if (!value.hasLastConfig() || value.getLastConfig().getIndex() != lastConfig) {
      throw new Fault("last_config", "the last configuration is in block " + lastConfig);
    }
    requireQuorum(signers);
    return signers.size();
  }

  private Identity signer(MetadataSignature signature, ByteString value, byte[] header, long time) {
    ByteString signed;
    Identity signer;
    try {
      if (config.bft()) {
        signed = signature.getIdentifierHeader();
        int identifier = Strict.read(IdentifierHeader.parser(), signed).getIdentifier();
        ByteString orderer = config.consenter(identifier);
        if (orderer == null || !signature.getSignatureHeader().isEmpty()) {
          throw new Fault("orderer_unknown", "no orderer " + identifier);
        }
        signer = config.identity(orderer);
      } else {
        signed = signature.getSignatureHeader();
        if (!signature.getIdentifierHeader().isEmpty()) {
          throw new Fault("orderer_unknown", "an identifier where none is used");
        }
        signer = config.identity(Strict.read(SignatureHeader.parser(), signed).getCreator());
      }
    } catch (Fault e) {
      throw e.code().equals("malformed")
          ? new Fault("orderer_malformed", e.detail())
          : new Fault("orderer_unknown", e.detail());
    }
    byte[] message = value.concat(signed).concat(ByteString.copyFrom(header)).toByteArray();
    if (!P256.verifyDer(
        signer.certificate().publicKey(), message, signature.getSignature().toByteArray())) {
      throw new Fault("orderer_signature", "a signature is not over this block");
    }
    if (!signer.roles().contains("orderer") || !signer.validAt(time)) {
      throw new Fault("orderer_unknown", "a certificate that was none of an orderer at the time");
    }
    return signer;
  }

  private void requireQuorum(List<Identity> signers) {
    boolean satisfied;
    try {
      satisfied = config.policies().satisfied(VALIDATION, signers);
    } catch (Fault e) {
      throw new Fault("orderer_quorum", e.detail());
    }
    if (signers.size() < config.quorum() || !satisfied) {
      throw new Fault(
          "orderer_quorum", signers.size() + " have signed, " + config.quorum() + " make a quorum");
    }
  }
}
