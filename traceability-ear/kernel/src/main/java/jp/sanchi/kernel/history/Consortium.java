package jp.sanchi.kernel.history;

import static jp.sanchi.kernel.history.Attempt.require;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import jp.sanchi.kernel.event.Json;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.event.TraceEvent;

/**
 * Facts of the consortium: its {@code members} in the form of trust.json (section 9), ascending by
 * MSP id, the {@code threshold}, and how often each member has distrusted certificates ({@code
 * distrusts}).
 */
final class Consortium implements SubjectRules {
  /** Every bundle carries this history, so one member alone must not fill it. */
  static final int DISTRUSTS = 64;

  @Override
  public void check(Attempt attempt) {
    if (attempt.is("consortium_founded")) {
      require(
          !attempt.consortium().has("members"),
          Reason.ALREADY_FOUNDED,
          "sanchi:consortium",
          attempt.event.consortium());
    } else if (attempt.is("certificates_distrusted")) {
      require(
          distrusts(attempt.consortium(), attempt.event.member()) < DISTRUSTS,
          Reason.NOT_A_PARTY,
          "sanchi:member",
          attempt.event.member());
    }
  }

  @Override
  public void apply(Attempt attempt) {
    TraceEvent event = attempt.event;
    if (!attempt.inForce) {
      return;
    }
    switch (event.kind()) {
      case "consortium_founded" -> {
        attempt.world.found(event.consortium());
        SubjectState consortium = attempt.consortium();
        change(consortium, event.payload().array("sanchi:members"));
        consortium.set("threshold", event.payload().get("sanchi:threshold"));
      }
      case "member_changed" ->
          change(attempt.consortium(), event.payload().array("sanchi:members"));
      case "member_removed" -> {
        SubjectState consortium = attempt.consortium();
        Json.Obj member = member(consortium, event.text("sanchi:mspId"));
        if (member != null) {
          consortium.remove("members", member);
        }
      }
      case "certificates_distrusted" -> distrust(attempt.consortium(), event);
      default -> {
        // about organisations
      }
    }
  }

  /** The member of this MSP id, or null. */
  static Json.Obj member(SubjectState consortium, String mspId) {
    for (Json item : consortium.array("members").items()) {
      Json.Obj member = (Json.Obj) item;
      if (member.text("mspId").equals(mspId)) {
        return member;
      }
    }
    return null;
  }

  static Set<String> mspIds(SubjectState consortium) {
    Set<String> ids = new LinkedHashSet<>();
    for (Json item : consortium.array("members").items()) {
      ids.add(((Json.Obj) item).text("mspId"));
    }
    return ids;
  }

  private static void change(SubjectState consortium, Json.Arr changed) {
    var members = new TreeMap<String, Json>();
    for (Json item : consortium.array("members").items()) {
      members.put(((Json.Obj) item).text("mspId"), item);
    }
    for (Json item : changed.items()) {
      Json.Obj member = (Json.Obj) item;
      Json.Obj before = (Json.Obj) members.get(member.text("mspId"));
      Json revoked = before == null ? Json.array() : before.get("revoked");
      members.put(member.text("mspId"), member.with("revoked", revoked));
    }
    consortium.set("members", Json.array(members.values().toArray()));
  }

  private static long distrusts(SubjectState consortium, String mspId) {
    Json.Obj counts = consortium.object("distrusts");
    return counts.has(mspId) ? counts.integer(mspId) : 0;
  }

  private static void distrust(SubjectState consortium, TraceEvent event) {
    Json count = Json.of(distrusts(consortium, event.member()) + 1);
    consortium.set("distrusts", consortium.object("distrusts").with(event.member(), count));
    Json.Obj member = member(consortium, event.member());
    var serials = new TreeMap<String, Json>();
    for (Json serial : member.array("revoked").items()) {
      serials.put(((Json.Text) serial).value(), serial);
    }
    for (Json serial : event.payload().array("sanchi:serials").items()) {
      serials.put(((Json.Text) serial).value(), serial);
    }
    var members = new TreeMap<String, Json>();
    for (Json item : consortium.array("members").items()) {
      members.put(((Json.Obj) item).text("mspId"), item);
    }
    members.put(event.member(), member.with("revoked", Json.array(serials.values().toArray())));
    consortium.set("members", Json.array(members.values().toArray()));
  }
}
