package jp.sanchi.server.devices;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.event.MalformedEvent;
import jp.sanchi.kernel.event.Reason;
import jp.sanchi.kernel.history.EnrolledKey;
import jp.sanchi.server.capture.CurrentState;
import jp.sanchi.server.ledger.Ledger;
import jp.sanchi.server.platform.Failure;
import jp.sanchi.server.platform.Fault;
import jp.sanchi.server.platform.Problem;

/**
 * Who is logged in. A session belongs to a key, and its cookie is named by it, so that one browser
 * can hold several; the header {@value #KEY_HEADER} says which one a request means. Sessions lie in
 * the database, so every server knows them; whether the key is still good is asked each time.
 */
@Singleton
public class Sessions {
  /** The thumbprint of the key that the request acts for. Pages of other sites can't set it. */
  static final String KEY_HEADER = "Sanchi-Key";

  static final Duration LIFE = Duration.ofHours(12);

  private static final Duration CHALLENGE_LIFE = Duration.ofMinutes(2);
  private static final String SECURE = "__Host-sanchi-";
  private static final String PLAIN = "sanchi-";
  private static final int KID_CHARACTERS = 43;

  private final DataSource database;
  private final Ledger ledger;
  private final CurrentState state;
  private final Origins origins;

  @Inject
  public Sessions(DataSource database, Ledger ledger, CurrentState state, Origins origins) {
    this.database = database;
    this.ledger = ledger;
    this.state = state;
    this.origins = origins;
  }

  /**
   * A session that has just begun.
   *
   * @param cookie the value of {@code Set-Cookie}
   */
  record Begun(Session session, String cookie) {}

  /** 32 random bytes to sign within two minutes; good once. */
  byte[] challenge() {
    byte[] challenge = Secret.random(32);
    with(
        """
        with old as (delete from session_challenge where expires_at < now()),
          ended as (delete from session where expires_at < now())
        insert into session_challenge (challenge, expires_at) values (?, ?)
        """,
        insert -> {
          insert.setBytes(1, challenge);
          insert.setTimestamp(2, in(CHALLENGE_LIFE));
          return insert.executeUpdate();
        });
    return challenge;
  }

  /**
   * Begins a session of the key that signed.
   *
   * @param origin of the page that asks, already known to be ours
   */
  Begun begin(SignedChallenge signed, String origin) {
    if (!signed.consortium().equals(ledger.consortium())) {
      throw Problem.refused(401, Reason.WRONG_CONSORTIUM);
    }
    EnrolledKey key = usable(signed.kid());
    if (!signed.isSignedBy(key.point())) {
      throw Problem.refused(401, Reason.BAD_SIGNATURE);
    }
    if (!signed.origin().equals(origin) || !take(signed.challenge())) {
      throw Problem.of(Fault.LOGIN_NEEDED);
    }
    String token = Secret.fresh();
    Timestamp expires = in(LIFE);
    with(
        "insert into session (token_hash, kid, organisation, expires_at) values (?, ?, ?, ?)",
        insert -> {
          insert.setBytes(1, Secret.hash(token));
          insert.setString(2, signed.kid());
          insert.setString(3, key.organisation());
          insert.setTimestamp(4, expires);
          return insert.executeUpdate();
        });
    Session session =
        new Session(signed.kid(), key.organisation(), key.administrator(), expires.getTime());
    return new Begun(session, cookie(signed.kid(), token, LIFE, Origins.isSecure(origin)));
  }

  /**
   * The session that the request acts for; 401 without one.
   *
   * <p>What changes something must name its key in {@value #KEY_HEADER} and come from a page of
   * ours, else 403. What only reads may leave the header out where there is one session only.
   */
  public Session required(HttpServletRequest request) {
    return find(request).orElseThrow(() -> Problem.of(Fault.LOGIN_NEEDED));
  }

  /** The same; 403 unless the key is an administrator's. */
  public Session administrator(HttpServletRequest request) {
    Session session = required(request);
    if (!session.administrator()) {
      throw Problem.refused(403, Reason.NOT_AN_ADMINISTRATOR);
    }
    return session;
  }

  /** For what outlives its request: whether the session of this one still goes on. */
  public BooleanSupplier lasting(HttpServletRequest request) {
    Session session = required(request);
    String token = chosen(request, session.kid()).orElseThrow().getValue();
    return () -> {
      try {
        return of(token, session.kid()).isPresent();
      } catch (Problem revoked) {
        return false;
      }
    };
  }

  /** Ends the session; the answer is the {@code Set-Cookie} that takes the cookie away. */
  String end(HttpServletRequest request) {
    Session session = required(request);
    byte[] token = Secret.hash(chosen(request, session.kid()).orElseThrow().getValue());
    with(
        "delete from session where token_hash = ?",
        delete -> {
          delete.setBytes(1, token);
          return delete.executeUpdate();
        });
    return cookie(session.kid(), "", Duration.ZERO, Origins.isSecure(origins.required(request)));
  }

  private Optional<Session> find(HttpServletRequest request) {
    String kid = request.getHeader(KEY_HEADER);
    boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    if (!reads) {
      origins.required(request);
      if (kid == null) {
        throw Problem.of(Fault.FORBIDDEN, KEY_HEADER);
      }
    }
    return chosen(request, kid).flatMap(cookie -> of(cookie.getValue(), kidOf(cookie)));
  }

  private Optional<Session> of(String token, String kid) {
    byte[] hash = Secret.hash(token);
    Timestamp expires =
        with(
            "select expires_at from session"
                + " where token_hash = ? and kid = ? and expires_at > now()",
            select -> {
              select.setBytes(1, hash);
              select.setString(2, kid);
              try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getTimestamp(1) : null;
              }
            });
    if (expires == null) {
      return Optional.empty();
    }
    EnrolledKey key = usable(kid);
    return Optional.of(
        new Session(kid, key.organisation(), key.administrator(), expires.getTime()));
  }

  private EnrolledKey usable(String kid) {
    EnrolledKey key = state.key(kid).orElseThrow(() -> Problem.refused(401, Reason.UNKNOWN_KEY));
    if (key.revoked()) {
      with(
          "delete from session where kid = ?",
          delete -> {
            delete.setString(1, kid);
            return delete.executeUpdate();
          });
      throw Problem.refused(401, Reason.KEY_REVOKED);
    }
    return key;
  }

  private boolean take(String challenge) {
    byte[] bytes;
    try {
      bytes = Base64Url.decode(challenge);
    } catch (MalformedEvent e) {
      return false;
    }
    return with(
        "delete from session_challenge where challenge = ? and expires_at > now()",
        delete -> {
          delete.setBytes(1, bytes);
          return delete.executeUpdate() == 1;
        });
  }

  /**
   * @param kid null for the only one there is
   */
  private static Optional<Cookie> chosen(HttpServletRequest request, String kid) {
    List<Cookie> ours = new ArrayList<>();
    for (Cookie cookie : request.getCookies() == null ? new Cookie[0] : request.getCookies()) {
      String of = kidOf(cookie);
      if (of != null && (kid == null || kid.equals(of))) {
        ours.add(cookie);
      }
    }
    return kid != null || ours.size() == 1 ? ours.stream().findFirst() : Optional.empty();
  }

  private static String kidOf(Cookie cookie) {
    for (String prefix : List.of(SECURE, PLAIN)) {
      String name = cookie.getName();
      if (name.startsWith(prefix) && name.length() == prefix.length() + KID_CHARACTERS) {
        return name.substring(prefix.length());
      }
    }
    return null;
  }

  private static String cookie(String kid, String value, Duration age, boolean secure) {
    return (secure ? SECURE : PLAIN)
        + kid
        + "="
        + value
        + "; Path=/; HttpOnly; SameSite=Strict; Max-Age="
        + age.toSeconds()
        + (secure ? "; Secure" : "");
  }

  static Timestamp in(Duration life) {
    return new Timestamp(System.currentTimeMillis() + life.toMillis());
  }

  private interface Use<T> {
    T of(PreparedStatement statement) throws SQLException;
  }

  private <T> T with(String sql, Use<T> use) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      return use.of(statement);
    } catch (SQLException e) {
      throw new Failure("sessions can't be reached", e);
    }
  }
}
