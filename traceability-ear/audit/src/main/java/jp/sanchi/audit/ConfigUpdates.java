package jp.sanchi.audit;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jp.sanchi.kernel.proof.P256;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.ConfigEnvelope;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.ConfigSignature;
import org.hyperledger.fabric.protos.common.ConfigUpdate;
import org.hyperledger.fabric.protos.common.ConfigUpdateEnvelope;
import org.hyperledger.fabric.protos.common.ConfigValue;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;

/**
 * Whether a new configuration is what its update makes of the one in force, and whether those whose
 * policies guard each changed element have signed it. It follows Fabric's rules: an update lists
 * elements with versions; what has a new version changes.
 */
final class ConfigUpdates {
  private static final String ROOT = "Channel";
  private static final String GROUP = "group ";
  private static final String VALUE = "value ";
  private static final String POLICY = "policy ";

  private final ChannelConfig current;

  /**
   * A group, value or policy.
   *
   * @param group the path of the group whose policies guard it: for a group its own
   */
  private record Element(Message message, String group) {
    long version() {
      if (message instanceof ConfigGroup element) {
        return element.getVersion();
      }
      return message instanceof ConfigValue value
          ? value.getVersion()
          : ((ConfigPolicy) message).getVersion();
    }

    String guard() {
      if (message instanceof ConfigGroup element) {
        return element.getModPolicy();
      }
      return message instanceof ConfigValue value
          ? value.getModPolicy()
          : ((ConfigPolicy) message).getModPolicy();
    }
  }

  private ConfigUpdates(ChannelConfig current) {
    this.current = current;
  }

  /**
   * Checks the next configuration.
   *
   * @throws Fault {@code config_update}
   */
  static void check(ChannelConfig current, ConfigEnvelope next, String channel) {
    try {
      new ConfigUpdates(current).check(next, channel);
    } catch (Fault e) {
      throw e.code().equals("config_update") ? e : refused(e.detail());
    }
  }

  private void check(ConfigEnvelope next, String channel) {
    long sequence = current.config().getSequence() + 1;
    if (next.getConfig().getSequence() != sequence) {
      throw refused("the sequence is not " + sequence);
    }
    Payload payload =
        Strict.read(
            Payload.parser(),
            Strict.read(Envelope.parser(), next.getLastUpdate().toByteString()).getPayload());
    ChannelHeader header =
        Strict.read(ChannelHeader.parser(), payload.getHeader().getChannelHeader());
    ConfigUpdateEnvelope signed = Strict.read(ConfigUpdateEnvelope.parser(), payload.getData());
    ConfigUpdate update = Strict.read(ConfigUpdate.parser(), signed.getConfigUpdate());
    if (header.getType() != HeaderType.CONFIG_UPDATE_VALUE
        || !header.getChannelId().equals(channel)
        || !update.getChannelId().equals(channel)) {
      throw refused("no update of this channel");
    }
    Map<String, Element> before = elements(current.config().getChannelGroup());
    Map<String, Element> read = elements(update.getReadSet());
    read.forEach(
        (path, element) -> {
          if (!before.containsKey(path) || before.get(path).version() != element.version()) {
            throw refused("it was made for another version of " + path);
          }
        });
    Map<String, Element> changed = elements(update.getWriteSet());
    changed
        .entrySet()
        .removeIf(
            entry ->
                read.containsKey(entry.getKey())
                    && read.get(entry.getKey()).version() == entry.getValue().version());
    if (changed.isEmpty()) {
      throw refused("it changes nothing");
    }
    List<Identity> signers = signers(signed);
    changed.forEach((path, element) -> authorised(path, element, before.get(path), signers));
    Map<String, Element> after = new HashMap<>(before);
    after.putAll(changed);
    if (!group(after, "/" + ROOT).equals(next.getConfig().getChannelGroup())) {
      throw refused("the configuration is not what the update makes of the one before");
    }
  }

  private void authorised(String path, Element element, Element before, List<Identity> signers) {
    if (before == null) {
      if (element.version() != 0) {
        throw refused("a new element does not begin with version 0: " + path);
      }
      // Whoever may change the group that it is in has decided
      return;
    }
    if (element.version() != before.version() + 1) {
      throw refused("it does not have the next version: " + path);
    }
    String guard =
        before.guard().startsWith("/") ? before.guard() : before.group() + "/" + before.guard();
    if (!current.policies().satisfied(guard, signers)) {
      throw refused("too few have signed the change of " + path + " for " + guard);
    }
  }

  /** Those whose signature over the update is good; Fabric passes over others. */
  private List<Identity> signers(ConfigUpdateEnvelope signed) {
    var signers = new ArrayList<Identity>();
    for (ConfigSignature signature : signed.getSignaturesList()) {
      try {
        SignatureHeader header =
            Strict.read(SignatureHeader.parser(), signature.getSignatureHeader());
        Identity signer = current.identity(header.getCreator());
        if (P256.verifyDer(
            signer.certificate().publicKey(),
            signature.getSignatureHeader().concat(signed.getConfigUpdate()).toByteArray(),
            signature.getSignature().toByteArray())) {
          signers.add(signer);
        }
      } catch (Fault e) {
        // Nobody whom the configuration knows
      }
    }
    return Policies.distinct(signers);
  }

  private static Map<String, Element> elements(ConfigGroup channel) {
    var elements = new HashMap<String, Element>();
    collect("/" + ROOT, channel, elements);
    return elements;
  }

  private static void collect(String path, ConfigGroup group, Map<String, Element> into) {
    into.put(GROUP + path, new Element(group, path));
    group
        .getValuesMap()
        .forEach((name, value) -> into.put(VALUE + path + "/" + name, new Element(value, path)));
    group
        .getPoliciesMap()
        .forEach((name, policy) -> into.put(POLICY + path + "/" + name, new Element(policy, path)));
    group.getGroupsMap().forEach((name, below) -> collect(path + "/" + name, below, into));
  }

  /** A group with what is below it as it now is; which names are below it, the group says. */
  private static ConfigGroup group(Map<String, Element> elements, String path) {
    ConfigGroup group = (ConfigGroup) element(elements, GROUP + path);
    ConfigGroup.Builder whole = group.toBuilder();
    for (String name : group.getGroupsMap().keySet()) {
      whole.putGroups(name, group(elements, path + "/" + name));
    }
    for (String name : group.getValuesMap().keySet()) {
      whole.putValues(name, (ConfigValue) element(elements, VALUE + path + "/" + name));
    }
    for (String name : group.getPoliciesMap().keySet()) {
      whole.putPolicies(name, (ConfigPolicy) element(elements, POLICY + path + "/" + name));
    }
    return whole.build();
  }

  private static Message element(Map<String, Element> elements, String path) {
    if (!elements.containsKey(path)) {
      throw refused("there is no " + path);
    }
    return elements.get(path).message();
  }

  private static Fault refused(String why) {
    return new Fault("config_update", why);
  }
}
