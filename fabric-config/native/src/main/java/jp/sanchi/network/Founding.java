package jp.sanchi.network;

import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import jp.sanchi.kernel.event.Json;

/** The first event of a ledger. */
final class Founding {
  private Founding() {}

  /** {@code consortium_founded}, naming all members with a peer. */
  static Json.Obj payload(DataFolder data, NetworkState state, Instant now) {
    List<Member> members = state.peers();
    long operators = members.stream().map(Member::operator).distinct().count();
    return Ledger.payload("consortium_founded", state.consortium(), now)
        .with("sanchi:chaincode", Json.of(Lifecycle.CHAINCODE))
        .with("sanchi:channel", Json.of(PeerClient.CHANNEL))
        .with("sanchi:members", Json.array(described(data, members).toArray()))
        .with("sanchi:mode", Json.of("fabric"))
        .with(
            "sanchi:threshold",
            Json.object("members", members.size() / 2 + 1, "operators", Math.min(2, operators)));
  }

  /** Members as events and trust.json list them, ascending. */
  static List<Json.Obj> described(DataFolder data, List<Member> members) {
    return members.stream()
        .sorted(Comparator.comparing(Member::mspId))
        .map(
            member ->
                Json.object(
                    "intermediates",
                    Json.array(),
                    "mspId",
                    member.mspId(),
                    "operator",
                    member.operator(),
                    "roots",
                    Json.array(root(data, member))))
        .toList();
  }

  private static String root(DataFolder data, Member member) {
    return Base64.getEncoder()
        .encodeToString(
            KeyedCertificate.der(
                KeyedCertificate.certificate(data.authority(member.mspId(), "ca.pem"))));
  }
}
