package jp.sanchi.server.capture;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private Map<String, byte[]> load(String key) {
    try (Connection connection = database.getConnection()) {
      return new CapturedState(connection, ledger).load(List.of(key));
    } catch (SQLException e) {
      throw new Failure("the state can't be read", e);
    }
  }
}
