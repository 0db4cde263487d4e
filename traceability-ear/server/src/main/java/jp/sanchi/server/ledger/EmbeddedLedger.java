package jp.sanchi.server.ledger;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import javax.sql.DataSource;
import jp.sanchi.kernel.event.Base64Url;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Rules;
import jp.sanchi.kernel.history.Subject;
import jp.sanchi.kernel.ledger.AppendAnswer;
import jp.sanchi.kernel.ledger.TraceFunctions;
import jp.sanchi.kernel.proof.P256;
import jp.sanchi.kernel.proof.Statement;
import org.hyperledger.fabric.protos.common.Block;

/**
 * The ledger without a network: the kernel's rules over PostgreSQL, in the structures that Fabric's
 * peers write, so that there is one proof format and one verifier. It plays all three members and
 * holds all their keys, which is for trying, teaching and small starts; verdicts say so.
 *
 * <p>Several servers may share one database. Each append is one transaction in one block and one
 * database transaction; an advisory lock lets one writer at a time in. Signatures go to whatever
 * provider the host has registered first.
 */
public final class EmbeddedLedger implements Ledger, LocalAuthorities {
  private static final long WRITERS_LOCK = 0x6c6564676572L;
  private static final long TICK_EVERY_MS = 60_000;
  // Blocks of other servers on this database are looked for this often
  private static final long LOOK_EVERY_MS = 200;

  private final DataSource database;
  private final ParsedEvents parsed;
  private final Clock clock;
  private final LocalMembers members;
  private final LocalOrderers orderers;
  private final String consortium;
  private final Object ticking = new Object();
  private final Object growing = new Object();
  private long growth;

  private EmbeddedLedger(
      DataSource database,
      ParsedEvents parsed,
      Clock clock,
      LocalMembers members,
      LocalOrderers orderers,
      String consortium) {
    this.database = database;
    this.parsed = parsed;
    this.clock = clock;
    this.members = members;
    this.orderers = orderers;
    this.consortium = consortium;
  }

  /** The newest block, or what stands for it before the first. */
  private record Tip(long number, byte[] hash, long time) {
    static final Tip NONE = new Tip(-1, new byte[0], 0);
  }

  /**
   * Opens the ledger in this database, and founds it where there is none.
   *
   * @param database migrated; outside JTA transactions its connections commit on their own
   * @throws IllegalStateException for a configuration that can't be, with a sentence for the user
   */
  public static EmbeddedLedger open(DataSource database, LedgerConfig config, ParsedEvents parsed) {
    return open(database, config, parsed, Clock.systemUTC());
  }

  static EmbeddedLedger open(
      DataSource database, LedgerConfig config, ParsedEvents parsed, Clock clock) {
    if (config.profile().filter("production"::equals).isPresent()) {
      throw new IllegalStateException(
          "The embedded ledger holds the keys of all members, so it does not start with"
              + " sanchi.profile=production: connect a Fabric network instead.");
    }
    EmbeddedLedger ledger =
        inTransaction(database, connection -> open(connection, database, config, parsed, clock));
    Instant now = clock.instant();
    config
        .data()
        .ifPresent(
            data -> AdministratorFiles.write(data, ledger.members.authorities().values(), now));
    return ledger;
  }

  private static EmbeddedLedger open(
      Connection connection,
      DataSource database,
      LedgerConfig config,
      ParsedEvents parsed,
      Clock clock)
      throws SQLException {
    lock(connection);
    if (FabricState.isIn(connection)) {
      throw new IllegalStateException(
          "This database follows a Fabric channel; set sanchi.ledger=fabric, or give this server"
              + " another database.");
    }
    LocalMembers known = LocalMembers.load(connection);
    if (known == null) {
      return found(connection, database, config, parsed, clock);
    }
    // Block 1 is the founding
    LedgerBlock founding = read(connection, 1, 1, parsed).get(0);
    String consortium = parsed.readKnown(founding.events().get(0).jws()).consortium();
    if (config.consortium().isPresent() && !config.consortium().get().equals(consortium)) {
      throw new IllegalStateException(
          "This database holds the ledger of the consortium %s, but sanchi.consortium is %s."
              .formatted(consortium, config.consortium().get()));
    }
    return new EmbeddedLedger(
        database, parsed, clock, known, LocalOrderers.load(connection), consortium);
  }

  private static EmbeddedLedger found(
      Connection connection,
      DataSource database,
      LedgerConfig config,
      ParsedEvents parsed,
      Clock clock)
      throws SQLException {
    Instant now = clock.instant();
    long time = now.toEpochMilli();
    LocalMembers members = LocalMembers.found(now);
    members.store(connection);
    LocalOrderers orderers = LocalOrderers.found(now);
    orderers.store(connection);
    String consortium = config.consortium().orElseGet(EmbeddedLedger::randomId);
    if (!consortium.matches("[a-z0-9-]{3,40}")) {
      throw new IllegalStateException(
          "sanchi.consortium must be 3 to 40 characters of a-z, 0-9 and -, not " + consortium);
    }
    var ledger = new EmbeddedLedger(database, parsed, clock, members, orderers, consortium);
    ledger.write(connection, Tip.NONE, time, Genesis.envelope(consortium, members, orderers, time));

    // Any certificate of the authority will do; this key is used once and forgotten
    LocalIdentity administrator =
        members.authorities().get(LocalMembers.MSP_IDS.get(0)).issue("admin", now);
    String event = Founding.event(consortium, members, administrator, time);
    Outcome outcome = ledger.append(connection, tip(connection), List.of(event)).get(0);
    if (!(outcome instanceof Accepted)) {
      throw new IllegalStateException("the rules refuse the founding: " + outcome);
    }
    return ledger;
  }

  @Override
  public SortedMap<String, byte[]> certifyAdministrator(byte[] point65) {
    var certificates = new TreeMap<String, byte[]>();
    for (CertificateAuthority authority : members.authorities().values()) {
      certificates.put(
          authority.mspId(), authority.certify("admin", P256.publicKey(point65), clock.instant()));
    }
    return certificates;
  }

  private static String randomId() {
    var random = new SecureRandom();
    var id = new StringBuilder("sanchi-");
    for (int i = 0; i < 12; i++) {
      id.append("abcdefghijklmnopqrstuvwxyz234567".charAt(random.nextInt(32)));
    }
    return id.toString();
  }

  @Override
  public String consortium() {
    return consortium;
  }

  @Override
  public boolean isReached() {
    // Where this server's database is, there the ledger is
    return true;
  }

  @Override
  public List<Outcome> append(List<String> batch) {
    if (batch.size() > MAX_BATCH) {
      throw new IllegalArgumentException("a batch of " + batch.size());
    }
    if (batch.isEmpty()) {
      return List.of();
    }
    List<Outcome> outcomes =
        inTransaction(
            database,
            connection -> {
              lock(connection);
              return append(connection, tip(connection), batch);
            });
    announce();
    return outcomes;
  }

  private List<Outcome> append(Connection connection, Tip tip, List<String> batch)
      throws SQLException {
    long time = Math.max(clock.millis(), tip.time());
    var state = new Simulation(connection);
    List<Outcome> outcomes = Rules.append(state, batch, time);
    if (!state.results().writes().isEmpty()) {
      commit(
          connection,
          tip,
          time,
          new Invocation(members.client(), time, TraceFunctions.append(batch)),
          state.results(),
          AppendAnswer.of(outcomes, time));
    }
    return outcomes;
  }

  @Override
  public EndorsedAnswer heads(SortedSet<String> subjects, byte[] challenge) {
    if (subjects.size() > Statement.MOST_SUBJECTS) {
      throw new IllegalArgumentException("a statement of " + subjects.size() + " subjects");
    }
    if (challenge.length < 16 || challenge.length > 64) {
      throw new IllegalArgumentException("a challenge of " + challenge.length + " bytes");
    }
    subjects.forEach(Subject::parse);
    EndorsedAnswer answer = heads(subjects, challenge, false);
    if (answer == null) {
      tick();
      answer = heads(subjects, challenge, true);
    }
    return answer;
  }

  /** Null if the newest tick is too old and that matters. */
  private EndorsedAnswer heads(
      SortedSet<String> subjects, byte[] challenge, boolean whateverTheTick) {
    var call = new ArrayList<byte[]>(subjects.size() + 2);
    call.add(bytes(TraceFunctions.HEADS));
    call.add(bytes(Base64Url.encode(challenge)));
    subjects.forEach(subject -> call.add(bytes(subject)));
    long time = clock.millis();
    ReadWriteSet results;
    byte[] answer;
    try (Connection connection = database.getConnection()) {
      var state = new Simulation(connection);
      answer = TraceFunctions.call(state, Invocation.CHANNEL, call, time);
      results = state.results();
    } catch (SQLException e) {
      throw new LedgerUnavailable("the embedded ledger's database did not answer", e);
    }
    Statement statement = Statement.read(answer);
    if (statement.tick() < time - TICK_EVERY_MS && !whateverTheTick) {
      return null;
    }
    var invocation = new Invocation(members.client(), statement.time(), call);
    return members.endorse(invocation.response(results, answer));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Commits a tick, unless another thread or server has just done so. */
  private void tick() {
    synchronized (ticking) {
      inTransaction(
          database,
          connection -> {
            lock(connection);
            var state = new Simulation(connection);
            Tip tip = tip(connection);
            long time = Math.max(clock.millis(), tip.time());
            if (newestTick(state) < time - TICK_EVERY_MS) {
              List<byte[]> call = List.of(bytes(TraceFunctions.TICK));
              byte[] value = TraceFunctions.call(state, Invocation.CHANNEL, call, time);
              var invocation = new Invocation(members.client(), time, call);
              commit(connection, tip, time, invocation, state.results(), value);
            }
            return null;
          });
    }
    announce();
  }

  private static long newestTick(Simulation state) {
    byte[] tick = state.load(List.of(TraceFunctions.TICK_KEY)).get(TraceFunctions.TICK_KEY);
    return tick == null ? 0 : Long.parseLong(new String(tick, StandardCharsets.US_ASCII));
  }

  @Override
  public Map<String, byte[]> state(Collection<String> keys) {
    try (Connection connection = database.getConnection()) {
      return new Simulation(connection).load(keys);
    } catch (SQLException e) {
      throw new LedgerUnavailable("the embedded ledger's database did not answer", e);
    }
  }

  @Override
  public List<LedgerBlock> blocks(long from, int max, Duration wait) throws InterruptedException {
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      long before;
      synchronized (growing) {
        before = growth;
      }
      long left;
      try (Connection connection = database.getConnection()) {
        List<LedgerBlock> blocks = read(connection, from, max, parsed);
        left = (end - System.nanoTime()) / 1_000_000;
        if (!blocks.isEmpty() || left <= 0) {
          return blocks;
        }
      } catch (SQLException e) {
        throw new LedgerUnavailable("the embedded ledger's database did not answer", e);
      }
      synchronized (growing) {
        if (growth == before) {
          growing.wait(Math.min(left, LOOK_EVERY_MS));
        }
      }
    }
  }

  private void announce() {
    synchronized (growing) {
      growth++;
      growing.notifyAll();
    }
  }

  private static List<LedgerBlock> read(
      Connection connection, long from, int max, ParsedEvents parsed) throws SQLException {
    var blocks = new ArrayList<LedgerBlock>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "select block from embedded_block where number >= ? order by number limit ?")) {
      select.setLong(1, from);
      select.setInt(2, max);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          blocks.add(Blocks.read(rows.getBytes(1), Invocation.CHAINCODE, parsed));
        }
      }
    }
    return blocks;
  }

  @Override
  public byte[] block(long number) {
    try (Connection connection = database.getConnection();
        PreparedStatement select =
            connection.prepareStatement("select block from embedded_block where number = ?")) {
      select.setLong(1, number);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? rows.getBytes(1) : null;
      }
    } catch (SQLException e) {
      throw new LedgerUnavailable("the embedded ledger's database did not answer", e);
    }
  }

  @Override
  public byte[] trust() {
    return members.trust(consortium);
  }

  private void commit(
      Connection connection,
      Tip tip,
      long time,
      Invocation call,
      ReadWriteSet results,
      byte[] answer)
      throws SQLException {
    EndorsedAnswer endorsed = members.endorse(call.response(results, answer));
    long number = write(connection, tip, time, call.transaction(endorsed));
    store(connection, number, results.writes());
  }

  private long write(Connection connection, Tip tip, long time, ByteString envelope)
      throws SQLException {
    long number = tip.number() + 1;
    Block block = Blocks.of(number, tip.hash(), envelope, orderers);
    try (PreparedStatement insert =
        connection.prepareStatement("insert into embedded_block values (?, ?, ?, ?)")) {
      insert.setLong(1, number);
      insert.setBytes(2, Blocks.hash(block.getHeader()));
      insert.setLong(3, time);
      insert.setBytes(4, block.toByteArray());
      insert.executeUpdate();
    }
    return number;
  }

  private static void store(Connection connection, long block, SortedMap<String, byte[]> writes)
      throws SQLException {
    try (PreparedStatement upsert =
        connection.prepareStatement(
            """
            insert into embedded_state (key, value, block)
            select key, value, ? from unnest(?, ?) as written (key, value)
            on conflict (key) do update set value = excluded.value, block = excluded.block\
            """)) {
      upsert.setLong(1, block);
      upsert.setArray(2, connection.createArrayOf("text", writes.keySet().toArray()));
      upsert.setArray(3, connection.createArrayOf("bytea", writes.values().toArray(byte[][]::new)));
      upsert.executeUpdate();
    }
  }

  private static void lock(Connection connection) throws SQLException {
    try (PreparedStatement lock = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
      lock.setLong(1, WRITERS_LOCK);
      lock.execute();
    }
  }

  private static Tip tip(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "select number, hash, time from embedded_block order by number desc limit 1");
        ResultSet rows = select.executeQuery()) {
      return rows.next() ? new Tip(rows.getLong(1), rows.getBytes(2), rows.getLong(3)) : Tip.NONE;
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /** All or nothing. The caller knows nothing of a commit that failed: it may have happened. */
  private static <T> T inTransaction(DataSource database, Work<T> work) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.with(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        undo(connection, e);
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new LedgerUnavailable("the embedded ledger's database did not answer", e);
    }
  }

  private static void undo(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
