package jp.sanchi.network;

import java.util.Locale;
import jp.sanchi.kernel.event.Json;

/**
 * A member of the network.
 *
 * @param name in node names, as in {@code peer.growers}
 * @param operator who runs its machines, as the founding says
 * @param place its ports are those from base + 10 x place on
 * @param application whether it has a peer (the secretariat orders, and nothing else)
 */
record Member(String name, String mspId, String operator, int place, boolean application) {
  static final String NAME = "[a-z][a-z0-9]{1,19}";

  static Member of(String name, String operator, int place, boolean application) {
    String mspId = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + "MSP";
    return new Member(name, mspId, operator, place, application);
  }

  static Member read(Json.Obj json) {
    return new Member(
        json.text("name"),
        json.text("mspId"),
        json.text("operator"),
        (int) json.integer("place"),
        json.bool("application"));
  }

  Json.Obj json() {
    return Json.object(
        "application",
        application,
        "mspId",
        mspId,
        "name",
        name,
        "operator",
        operator,
        "place",
        place);
  }

  String peer() {
    return "peer." + name;
  }

  String chaincode() {
    return "chaincode." + name;
  }
}
