package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import jp.sanchi.kernel.proof.TrustRoots;
import org.hyperledger.fabric.protos.common.Config;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Consenter;
import org.hyperledger.fabric.protos.common.Orderers;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;
import org.hyperledger.fabric.protos.orderer.ConsensusType;

/** One version of the channel's configuration: who is who, and whose signatures make what good. */
final class ChannelConfig {
  static final String APPLICATION = "Application";
  static final String ORDERER = "Orderer";

  private static final int KEPT_IDENTITIES = 10_000;

  private final Config config;
  private final Policies policies;
  private final Map<String, Msp> members = new TreeMap<>();
  private final Map<String, String> groups = new HashMap<>();
  private final Map<String, Msp> all = new HashMap<>();
  private final String consensus;
  private final Map<Integer, Consenter> consenters;
  private final Map<ByteString, Identity> identities = new HashMap<>();

  /**
   * Reads a configuration.
   *
   * @throws Fault {@code config_malformed}
   */
  ChannelConfig(Config config) {
    this.config = config;
    ConfigGroup channel = config.getChannelGroup();
    this.policies = new Policies(channel);
    channel
        .getGroupsOrDefault(APPLICATION, ConfigGroup.getDefaultInstance())
        .getGroupsMap()
        .forEach(
            (name, group) -> {
              Msp msp = new Msp(value(group, "MSP"));
              members.put(msp.name(), msp);
              groups.put(msp.name(), name);
            });
    all.putAll(members);
    ConfigGroup orderer = channel.getGroupsOrDefault(ORDERER, null);
    if (orderer == null) {
      this.consensus = null;
      this.consenters = Map.of();
      return;
    }
    for (ConfigGroup group : orderer.getGroupsMap().values()) {
      Msp msp = new Msp(value(group, "MSP"));
      // A member may run orderers too, under the same MSP
      all.putIfAbsent(msp.name(), msp);
    }
    try {
      this.consensus =
          Strict.read(ConsensusType.parser(), value(orderer, "ConsensusType")).getType();
      this.consenters =
          orderer.containsValues("Orderers")
              ? Strict.read(Orderers.parser(), value(orderer, "Orderers"))
                  .getConsenterMappingList()
                  .stream()
                  .collect(Collectors.toMap(Consenter::getId, Function.identity()))
              : Map.of();
    } catch (IllegalStateException e) {
      throw new Fault("config_malformed", "two orderers have one identifier");
    }
  }

  private static ByteString value(ConfigGroup group, String name) {
    return group.getValuesOrDefault(name, ConfigValue.getDefaultInstance()).getValue();
  }

  Config config() {
    return config;
  }

  Policies policies() {
    return policies;
  }

  /** Of the application's members, by MSP id. */
  Map<String, Msp> members() {
    return members;
  }

  /** How many members are those of trust.json, with the same authorities. */
  int agreeing(TrustRoots trust) {
    return (int)
        trust.members().values().stream()
            .filter(
                member -> {
                  Msp msp = members.get(member.mspId());
                  return msp != null
                      && Set.copyOf(msp.roots()).equals(Set.copyOf(member.roots()))
                      && Set.copyOf(msp.intermediates()).equals(Set.copyOf(member.intermediates()));
                })
            .count();
  }

  /** The name of a member's group in the configuration, or null if there is no such member. */
  String group(String mspId) {
    return groups.get(mspId);
  }

  /** Whether anybody orders: embedded ledgers that were founded before orderers have none. */
  boolean ordered() {
    return consensus != null;
  }

  boolean bft() {
    return "BFT".equals(consensus);
  }

  /** How many orderers must have signed a block. */
  int quorum() {
    int orderers = consenters.size();
    int faulty = (orderers - 1) / 3;
    // As SmartBFT computes it: (n + f + 1) / 2, rounded up
    return bft() ? (orderers + faulty + 2) / 2 : 1;
  }

  /** Null if there is none with this identifier. */
  ByteString consenter(int identifier) {
    Consenter consenter = consenters.get(identifier);
    return consenter == null
        ? null
        : SerializedIdentity.newBuilder()
            .setMspid(consenter.getMspId())
            .setIdBytes(consenter.getIdentity())
            .build()
            .toByteString();
  }

  /**
   * Whom the bytes of a {@code SerializedIdentity} stand for.
   *
   * @throws Fault {@code identity}
   */
  Identity identity(ByteString serialized) {
    Identity known = identities.get(serialized);
    if (known != null) {
      return known;
    }
    SerializedIdentity read;
    try {
      read = Strict.read(SerializedIdentity.parser(), serialized);
    } catch (Fault e) {
      throw new Fault("identity", e.detail());
    }
    Msp msp = all.get(read.getMspid());
    if (msp == null) {
      throw new Fault("identity", "no MSP " + read.getMspid());
    }
    Identity identity = msp.identity(serialized, read.getIdBytes());
    if (identities.size() < KEPT_IDENTITIES) {
      identities.put(serialized, identity);
    }
    return identity;
  }
}
