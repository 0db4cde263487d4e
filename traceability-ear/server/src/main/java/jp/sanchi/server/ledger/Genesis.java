package jp.sanchi.server.ledger;

import com.google.protobuf.ByteString;
import org.hyperledger.fabric.protos.common.BlockDataHashingStructure;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Consortium;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HashingAlgorithm;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.msp.FabricCryptoConfig;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.FabricNodeOUs;
import org.hyperledger.fabric.protos.msp.FabricOUIdentifier;
import org.hyperledger.fabric.protos.msp.MSPConfig;

/**
 * Block 0's one entry: the channel's configuration, as far as a ledger without orderers and
 * policies has one: its hashes, the consortium and each member's MSP.
 */
final class Genesis {
  private static final String ADMINISTRATORS = "Admins";

  private Genesis() {}

  static ByteString envelope(String consortium, LocalMembers members, long time) {
    ConfigGroup.Builder application = ConfigGroup.newBuilder().setModPolicy(ADMINISTRATORS);
    for (CertificateAuthority authority : members.authorities().values()) {
      application.putGroups(
          authority.mspId(),
          ConfigGroup.newBuilder()
              .putValues("MSP", value(msp(authority).toByteString()))
              .setModPolicy(ADMINISTRATORS)
              .build());
    }
    ConfigGroup channel =
        ConfigGroup.newBuilder()
            .putGroups("Application", application.build())
            .putValues(
                "BlockDataHashingStructure",
                // As wide as can be: the data hash is one hash over all entries
                value(BlockDataHashingStructure.newBuilder().setWidth(-1).build().toByteString()))
            .putValues(
                "Consortium",
                value(Consortium.newBuilder().setName(consortium).build().toByteString()))
            .putValues(
                "HashingAlgorithm",
                value(HashingAlgorithm.newBuilder().setName("SHA256").build().toByteString()))
            .setModPolicy(ADMINISTRATORS)
            .build();
    ChannelHeader header =
        ChannelHeader.newBuilder()
            .setType(HeaderType.CONFIG_VALUE)
            .setTimestamp(Invocation.timestamp(time))
            .setChannelId(Invocation.CHANNEL)
            .build();
    Payload payload =
        Payload.newBuilder()
            .setHeader(Header.newBuilder().setChannelHeader(header.toByteString()))
            .setData(
                ConfigEnvelope.newBuilder()
                    .setConfig(Config.newBuilder().setChannelGroup(channel))
                    .build()
                    .toByteString())
            .build();
    return Envelope.newBuilder().setPayload(payload.toByteString()).build().toByteString();
  }

  private static ConfigValue value(ByteString value) {
    return ConfigValue.newBuilder().setValue(value).setModPolicy(ADMINISTRATORS).build();
  }

  private static MSPConfig msp(CertificateAuthority authority) {
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
    return MSPConfig.newBuilder().setConfig(config.toByteString()).build();
  }

  private static FabricOUIdentifier unit(String name) {
    return FabricOUIdentifier.newBuilder().setOrganizationalUnitIdentifier(name).build();
  }
}
