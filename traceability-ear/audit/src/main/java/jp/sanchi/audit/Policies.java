package jp.sanchi.audit;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hyperledger.fabric.protos.common.ConfigGroup;
import org.hyperledger.fabric.protos.common.ImplicitMetaPolicy;
import org.hyperledger.fabric.protos.common.MSPPrincipal;
import org.hyperledger.fabric.protos.common.MSPRole;
import org.hyperledger.fabric.protos.common.OrganizationUnit;
import org.hyperledger.fabric.protos.common.Policy;
import org.hyperledger.fabric.protos.common.SignaturePolicy;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.msp.SerializedIdentity;

/** Who must have signed, by the policies of one version of the channel's configuration. */
final class Policies {
  private static final String ROOT = "Channel";

  private final ConfigGroup channel;

  Policies(ConfigGroup channel) {
    this.channel = channel;
  }

  /**
   * Whether these distinct signers satisfy a policy.
   *
   * @param path such as {@code /Channel/Application/Endorsement}
   * @throws Fault {@code policy} if there is no such policy or it can't be judged
   */
  boolean satisfied(String path, List<Identity> signers) {
    ConfigGroup group = group(path);
    if (group == null) {
      throw new Fault("policy", "no policy " + path);
    }
    return satisfied(group, name(path), signers);
  }

  boolean exists(String path) {
    return group(path) != null;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The group that has the policy, or null. */
  private ConfigGroup group(String path) {
    List<String> names = List.of(path.substring(1).split("/"));
    if (!names.get(0).equals(ROOT)) {
      return null;
    }
    ConfigGroup group = channel;
    for (String name : names.subList(1, names.size() - 1)) {
      group = group.getGroupsOrDefault(name, null);
      if (group == null) {
        return null;
      }
    }
    return group.containsPolicies(name(path)) ? group : null;
  }

  private static boolean satisfied(ConfigGroup group, String name, List<Identity> signers) {
    Policy policy = group.getPoliciesOrThrow(name).getPolicy();
    return switch (Policy.PolicyType.forNumber(policy.getType())) {
      case SIGNATURE ->
          satisfied(Strict.read(SignaturePolicyEnvelope.parser(), policy.getValue()), signers);
      case IMPLICIT_META ->
          satisfied(group, Strict.read(ImplicitMetaPolicy.parser(), policy.getValue()), signers);
      default -> throw new Fault("policy", "a policy of an unknown type: " + name);
    };
  }

  private static boolean satisfied(
      ConfigGroup group, ImplicitMetaPolicy policy, List<Identity> signers) {
    int groups = group.getGroupsCount();
    int needed =
        switch (policy.getRule()) {
          case ANY -> Math.min(1, groups);
          case ALL -> groups;
          case MAJORITY -> groups / 2 + 1;
          default -> throw new Fault("policy", "an unknown rule");
        };
    long satisfied =
        group.getGroupsMap().values().stream()
            .filter(
                below ->
                    below.containsPolicies(policy.getSubPolicy())
                        && satisfied(below, policy.getSubPolicy(), signers))
            .count();
    return satisfied >= needed;
  }

  /** Whether these distinct signers satisfy it; each counts once. */
  static boolean satisfied(SignaturePolicyEnvelope policy, List<Identity> signers) {
    return satisfied(
        policy.getRule(), policy.getIdentitiesList(), signers, new boolean[signers.size()]);
  }

  private static boolean satisfied(
      SignaturePolicy rule, List<MSPPrincipal> principals, List<Identity> signers, boolean[] used) {
    switch (rule.getTypeCase()) {
      case SIGNED_BY -> {
        if (rule.getSignedBy() < 0 || rule.getSignedBy() >= principals.size()) {
          throw new Fault("policy", "a policy names a principal that it has not");
        }
        for (int i = 0; i < used.length; i++) {
          if (!used[i] && isOne(signers.get(i), principals.get(rule.getSignedBy()))) {
            used[i] = true;
            return true;
          }
        }
        return false;
      }
      case N_OUT_OF -> {
        int satisfied = 0;
        for (SignaturePolicy part : rule.getNOutOf().getRulesList()) {
          boolean[] attempt = used.clone();
          if (satisfied(part, principals, signers, attempt)) {
            satisfied++;
            System.arraycopy(attempt, 0, used, 0, used.length);
          }
        }
        return satisfied >= rule.getNOutOf().getN();
      }
      default -> throw new Fault("policy", "an empty rule");
    }
  }

  private static boolean isOne(Identity signer, MSPPrincipal principal) {
    ByteString bytes = principal.getPrincipal();
    switch (principal.getPrincipalClassification()) {
      case ROLE -> {
        MSPRole role = Strict.read(MSPRole.parser(), bytes);
        return role.getMspIdentifier().equals(signer.mspId())
            && switch (role.getRole()) {
              case MEMBER -> true;
              case ADMIN -> signer.roles().contains("admin");
              case CLIENT -> signer.roles().contains("client");
              case PEER -> signer.roles().contains("peer");
              case ORDERER -> signer.roles().contains("orderer");
              default -> throw new Fault("policy", "an unknown role");
            };
      }
      case IDENTITY -> {
        SerializedIdentity identity = Strict.read(SerializedIdentity.parser(), bytes);
        try {
          return identity.getMspid().equals(signer.mspId())
              && Arrays.equals(
                  Msp.certificate(identity.getIdBytes()).der(), signer.certificate().der());
        } catch (GeneralSecurityException e) {
          throw new Fault("policy", "a principal's certificate can't be read");
        }
      }
      case ORGANIZATION_UNIT -> {
        OrganizationUnit unit = Strict.read(OrganizationUnit.parser(), bytes);
        return unit.getMspIdentifier().equals(signer.mspId())
            && signer
                .certificate()
                .organisationalUnits()
                .contains(unit.getOrganizationalUnitIdentifier());
      }
      default -> throw new Fault("policy", "a principal that this audit does not know");
    }
  }

  /** The signers without those who stand there twice. */
  static List<Identity> distinct(List<Identity> signers) {
    var distinct = new ArrayList<Identity>();
    for (Identity signer : signers) {
      if (distinct.stream()
          .noneMatch(
              other ->
                  other.mspId().equals(signer.mspId())
                      && Arrays.equals(other.certificate().der(), signer.certificate().der()))) {
        distinct.add(signer);
      }
    }
    return distinct;
  }
}
