package jp.sanchi.server.devices;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.Jwk;
import jp.sanchi.kernel.history.EnrolledKey;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/**
 * Invitations of an organisation, and the keys that devices offer in answer. An offer is only ever
 * that: the key counts when the administrator has signed {@code device_enrolled} and the ledger has
 * taken it.
 */
@Singleton
class Invitations {
  private static final Duration LIFE = Duration.ofHours(24);
  private static final int SHOWN_DAYS = 7;

  private final DataSource database;
  private final CurrentState state;

  @Inject
  Invitations(DataSource database, CurrentState state) {
    this.database = database;
    this.state = state;
  }

  /**
   * The key that a device offers.
   *
   * @param jwk canonical JSON
   * @param proof of possession, for {@code device_enrolled}
   * @param device as the device calls itself
   */
  record Offer(String kid, String jwk, String proof, String device, long offeredAt) {}

  /**
   * One invitation.
   *
   * @param id b64u of the token's hash
   * @param use what whoever answers is to do; null in old ones
   * @param offer null until there is one
   */
  record Invitation(
      String id,
      String organisation,
      String name,
      String language,
      String use,
      String state,
      long expires,
      Offer offer) {}

  /** A new invitation's token, which is nowhere else, and when it ends. */
  record Made(String token, String id, long expires) {}

  Made make(String organisation, String name, String language, String use) {
    String token = Secret.fresh();
    byte[] hash = Secret.hash(token);
    Timestamp expires = Sessions.in(LIFE);
    with(
        "insert into invitation (token_hash, organisation, name, language, expires_at, use)"
            + " values (?, ?, ?, ?, ?, ?)",
        insert -> {
          insert.setBytes(1, hash);
          insert.setString(2, organisation);
          insert.setString(3, name);
          insert.setString(4, language);
          insert.setTimestamp(5, expires);
          insert.setString(6, use);
          return insert.executeUpdate();
        });
    return new Made(token, Base64Url.encode(hash), expires.getTime());
  }

  private static final String COLUMNS =
      "select token_hash, organisation, name, language, expires_at, refused_at is not null,"
          + " kid, jwk, proof, device, offered_at, use from invitation where ";

  /** 404 for a token that was never given out. */
  Invitation of(String token) {
    return one(Secret.hash(token)).orElseThrow(() -> Problem.of(Fault.NOT_FOUND));
  }

  private Optional<Invitation> one(byte[] hash) {
    return with(
        COLUMNS + "token_hash = ?",
        select -> {
          select.setBytes(1, hash);
          return read(select).stream().findFirst();
        });
  }

  /** Those of the last week, newest first. */
  List<Invitation> ofOrganisation(String gln) {
    return with(
        COLUMNS
            + "organisation = ? and made_at > now() - interval '"
            + SHOWN_DAYS
            + " days' order by made_at desc limit 200",
        select -> {
          select.setString(1, gln);
          return read(select);
        });
  }

  /**
   * Takes the first key that is offered for the token; the same key again changes nothing, another
   * one is 409: who photographs the code later comes too late.
   *
   * @param point65 a point whose possession is proven
   */
  Invitation offer(String token, byte[] point65, String proof, String device) {
    byte[] hash = Secret.hash(token);
    String kid = Base64Url.encode(P256.thumbprint(point65));
    boolean taken =
        with(
            """
            update invitation set jwk = ?, proof = ?, device = ?, offered_at = now(), kid = ?
            where token_hash = ? and kid is null and refused_at is null and expires_at > now()
            """,
            update -> {
              update.setString(1, Jwk.of(point65).canonicalText());
              update.setString(2, proof);
              update.setString(3, device);
              update.setString(4, kid);
              update.setBytes(5, hash);
              return update.executeUpdate() == 1;
            });
    Invitation now = of(token);
    if (!taken && (now.offer() == null || !now.offer().kid().equals(kid))) {
      throw Problem.of(now.state().equals("expired") ? Fault.INVITATION_ENDED : Fault.CONFLICT);
    }
    return now;
  }

  /**
   * Nothing can be offered any more, and what was offered is not wanted. 404 if it is not yours.
   */
  void refuse(String gln, String id) {
    byte[] hash = hash(id);
    boolean found =
        with(
            "update invitation set refused_at = coalesce(refused_at, now())"
                + " where token_hash = ? and organisation = ?",
            update -> {
              update.setBytes(1, hash);
              update.setString(2, gln);
              return update.executeUpdate() == 1;
            });
    if (!found) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }

  private static byte[] hash(String id) {
    try {
      return Base64Url.decode(id);
    } catch (jp.sanchi.kernel.event.MalformedEvent e) {
      throw Problem.of(Fault.NOT_FOUND);
    }
  }

  private List<Invitation> read(PreparedStatement select) throws SQLException {
    List<Invitation> found = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        String organisation = row.getString(2);
        Timestamp expires = row.getTimestamp(5);
        String kid = row.getString(7);
        Offer offer =
            kid == null
                ? null
                : new Offer(
                    kid,
                    row.getString(8),
                    row.getString(9),
                    row.getString(10),
                    row.getTimestamp(11).getTime());
        found.add(
            new Invitation(
                Base64Url.encode(row.getBytes(1)),
                organisation,
                row.getString(3),
                row.getString(4),
                row.getString(12),
                standing(organisation, offer, row.getBoolean(6), expires.getTime()),
                expires.getTime(),
                offer));
      }
    }
    return found;
  }

  private String standing(String organisation, Offer offer, boolean refused, long expires) {
    Optional<EnrolledKey> key = offer == null ? Optional.empty() : state.key(offer.kid());
    if (key.isPresent() && key.get().organisation().equals(organisation)) {
      return key.get().revoked() ? "revoked" : "enrolled";
    }
    if (refused) {
      return "refused";
    }
    if (expires < System.currentTimeMillis()) {
      return "expired";
    }
    return offer == null ? "open" : "offered";
  }

  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  private <T> T with(String sql, Use<T> use) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      return use.of(statement);
    } catch (SQLException e) {
      throw new Failure("invitations can't be reached", e);
    }
  }
}
