package jp.sanchi.server.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.hyperledger.fabric.protos.common.BlockDataHashingStructure;
import org.hyperledger.fabric.protos.common.Capabilities;
import org.hyperledger.fabric.protos.common.Capability;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Consenter;
import org.hyperledger.fabric.protos.common.Consortium;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HashingAlgorithm;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.ImplicitMetaPolicy;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.msp.FabricCryptoConfig;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.FabricNodeOUs;
import org.hyperledger.fabric.protos.msp.FabricOUIdentifier;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.orderer.ConsensusType;

/**
 * Block 0's one entry: the channel's configuration as Fabric 3 writes it for a BFT channel, without
 * what only a network needs (addresses, TLS certificates, sizes and times of batches).
 */
final class Genesis {
  private static final String ADMINISTRATORS = "Admins";
  private static final String ENDORSEMENT = "Endorsement";
  private static final String READERS = "Readers";
  private static final String WRITERS = "Writers";

  private Genesis() {}

  static ByteString envelope(
      String consortium, LocalMembers members, LocalOrderers orderers, long time) {
    ConfigGroup.Builder application =
        group("V2_5")
            .putPolicies(ENDORSEMENT, implicit(ImplicitMetaPolicy.Rule.MAJORITY, ENDORSEMENT))
            .putPolicies(
                "LifecycleEndorsement", implicit(ImplicitMetaPolicy.Rule.MAJORITY, ENDORSEMENT));
    for (CertificateAuthority authority : members.authorities().values()) {
      application.putGroups(authority.mspId(), organisation(authority));
    }
    ConfigGroup channel =
        group("V3_0")
            .putGroups("Application", application.build())
            .putGroups("Orderer", ordering(orderers))
            .putValues(
                "BlockDataHashingStructure",
                // As wide as can be: the data hash is one hash over all entries
                value(BlockDataHashingStructure.newBuilder().setWidth(-1)))
            .putValues("Consortium", value(Consortium.newBuilder().setName(consortium)))
            .putValues("HashingAlgorithm", value(HashingAlgorithm.newBuilder().setName("SHA256")))
            .build();
    // Nobody creates a genesis block
    byte[] nonce = new byte[24];
    new SecureRandom().nextBytes(nonce);
    ChannelHeader header =
        ChannelHeader.newBuilder()
            .setType(HeaderType.CONFIG_VALUE)
            .setVersion(1)
            .setTimestamp(Invocation.timestamp(time))
            .setChannelId(Invocation.CHANNEL)
            .setTxId(HexFormat.of().formatHex(Invocation.sha256(nonce)))
            .build();
    SignatureHeader creation =
        SignatureHeader.newBuilder().setNonce(ByteString.copyFrom(nonce)).build();
    Payload payload =
        Payload.newBuilder()
            .setHeader(
                Header.newBuilder()
                    .setChannelHeader(header.toByteString())
                    .setSignatureHeader(creation.toByteString()))
            .setData(
                ConfigEnvelope.newBuilder()
                    .setConfig(Config.newBuilder().setChannelGroup(channel))
                    .build()
                    .toByteString())
            .build();
    return Envelope.newBuilder().setPayload(payload.toByteString()).build().toByteString();
  }

  /** A group of groups: what its members' policies add up to. */
  private static ConfigGroup.Builder group(String capability) {
    return ConfigGroup.newBuilder()
        .putValues(
            "Capabilities",
            value(
                Capabilities.newBuilder()
                    .putCapabilities(capability, Capability.getDefaultInstance())))
        .putPolicies(ADMINISTRATORS, implicit(ImplicitMetaPolicy.Rule.MAJORITY, ADMINISTRATORS))
        .putPolicies(READERS, implicit(ImplicitMetaPolicy.Rule.ANY, READERS))
        .putPolicies(WRITERS, implicit(ImplicitMetaPolicy.Rule.ANY, WRITERS))
        .setModPolicy(ADMINISTRATORS);
  }

  private static ConfigGroup ordering(LocalOrderers orderers) {
    SignaturePolicy.NOutOf.Builder quorum =
        SignaturePolicy.NOutOf.newBuilder().setN(LocalOrderers.QUORUM);
    SignaturePolicyEnvelope.Builder validation = SignaturePolicyEnvelope.newBuilder();
    for (Consenter consenter : orderers.consenters()) {
      quorum.addRules(SignaturePolicy.newBuilder().setSignedBy(validation.getIdentitiesCount()));
      validation.addIdentities(
          MSPPrincipal.newBuilder()
              .setPrincipalClassification(MSPPrincipal.Classification.IDENTITY)
              .setPrincipal(
                  SerializedIdentity.newBuilder()
                      .setMspid(consenter.getMspId())
                      .setIdBytes(consenter.getIdentity())
                      .build()
                      .toByteString()));
    }
    return group("V2_0")
        .putGroups(LocalOrderers.MSP_ID, organisation(orderers.authority()))
        .putPolicies(
            "BlockValidation",
            signed(validation.setRule(SignaturePolicy.newBuilder().setNOutOf(quorum))))
        .putValues("ConsensusType", value(ConsensusType.newBuilder().setType("BFT")))
        .putValues(
            "Orderers", value(Orderers.newBuilder().addAllConsenterMapping(orderers.consenters())))
        .build();
  }

  private static ConfigGroup organisation(CertificateAuthority authority) {
    String mspId = authority.mspId();
    return ConfigGroup.newBuilder()
        .putValues("MSP", value(msp(authority)))
        .putPolicies(ADMINISTRATORS, signed(one(mspId, MSPRole.MSPRoleType.ADMIN)))
        .putPolicies(ENDORSEMENT, signed(one(mspId, MSPRole.MSPRoleType.PEER)))
        .putPolicies(READERS, signed(one(mspId, MSPRole.MSPRoleType.MEMBER)))
        .putPolicies(WRITERS, signed(one(mspId, MSPRole.MSPRoleType.MEMBER)))
        .setModPolicy(ADMINISTRATORS)
        .build();
  }

  private static SignaturePolicyEnvelope.Builder one(String mspId, MSPRole.MSPRoleType role) {
    return SignaturePolicyEnvelope.newBuilder()
        .setRule(
            SignaturePolicy.newBuilder()
                .setNOutOf(
                    SignaturePolicy.NOutOf.newBuilder()
                        .setN(1)
                        .addRules(SignaturePolicy.newBuilder().setSignedBy(0))))
        .addIdentities(
            MSPPrincipal.newBuilder()
                .setPrincipalClassification(MSPPrincipal.Classification.ROLE)
                .setPrincipal(
                    MSPRole.newBuilder()
                        .setMspIdentifier(mspId)
                        .setRole(role)
                        .build()
                        .toByteString()));
  }

  private static ConfigPolicy implicit(ImplicitMetaPolicy.Rule rule, String ofGroups) {
    return policy(
        Policy.PolicyType.IMPLICIT_META,
        ImplicitMetaPolicy.newBuilder().setRule(rule).setSubPolicy(ofGroups));
  }

  private static ConfigPolicy signed(SignaturePolicyEnvelope.Builder rule) {
    return policy(Policy.PolicyType.SIGNATURE, rule);
  }

  private static ConfigPolicy policy(Policy.PolicyType type, Message.Builder value) {
    return ConfigPolicy.newBuilder()
        .setPolicy(
            Policy.newBuilder().setType(type.getNumber()).setValue(value.build().toByteString()))
        .setModPolicy(ADMINISTRATORS)
        .build();
  }

  private static ConfigValue value(Message.Builder value) {
    return ConfigValue.newBuilder()
        .setValue(value.build().toByteString())
        .setModPolicy(ADMINISTRATORS)
        .build();
  }

  private static MSPConfig.Builder msp(CertificateAuthority authority) {
    FabricMSPConfig config =
        FabricMSPConfig.newBuilder()
            .setName(authority.mspId())
            .addRootCerts(
                ByteString.copyFromUtf8(LocalIdentity.pem("CERTIFICATE", authority.certificate())))
            .setCryptoConfig(
                FabricCryptoConfig.newBuilder()
                    .setSignatureHashFamily("SHA2")
                    .setIdentityIdentifierHashFunction("SHA256"))
            .setFabricNodeOus(
                FabricNodeOUs.newBuilder()
                    .setEnable(true)
                    .setClientOuIdentifier(unit("client"))
                    .setPeerOuIdentifier(unit("peer"))
                    .setAdminOuIdentifier(unit("admin"))
                    .setOrdererOuIdentifier(unit("orderer")))
            .build();
    // Type 0 is Fabric's own kind of MSP
    return MSPConfig.newBuilder().setConfig(config.toByteString());
  }

  private static FabricOUIdentifier unit(String name) {
    return FabricOUIdentifier.newBuilder().setOrganizationalUnitIdentifier(name).build();
  }
}
