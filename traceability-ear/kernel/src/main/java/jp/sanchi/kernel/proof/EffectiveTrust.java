package jp.sanchi.kernel.proof;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.history.Approvals;
import jp.sanchi.kernel.history.Recorded;

/**
 * The members as the consortium's history has changed them since trust was written (wire format,
 * section 12). A change counts only where administrators of the members before it have signed:
 * otherwise whoever serves a bundle could put in roots of his own and approve them by these.
 */
final class EffectiveTrust {
  private static final String ADMIN = "admin";
  private static final String PEER = "peer";

  private record State(long since, Map<String, TrustRoots.Member> members) {}

  private record Distrusted(String mspId, BigInteger serial, long recordTime) {}

  /** A certificate that was found good for a member as long as all in its path are valid. */
  private record Proved(TrustRoots.Member member, X509 certificate) {}

  private final List<State> states = new ArrayList<>();
  private final List<Distrusted> distrusted = new ArrayList<>();
  // Asked by several threads at once.
  private final Set<Proved> proved = ConcurrentHashMap.newKeySet();
  private final Map<ByteBuffer, X509> certificates = new ConcurrentHashMap<>();

  /**
   * @param history of the consortium, in ledger order, of which nothing has been checked but form
   * @param numbers of the entries in the whole history, from 1
   */
  EffectiveTrust(TrustRoots pinned, List<Recorded> history, List<Integer> numbers) {
    states.add(new State(Long.MIN_VALUE, pinned.members()));
    Approvals approvals = new Approvals();
    for (int i = 0; i < history.size(); i++) {
      Recorded entry = history.get(i);
      TraceEvent event = entry.event();
      switch (event.kind()) {
        case "certificates_distrusted" -> {
          for (BigInteger serial : TrustRoots.serials(event.payload().array("sanchi:serials"))) {
            distrusted.add(new Distrusted(event.member(), serial, entry.recordTime()));
          }
        }
        case "member_changed", "member_removed" -> {
          Map<String, TrustRoots.Member> now = members();
          if (numbers.get(i) <= pinned.version()
              || !now.containsKey(event.member())
              || fault(event, entry.recordTime(), now) != null
              || !approvals.completedBy(event, now.keySet())) {
            continue;
          }
          states.add(new State(entry.recordTime(), changed(now, event)));
        }
        default -> {
          // says nothing about trust
        }
      }
    }
  }

  private static Map<String, TrustRoots.Member> changed(
      Map<String, TrustRoots.Member> members, TraceEvent event) {
    var changed = new TreeMap<>(members);
    if (event.kind().equals("member_removed")) {
      changed.remove(event.text("sanchi:mspId"));
      return changed;
    }
    for (Json item : event.payload().array("sanchi:members").items()) {
      Json.Obj object = (Json.Obj) item;
      TrustRoots.Member before = members.get(object.text("mspId"));
      changed.put(
          object.text("mspId"),
          TrustRoots.Member.read(object, before == null ? Set.of() : before.revoked()));
    }
    return changed;
  }

  /** The members at last, by MSP id. */
  Map<String, TrustRoots.Member> members() {
    return states.get(states.size() - 1).members();
  }

  /** Why a certificate is none of this member's peers at that time, or null. */
  String peerFault(String mspId, X509 certificate, long at) {
    return fault(members().get(mspId), certificate, PEER, at, Long.MAX_VALUE);
  }

  /**
   * Why the certificate in the header does not stand for an administrator of the member that the
   * event names, or null; {@code bad_signature} is the caller's to find.
   */
  String administratorFault(TraceEvent event, long recordTime) {
    String first = null;
    for (int i = 0; i < states.size(); i++) {
      // In force at this moment: the last state that began before it, and those that began at it.
      boolean over = i + 1 < states.size() && states.get(i + 1).since() < recordTime;
      if (over || states.get(i).since() > recordTime) {
        continue;
      }
      String fault = certificateFault(event, recordTime, states.get(i).members());
      if (fault == null) {
        return null;
      }
      first = first == null ? fault : first;
    }
    return first;
  }

  private String fault(TraceEvent event, long recordTime, Map<String, TrustRoots.Member> members) {
    String fault = certificateFault(event, recordTime, members);
    return fault != null
            || P256.verifyRaw(key(event), event.jws().signingInput(), event.jws().signature())
        ? fault
        : "bad_signature";
  }

  private String certificateFault(
      TraceEvent event, long recordTime, Map<String, TrustRoots.Member> members) {
    X509 certificate = certificate(event);
    if (certificate == null) {
      return "certificate_malformed";
    }
    String fault = fault(members.get(event.member()), certificate, ADMIN, recordTime, recordTime);
    if (fault != null) {
      return fault;
    }
    String kid = Base64Url.encode(P256.thumbprint(certificate.publicKey()));
    return kid.equals(event.jws().kid()) ? null : "kid_mismatch";
  }

  /** The key of the certificate in the header, which must be readable. */
  byte[] key(TraceEvent event) {
    return certificate(event).publicKey();
  }

  private X509 certificate(TraceEvent event) {
    return certificates.computeIfAbsent(
        ByteBuffer.wrap(event.jws().x5c()),
        der -> {
          try {
            return X509.read(der.array());
          } catch (Malformed e) {
            return null;
          }
        });
  }

  /**
   * @param distrustedBefore certificates distrusted at this moment or later still count
   */
  private String fault(
      TrustRoots.Member member, X509 certificate, String unit, long at, long distrustedBefore) {
    if (member == null) {
      return "certificate_not_trusted";
    }
    Set<BigInteger> revoked = new HashSet<>(member.revoked());
    for (Distrusted one : distrusted) {
      if (one.mspId().equals(member.mspId()) && one.recordTime() < distrustedBefore) {
        revoked.add(one.serial());
      }
    }
    List<X509> intermediates =
        member.intermediates().stream().filter(i -> !revoked.contains(i.serial())).toList();
    Proved path = new Proved(member, certificate);
    boolean same =
        intermediates.size() == member.intermediates().size() && validThroughout(path, at);
    if (!same || !proved.contains(path)) {
      try {
        X509.path(certificate, intermediates, member.roots(), at);
      } catch (Malformed e) {
        return e.reason().equals("certificate_not_for_signing")
            ? "certificate_not_" + unit
            : e.reason();
      }
      if (same) {
        proved.add(path);
      }
    }
    if (!certificate.organisationalUnits().contains(unit)) {
      return "certificate_not_" + unit;
    }
    return revoked.contains(certificate.serial()) ? "certificate_revoked" : null;
  }

  // A path once found good is good at every time at which nothing that might be in it is expired.
  private static boolean validThroughout(Proved path, long at) {
    return validAt(path.certificate(), at)
        && path.member().roots().stream().allMatch(root -> validAt(root, at))
        && path.member().intermediates().stream().allMatch(i -> validAt(i, at));
  }

  private static boolean validAt(X509 certificate, long at) {
    return certificate.notBefore() <= at && at <= certificate.notAfter();
  }
}
