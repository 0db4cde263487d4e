package jp.sanchi.network;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import org.hyperledger.fabric.protos.common.ConfigPolicy;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;

/** A member's signature policies, which are the same for all but for whom they name. */
final class Policies {
  private Policies() {}

  /** The example's policy with the other member in its place. */
  static ConfigPolicy of(ConfigPolicy policy, Member example, Member member) {
    try {
      SignaturePolicyEnvelope.Builder rule =
          SignaturePolicyEnvelope.parseFrom(policy.getPolicy().getValue()).toBuilder();
      for (MSPPrincipal.Builder principal : rule.getIdentitiesBuilderList()) {
        MSPRole.Builder role = MSPRole.parseFrom(principal.getPrincipal()).toBuilder();
        if (role.getMspIdentifier().equals(example.mspId())) {
          principal.setPrincipal(bytes(role.setMspIdentifier(member.mspId())));
        }
      }
      Policy changed = policy.getPolicy().toBuilder().setValue(rule.build().toByteString()).build();
      return policy.toBuilder().setPolicy(changed).setVersion(0).build();
    } catch (InvalidProtocolBufferException e) {
      throw new NetworkFailure("A policy of " + example.mspId() + " can't be read.", e);
    }
  }

  private static ByteString bytes(MSPRole.Builder role) {
    return role.build().toByteString();
  }
}
