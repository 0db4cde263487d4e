package jp.sanchi.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Consenter;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.msp.FabricMSPConfig;
import org.hyperledger.fabric.protos.msp.MSPConfig;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.peer.AnchorPeer;
import org.hyperledger.fabric.protos.peer.AnchorPeers;

/** The channel's configuration: what its newest configuration block says, and how it changes. */
final class ChannelConfig {
  private static final String APPLICATION = "Application";
  private static final String ORDERER = "Orderer";
  private static final String BLOCK_VALIDATION = "BlockValidation";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Config config;

  private ChannelConfig(Config config) {
    this.config = config;
  }

  static ChannelConfig fetch(PeerClient peer) {
    return read(peer.configBlock());
  }

  static ChannelConfig read(Block block) {
    try {
      Payload payload =
          Payload.parseFrom(Envelope.parseFrom(block.getData().getData(0)).getPayload());
      return new ChannelConfig(ConfigEnvelope.parseFrom(payload.getData()).getConfig());
    } catch (InvalidProtocolBufferException e) {
      throw new NetworkFailure("The block holds no channel configuration.", e);
    }
  }

  /** How often the configuration has changed. */
  long sequence() {
    return config.getSequence();
  }

  /** Members' MSPs by id. */
  SortedMap<String, FabricMSPConfig> members() {
    var members = new TreeMap<String, FabricMSPConfig>();
    config
        .getChannelGroup()
        .getGroupsOrThrow(APPLICATION)
        .getGroupsMap()
        .forEach((mspId, group) -> members.put(mspId, msp(group)));
    return members;
  }

  private static FabricMSPConfig msp(ConfigGroup group) {
    try {
      return FabricMSPConfig.parseFrom(
          MSPConfig.parseFrom(group.getValuesOrThrow("MSP").getValue()).getConfig());
    } catch (InvalidProtocolBufferException e) {
      throw new NetworkFailure("A member's MSP in the channel can't be read.", e);
    }
  }

  /** The configuration with one more member, whose policies are those of its example. */
  Config withMember(Member member, Member example, Path msp, int peerPort) {
    ConfigGroup application = config.getChannelGroup().getGroupsOrThrow(APPLICATION);
    ConfigGroup old = application.getGroupsOrThrow(example.mspId());
    FabricMSPConfig.Builder described =
        msp(old).toBuilder()
            .setName(member.mspId())
            .clearRootCerts()
            .clearTlsRootCerts()
            .clearRevocationList()
            .addRootCerts(bytes(msp.resolve("cacerts/ca.pem")))
            .addTlsRootCerts(bytes(msp.resolve("tlscacerts/tls-ca.pem")));
    // Each of the four names the authority that it is about
    var units = described.getFabricNodeOusBuilder();
    ByteString root = bytes(msp.resolve("cacerts/ca.pem"));
    units.getClientOuIdentifierBuilder().setCertificate(root);
    units.getPeerOuIdentifierBuilder().setCertificate(root);
    units.getAdminOuIdentifierBuilder().setCertificate(root);
    units.getOrdererOuIdentifierBuilder().setCertificate(root);
    ConfigGroup.Builder group =
        ConfigGroup.newBuilder()
            .setModPolicy("Admins")
            .putValues(
                "MSP",
                value(
                    MSPConfig.newBuilder()
                        .setConfig(described.build().toByteString())
                        .build()
                        .toByteString()))
            .putValues(
                "AnchorPeers",
                value(
                    AnchorPeers.newBuilder()
                        .addAnchorPeers(
                            AnchorPeer.newBuilder().setHost("127.0.0.1").setPort(peerPort))
                        .build()
                        .toByteString()));
    old.getPoliciesMap()
        .forEach((name, policy) -> group.putPolicies(name, Policies.of(policy, example, member)));
    return config.toBuilder()
        .setChannelGroup(
            config.getChannelGroup().toBuilder()
                .putGroups(
                    APPLICATION,
                    application.toBuilder().putGroups(member.mspId(), group.build()).build()))
        .build();
  }

  /** Whether these are the certificates by which the channel knows an orderer. */
  boolean knows(int number, byte[] identity, byte[] tls) {
    try {
      return Orderers.parseFrom(
              config
                  .getChannelGroup()
                  .getGroupsOrThrow(ORDERER)
                  .getValuesOrThrow("Orderers")
                  .getValue())
          .getConsenterMappingList()
          .stream()
          .anyMatch(
              consenter ->
                  consenter.getId() == number
                      && consenter.getIdentity().equals(ByteString.copyFrom(identity))
                      && consenter.getServerTlsCert().equals(ByteString.copyFrom(tls)));
    } catch (InvalidProtocolBufferException e) {
      throw new NetworkFailure("The channel's orderers can't be read.", e);
    }
  }

  /** The configuration with an orderer's renewed certificates, whose keys are the old ones. */
  Config withConsenter(int number, byte[] identity, byte[] tls) {
    ConfigGroup orderer = config.getChannelGroup().getGroupsOrThrow(ORDERER);
    ConfigValue value = orderer.getValuesOrThrow("Orderers");
    ConfigPolicy quorum = orderer.getPoliciesOrThrow(BLOCK_VALIDATION);
    try {
      Orderers.Builder mapping = Orderers.parseFrom(value.getValue()).toBuilder();
      SignaturePolicyEnvelope.Builder rule =
          SignaturePolicyEnvelope.parseFrom(quorum.getPolicy().getValue()).toBuilder();
      for (int i = 0; i < mapping.getConsenterMappingCount(); i++) {
        Consenter.Builder consenter = mapping.getConsenterMappingBuilder(i);
        if (consenter.getId() == number) {
          consenter
              .setIdentity(ByteString.copyFrom(identity))
              .setClientTlsCert(ByteString.copyFrom(tls))
              .setServerTlsCert(ByteString.copyFrom(tls));
          // Whose signatures make a block: one principal a consenter, in their order
          rule.getIdentitiesBuilder(i)
              .setPrincipal(
                  SerializedIdentity.newBuilder()
                      .setMspid(consenter.getMspId())
                      .setIdBytes(ByteString.copyFrom(identity))
                      .build()
                      .toByteString());
        }
      }
      ConfigPolicy changedQuorum =
          quorum.toBuilder()
              .setPolicy(
                  quorum.getPolicy().toBuilder().setValue(rule.build().toByteString()).build())
              .build();
      ConfigGroup changed =
          orderer.toBuilder()
              .putValues(
                  "Orderers", value.toBuilder().setValue(mapping.build().toByteString()).build())
              .putPolicies(BLOCK_VALIDATION, changedQuorum)
              .build();
      return config.toBuilder()
          .setChannelGroup(config.getChannelGroup().toBuilder().putGroups(ORDERER, changed))
          .build();
    } catch (InvalidProtocolBufferException e) {
      throw new NetworkFailure("The channel's orderers can't be read.", e);
    }
  }

  /**
   * Has the channel take another configuration.
   *
   * @param signers administrators, as many as the policies of what changes ask for
   * @param until peers that must have seen it before this returns
   */
  void change(
      Config changed,
      List<Identity> signers,
      OrderingService orderers,
      FabricBinaries binaries,
      Collection<PeerClient> until) {
    ByteString update = difference(changed, binaries);
    ConfigUpdateEnvelope.Builder envelope =
        ConfigUpdateEnvelope.newBuilder().setConfigUpdate(update);
    for (Identity signer : signers) {
      SignatureHeader header = signer.signatureHeader();
      envelope.addSignatures(
          ConfigSignature.newBuilder()
              .setSignatureHeader(header.toByteString())
              .setSignature(signer.sign(header.toByteString().concat(update))));
    }
    orderers.broadcast(
        OrderingService.configUpdate(signers.get(0), envelope.build().toByteString()));
    for (PeerClient peer : until) {
      if (!Waiting.until(PATIENCE, () -> fetch(peer).sequence() > sequence())) {
        throw new NetworkFailure(
            "The channel's new configuration did not reach %s within %d s."
                .formatted(peer.name(), PATIENCE.toSeconds()));
      }
    }
  }

  private ByteString difference(Config changed, FabricBinaries binaries) {
    try {
      Path folder = Files.createTempDirectory("sanchi-config");
      try {
        Path original = folder.resolve("original.pb");
        Path updated = folder.resolve("updated.pb");
        Path output = folder.resolve("update.pb");
        Folders.write(original, config.toByteArray());
        Folders.write(updated, changed.toByteArray());
        FabricBinaries.run(
            List.of(
                binaries.program("configtxlator"),
                "compute_update",
                "--channel_id",
                PeerClient.CHANNEL,
                "--original",
                original.toString(),
                "--updated",
                updated.toString(),
                "--output",
                output.toString()),
            Map.of());
        return ByteString.copyFrom(Folders.read(output));
      } finally {
        Folders.delete(folder);
      }
    } catch (IOException e) {
      throw new NetworkFailure("Can't write temporary files: " + e.getMessage(), e);
    }
  }

  private static ConfigValue value(ByteString value) {
    return ConfigValue.newBuilder().setModPolicy("Admins").setValue(value).build();
  }

  private static ByteString bytes(Path file) {
    return ByteString.copyFrom(Folders.read(file));
  }
}
