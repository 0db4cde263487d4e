package jp.sanchi.network;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import jp.sanchi.kernel.event.Json;

/** The first event of a ledger, and those that change its members. */
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

  /** {@code member_changed} of one member, which a majority of the members must approve. */
  static Json.Obj changed(String consortium, Json.Obj member, Instant now) {
    return Ledger.payload("member_changed", consortium, now)
        .with("sanchi:members", Json.array(member));
  }

  /** Members as events and trust.json list them, ascending. */
  static List<Json.Obj> described(DataFolder data, List<Member> members) {
    return members.stream()
        .sorted(Comparator.comparing(Member::mspId))
        .map(
            member ->
                described(
                    member.mspId(), member.operator(), data.authority(member.mspId(), "ca.pem")))
        .toList();
  }

  /** A member of one authority, in PEM. */
  static Json.Obj described(String mspId, String operator, Path authority) {
    byte[] root = KeyedCertificate.der(KeyedCertificate.certificate(authority));
    return Json.object(
        "intermediates",
        Json.array(),
        "mspId",
        mspId,
        "operator",
        operator,
        "roots",
        Json.array(Base64.getEncoder().encodeToString(root)));
  }
}
