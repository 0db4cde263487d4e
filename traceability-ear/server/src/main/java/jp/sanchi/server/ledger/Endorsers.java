package jp.sanchi.server.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jp.sanchi.kernel.proof.TrustRoots;

/**
 * Whose peers must endorse so that those with these trust roots take it, verifiers and audits. The
 * gateway knows the channel's endorsement policy, which counts members; it does not know that two
 * of them may be one operator's.
 */
final class Endorsers {
  private final TrustRoots trust;
  private final long members;

  Endorsers(TrustRoots trust) {
    this.trust = trust;
    this.members = Math.max(trust.thresholdMembers(), trust.members().size() / 2 + 1);
  }

  /** Whether statements of these members meet the threshold. */
  boolean suffice(Collection<String> mspIds) {
    Set<String> known = new TreeSet<>(mspIds);
    known.retainAll(trust.members().keySet());
    return known.size() >= members && operators(known) >= trust.thresholdOperators();
  }

  /**
   * The smallest sets of members that meet the threshold, those with this member first: its own
   * peer is the nearest.
   */
  List<Set<String>> sets(String own) {
    List<String> all = List.copyOf(trust.members().keySet());
    List<Set<String>> sets = new ArrayList<>();
    for (int chosen = 1; chosen < 1 << all.size(); chosen++) {
      if (Integer.bitCount(chosen) == members || Integer.bitCount(chosen) == members + 1) {
        Set<String> set = new TreeSet<>();
        for (int i = 0; i < all.size(); i++) {
          if ((chosen >> i & 1) == 1) {
            set.add(all.get(i));
          }
        }
        if (suffice(set)) {
          sets.add(set);
        }
      }
    }
    sets.sort(
        Comparator.comparing((Set<String> set) -> !set.contains(own)).thenComparing(Set::size));
    return sets;
  }

  private int operators(Set<String> mspIds) {
    return mspIds.stream()
        .map(mspId -> trust.members().get(mspId).operator())
        .collect(Collectors.toSet())
        .size();
  }
}
