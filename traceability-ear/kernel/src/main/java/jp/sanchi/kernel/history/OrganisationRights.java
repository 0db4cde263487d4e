package jp.sanchi.kernel.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jp.sanchi.kernel.event.Json;

/**
 * What the ledger's state says of an organisation.
 *
 * @param member MSP id of who admitted it
 * @param roles {@code grower}, {@code carrier} and so on
 * @param accreditations schemes
 * @param prefixes of GS1 keys: its own number ranges, then those that are lent to it
 * @param agents GLNs of who may record for it
 */
public record OrganisationRights(
    String member,
    List<String> roles,
    List<String> accreditations,
    List<String> prefixes,
    List<String> agents) {

  /** The key of the world state under which {@link #read} finds it. */
  public static String stateKey(String gln) {
    return World.key("organisation/" + gln);
  }

  /**
   * @param state the value under {@link #stateKey}, or null
   * @return empty for an organisation that was never admitted
   */
  public static Optional<OrganisationRights> read(String gln, byte[] state) {
    SubjectState organisation = SubjectState.read("organisation/" + gln, state);
    if (!organisation.has("member")) {
      return Optional.empty();
    }
    List<String> prefixes = new ArrayList<>(texts(organisation.array("ranges")));
    for (Json loan : organisation.array("loans").items()) {
      prefixes.add(((Json.Text) ((Json.Arr) loan).get(0)).value());
    }
    return Optional.of(
        new OrganisationRights(
            organisation.text("member"),
            texts(organisation.array("roles")),
            texts(organisation.array("accreditations")),
            prefixes.stream().distinct().toList(),
            texts(organisation.array("agents"))));
  }

  private static List<String> texts(Json.Arr array) {
    return array.items().stream().map(item -> ((Json.Text) item).value()).toList();
  }
}
