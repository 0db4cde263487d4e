package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jp.sanchi.audit.Call.Collection;
import jp.sanchi.audit.Call.Namespace;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRWSet;
import org.hyperledger.fabric.protos.peer.ApplicationPolicy;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeValidationInfo;
import org.hyperledger.fabric.protos.peer.lifecycle.StateData;

/**
 * Whether enough members endorsed a call, by the chaincode definitions on the ledger as they were
 * before the block.
 */
final class EndorsementRules {
  static final String LIFECYCLE = "_lifecycle";

  private static final String FIELDS = "namespaces/fields/";
  private static final String IMPLICIT = "_implicit_org_";
  private static final String ENDORSEMENT = "/Channel/Application/Endorsement";

  private final ChannelConfig config;
  private final Map<String, ApplicationPolicy> defined = new LinkedHashMap<>();

  /**
   * The rules for one block.
   *
   * @param embedded whether the ledger has no definitions, and its chaincode the channel's default
   *     policy: a majority of members
   */
  EndorsementRules(ChannelConfig config, LedgerState state, String chaincode, boolean embedded) {
    this.config = config;
    defined.put(LIFECYCLE, reference("/Channel/Application/LifecycleEndorsement"));
    if (embedded) {
      defined.put(chaincode, reference(ENDORSEMENT));
    }
    state
        .values(LIFECYCLE)
        .forEach(
            (key, value) -> {
              String name = key.toStringUtf8();
              if (name.startsWith(FIELDS) && name.endsWith("/ValidationInfo")) {
                ByteString info = Strict.read(StateData.parser(), value.bytes()).getBytes();
                ByteString policy =
                    Strict.read(ChaincodeValidationInfo.parser(), info).getValidationParameter();
                defined.put(
                    name.substring(FIELDS.length(), name.lastIndexOf('/')),
                    Strict.read(ApplicationPolicy.parser(), policy));
              }
            });
  }

  private static ApplicationPolicy reference(String policy) {
    return ApplicationPolicy.newBuilder().setChannelConfigPolicyReference(policy).build();
  }

  /** What Fabric's peers make of it. */
  TxValidationCode judge(Call call) {
    boolean called = false;
    for (Namespace namespace : call.namespaces()) {
      called |= namespace.name().equals(call.chaincode());
      if (namespace.writes() || namespace.name().equals(call.chaincode())) {
        TxValidationCode code = judge(namespace, call.endorsers());
        if (code != TxValidationCode.VALID) {
          return code;
        }
      }
    }
    return called
        ? TxValidationCode.VALID
        : judge(
            new Namespace(call.chaincode(), KVRWSet.getDefaultInstance(), List.of()),
            call.endorsers());
  }

  private TxValidationCode judge(Namespace namespace, List<Identity> endorsers) {
    ApplicationPolicy policy = defined.get(namespace.name());
    if (policy == null) {
      return TxValidationCode.INVALID_CHAINCODE;
    }
    boolean judged = false;
    for (Collection collection : namespace.collections()) {
      if (collection.writes()) {
        if (!collection.name().startsWith(IMPLICIT)) {
          throw new Fault("unsupported", "a private collection " + collection.name());
        }
        if (!endorsed(collection.name().substring(IMPLICIT.length()), endorsers)) {
          return TxValidationCode.ENDORSEMENT_POLICY_FAILURE;
        }
        judged = true;
      }
    }
    if (namespace.set().getMetadataWritesCount() > 0) {
      throw new Fault("unsupported", "a key with an endorsement policy of its own");
    }
    boolean needed = !judged || namespace.set().getWritesCount() > 0;
    return !needed || satisfied(policy, endorsers)
        ? TxValidationCode.VALID
        : TxValidationCode.ENDORSEMENT_POLICY_FAILURE;
  }

  /** A member's own collection: that member alone endorses. */
  private boolean endorsed(String mspId, List<Identity> endorsers) {
    String group = config.group(mspId);
    if (group == null) {
      return false;
    }
    return config.policies().satisfied("/Channel/Application/" + group + "/Endorsement", endorsers);
  }

  private boolean satisfied(ApplicationPolicy policy, List<Identity> endorsers) {
    return switch (policy.getTypeCase()) {
      case SIGNATURE_POLICY -> Policies.satisfied(policy.getSignaturePolicy(), endorsers);
      case CHANNEL_CONFIG_POLICY_REFERENCE -> {
        String reference = policy.getChannelConfigPolicyReference();
        if (reference.equals(ENDORSEMENT) && !config.policies().exists(ENDORSEMENT)) {
          // An embedded ledger from before its channel had policies
          yield endorsers.stream()
                  .filter(endorser -> endorser.roles().contains("peer"))
                  .map(Identity::mspId)
                  .distinct()
                  .count()
              > config.members().size() / 2;
        }
        yield config.policies().satisfied(reference, endorsers);
      }
      default -> throw new Fault("policy", "a chaincode without a policy");
    };
  }
}
