package jp.sanchi.server.capture;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import jp.sanchi.kernel.history.EnrolledKey;
import jp.sanchi.kernel.history.OrganisationRights;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.platform.Failure;

/**
 * The state that the kernel's rules would find now, if everything captured were committed: a key
 * that was revoked a moment ago is revoked here.
 */
@Singleton
public class CurrentState {
  private final DataSource database;
  private final Ledger ledger;

  @Inject
  public CurrentState(DataSource database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  /** Empty for a key that was never enrolled. */
  public Optional<EnrolledKey> key(String kid) {
    String key = EnrolledKey.stateKey(kid);
    return EnrolledKey.read(kid, load(key).get(key));
  }

  /** Empty for an organisation that was never admitted. */
  public Optional<OrganisationRights> organisation(String gln) {
    String key = OrganisationRights.stateKey(gln);
    return OrganisationRights.read(gln, load(key).get(key));
  }

  /** Of those that were admitted, by GLN. */
  public Map<String, OrganisationRights> organisations(Collection<String> glns) {
    Map<String, String> keys = new TreeMap<>();
    glns.forEach(gln -> keys.put(gln, OrganisationRights.stateKey(gln)));
    Map<String, byte[]> values = load(keys.values());
    Map<String, OrganisationRights> rights = new TreeMap<>();
    keys.forEach(
        (gln, key) ->
            OrganisationRights.read(gln, values.get(key)).ifPresent(of -> rights.put(gln, of)));
    return rights;
  }

  private Map<String, byte[]> load(String key) {
    return load(List.of(key));
  }

  private Map<String, byte[]> load(Collection<String> keys) {
    try (Connection connection = database.getConnection()) {
      return new CapturedState(connection, ledger).load(keys);
    } catch (SQLException e) {
      throw new Failure("the state can't be read", e);
    }
  }
}
