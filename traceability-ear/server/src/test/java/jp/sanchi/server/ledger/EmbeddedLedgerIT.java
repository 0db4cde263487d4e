package jp.sanchi.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jp.sanchi.audit.AuditReport;
import jp.sanchi.audit.Auditor;
import jp.sanchi.audit.BlockSource;
import jp.sanchi.kernel.event.Jws;
import jp.sanchi.kernel.event.TraceEvent;
import jp.sanchi.kernel.proof.TrustRoots;
import jp.sanchi.server.TestDatabase;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedLedgerIT extends LedgerContract {
  @TempDir private Path data;
  private final TestDatabase database = TestDatabase.fresh();
  private final HandClock clock = new HandClock();

  /** A clock that stands still unless it is moved. */
  private static final class HandClock extends Clock {
    private volatile Instant now = Instant.parse("2026-11-23T09:00:00.123Z");

    void move(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  Ledger testee() {
    return open(database);
  }

  @Override
  Ledger anotherServer() {
    return open(database);
  }

  @Override
  Path administrators() {
    return data.resolve("administrators");
  }

  @Override
  Clock clock() {
    return clock;
  }

  @BeforeEach
  void let_a_second_pass() {
    clock.move(Duration.ofSeconds(1));
  }

  private EmbeddedLedger open(TestDatabase in) {
    return EmbeddedLedger.open(
        in.dataSource(), config(Optional.empty()), new ParsedEvents(), clock);
  }

  private LedgerConfig config(Optional<String> consortium) {
    return new LedgerConfig(Optional.empty(), consortium, Optional.of(data));
  }

  @Test
  void founds_a_consortium_of_three_members_and_one_operator() {
    TrustRoots trust = TrustRoots.read(ledger().trust());

    assertThat(trust.members().keySet())
        .containsExactly("GrowersMSP", "InspectorsMSP", "LogisticsMSP");
    assertThat(trust.oneOperator()).isTrue();
    assertThat(trust.mode()).isEqualTo("embedded");
    assertThat(trust.thresholdMembers()).isEqualTo(2);
    assertThat(trust.thresholdOperators()).isEqualTo(1);
    assertThat(trust.version()).isEqualTo(1);
    assertThat(trust.consortium()).isEqualTo(ledger().consortium()).matches("sanchi-[a-z2-7]{12}");
    assertThat(Instant.ofEpochMilli(trust.expires()))
        .isBetween(clock.now.plus(Duration.ofDays(3650)), clock.now.plus(Duration.ofDays(3653)));
    TraceEvent founding = TraceEvent.read(Jws.parse(committed().get(0).jws()));
    assertThat(founding.kind()).isEqualTo("consortium_founded");
    assertThat(founding.subjects()).containsExactly("consortium/" + trust.consortium());
  }

  @Test
  void is_the_same_ledger_when_it_is_opened_again() throws Exception {
    Map<String, String> keys = administratorFiles();
    clock.move(Duration.ofDays(400));

    EmbeddedLedger again = open(database);

    assertThat(again.trust()).isEqualTo(ledger().trust());
    assertThat(again.consortium()).isEqualTo(ledger().consortium());
    assertThat(administratorFiles()).isEqualTo(keys);
    assertThat(again.blocks(0, 1000, Duration.ZERO))
        .isEqualTo(ledger().blocks(0, 1000, Duration.ZERO));
  }

  @Test
  void takes_the_name_of_a_new_consortium_from_the_configuration_and_keeps_it() {
    TestDatabase other = TestDatabase.fresh();
    LedgerConfig config =
        new LedgerConfig(Optional.empty(), Optional.of("aya-2026"), Optional.empty());
    assertThat(EmbeddedLedger.open(other.dataSource(), config, new ParsedEvents()).consortium())
        .isEqualTo("aya-2026");

    assertThatThrownBy(
            () ->
                EmbeddedLedger.open(
                    other.dataSource(), config(Optional.of("another")), new ParsedEvents()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "This database holds the ledger of the consortium aya-2026, but sanchi.consortium is"
                + " another.");
    assertThatThrownBy(
            () ->
                EmbeddedLedger.open(
                    TestDatabase.fresh().dataSource(),
                    config(Optional.of("No Name")),
                    new ParsedEvents()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sanchi.consortium");
  }

  @Test
  void gives_the_administrators_keys_to_nobody_but_the_data_folder() throws Exception {
    Map<String, String> files = administratorFiles();
    assertThat(files).hasSize(3);
    for (String name : files.keySet()) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(administrators().resolve(name))))
          .isEqualTo("rw-------");
      String key = between(files.get(name), "PRIVATE KEY");
      try (Connection connection = database.dataSource().getConnection();
          Statement select = connection.createStatement();
          ResultSet rows = select.executeQuery("select private_key from embedded_identity")) {
        while (rows.next()) {
          assertThat(rows.getBytes(1)).isNotEqualTo(Base64.getMimeDecoder().decode(key));
        }
      }
    }
  }

  @Test
  void refuses_the_data_folder_of_another_ledger() {
    assertThatThrownBy(() -> open(TestDatabase.fresh()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("GrowersMSP.pem is of another ledger than the one in this database");
  }

  @Test
  void refuses_to_start_in_production() {
    LedgerConfig config =
        new LedgerConfig(Optional.of("production"), Optional.empty(), Optional.empty());
    TestDatabase empty = TestDatabase.fresh();
    assertThatThrownBy(() -> EmbeddedLedger.open(empty.dataSource(), config, new ParsedEvents()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The embedded ledger holds the keys of all members, so it does not start with"
                + " sanchi.profile=production: connect a Fabric network instead.");
    assertThat(rows(empty, "embedded_identity")).isZero();
  }

  @Test
  void two_servers_that_start_at_once_found_one_ledger() throws Exception {
    TestDatabase empty = TestDatabase.fresh();
    LedgerConfig config = new LedgerConfig(Optional.empty(), Optional.empty(), Optional.empty());
    List<CompletableFuture<EmbeddedLedger>> starts =
        Stream.generate(
                () ->
                    CompletableFuture.supplyAsync(
                        () -> EmbeddedLedger.open(empty.dataSource(), config, new ParsedEvents())))
            .limit(2)
            .toList();

    assertThat(starts.get(0).get().trust()).isEqualTo(starts.get(1).get().trust());
    assertThat(starts.get(0).get().blocks(0, 10, Duration.ZERO)).hasSize(2);
  }

  @Test
  void a_batch_leaves_the_same_state_however_it_is_split() throws Exception {
    TestDatabase copy = database.copy();
    Ledger whole = ledger();
    Ledger split = open(copy);
    List<String> season =
        Stream.concat(
                farm().season("A", 10).stream(),
                Stream.of("no event", farm().commission("A3"), farm().weed("A3")))
            .toList();
    clock.move(Duration.ofSeconds(5));

    List<Object> atOnce = List.copyOf(whole.append(season));
    List<Object> oneByOne =
        season.stream().map(event -> (Object) split.append(List.of(event)).get(0)).toList();

    assertThat(oneByOne).isEqualTo(atOnce);
    assertThat(Chain.replay(split)).isEqualTo(Chain.replay(whole)).hasSizeGreaterThan(40);
  }

  @Test
  void a_clock_that_goes_back_does_not_take_the_record_times_with_it() {
    ledger().append(List.of(farm().commission("A")));
    long before = committed().get(committed().size() - 1).recordTime();
    assertThat(before).isEqualTo(clock.millis());
    clock.move(Duration.ofMinutes(-10));

    ledger().append(List.of(farm().weed("A")));

    assertThat(committed().get(committed().size() - 1).recordTime()).isEqualTo(before);
    assertThat(statement("A").time()).isEqualTo(before);
    clock.move(Duration.ofMinutes(11));
    ledger().append(List.of(farm().weed("A")));
    assertThat(committed().get(committed().size() - 1).recordTime()).isEqualTo(clock.millis());
  }

  @Test
  void commits_a_tick_only_when_a_statement_needs_one() {
    assertThat(statement("A").tick()).isEqualTo(clock.millis());
    long blocks = rows(database, "embedded_block");
    long first = clock.millis();
    clock.move(Duration.ofSeconds(60));
    assertThat(statement("A").tick()).isEqualTo(first);
    assertThat(statement("A").time()).isEqualTo(clock.millis());
    assertThat(rows(database, "embedded_block")).isEqualTo(blocks);

    clock.move(Duration.ofMillis(1));

    assertThat(statement("A").tick()).isEqualTo(clock.millis());
    assertThat(statement("B").tick()).isEqualTo(clock.millis());
    assertThat(rows(database, "embedded_block")).isEqualTo(blocks + 1);
  }

  @Test
  void writes_no_block_when_nothing_changes() {
    String event = farm().commission("A");
    ledger().append(List.of(event));
    long blocks = rows(database, "embedded_block");

    ledger().append(List.of(event, "no event"));

    assertThat(rows(database, "embedded_block")).isEqualTo(blocks);
  }

  @Test
  void a_server_that_dies_in_the_middle_of_an_append_leaves_nothing() throws Exception {
    List<String> season = farm().season("A", 4);
    long blocks = rows(database, "embedded_block");
    long state = rows(database, "embedded_state");
    try (Connection locking = database.dataSource().getConnection();
        Statement lock = locking.createStatement();
        Connection watching = database.dataSource().getConnection();
        Statement watch = watching.createStatement()) {
      // The block's row is written; the state's rows have to wait for this lock
      locking.setAutoCommit(false);
      lock.execute("lock table embedded_state in exclusive mode");
      CompletableFuture<?> append = CompletableFuture.supplyAsync(() -> ledger().append(season));
      watch.execute("select pg_terminate_backend(" + writerThatWaits(watch) + ")");
      assertThatThrownBy(() -> append.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(LedgerUnavailable.class);
    }

    assertThat(rows(database, "embedded_block")).isEqualTo(blocks);
    assertThat(rows(database, "embedded_state")).isEqualTo(state);
    assertThat(ledger().append(season)).allMatch(LedgerContract::isNew);
    Chain.replay(ledger());
  }

  private static int writerThatWaits(Statement watch) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < end) {
      try (ResultSet rows =
          watch.executeQuery(
              "select pid from pg_stat_activity where datname = current_database()"
                  + " and wait_event_type = 'Lock' and query like 'insert into embedded_state%'")) {
        if (rows.next()) {
          return rows.getInt(1);
        }
      }
      Thread.sleep(10);
    }
    throw new AssertionError("no append waits");
  }

  @Test
  void a_quorum_of_orderers_signs_each_block_and_all_take_part() throws Exception {
    for (int i = 0; i < 4; i++) {
      ledger().append(List.of(farm().commission("A" + i)));
    }

    Chain.replay(ledger());

    Set<Integer> signers = new TreeSet<>();
    for (long number = 1; ledger().block(number) != null; number++) {
      signers.addAll(signers(number));
    }
    assertThat(signers).containsExactly(1, 2, 3, 4);
    assertThat(signers(0)).isEmpty();
  }

  @Test
  void goes_on_without_signatures_where_a_ledger_was_founded_before_there_were_orderers()
      throws Exception {
    ledger().append(List.of(farm().commission("A")));
    try (Connection connection = database.dataSource().getConnection();
        Statement delete = connection.createStatement()) {
      assertThat(delete.executeUpdate("delete from embedded_identity where msp_id = 'OrderersMSP'"))
          .isEqualTo(5);
    }
    long blocks = rows(database, "embedded_block");

    Ledger old = open(database);

    assertThat(old.append(List.of(farm().commission("B")))).allMatch(LedgerContract::isNew);
    assertThat(signers(blocks - 1)).hasSize(3);
    assertThat(signers(blocks)).isEmpty();
    assertThat(old.trust()).isEqualTo(ledger().trust());
  }

  @Test
  void an_audit_of_its_exported_blocks_finds_nothing_unless_a_bit_is_changed() throws Exception {
    ledger().append(farm().season("A", 20));
    statement("A1");
    Path folder = data.resolve("blocks");
    assertThat(ExportBlocks.export(database.dataSource(), System.out, folder)).isTrue();
    List<byte[]> blocks = new ArrayList<>();
    for (long number = 0; ledger().block(number) != null; number++) {
      blocks.add(Files.readAllBytes(folder.resolve("block-%06d.pb".formatted(number))));
      assertThat(blocks.get((int) number)).isEqualTo(ledger().block(number));
    }

    AuditReport report = audit(folder, blocks);

    assertThat(report.findings()).isEmpty();
    assertThat(report.notCovered()).containsExactly("commit_hash", "genesis", "clocks");
    assertThat(report.figures())
        .containsEntry("blocks", (long) blocks.size())
        .containsEntry("events", (long) committed().size())
        .containsEntry("ordererSignatures", 3L * (blocks.size() - 1));
    for (int number = 0; number < blocks.size(); number++) {
      byte[] good = blocks.get(number);
      byte[] flipped = good.clone();
      flipped[good.length / 2] ^= 1;
      blocks.set(number, flipped);
      long block = number;
      assertThat(audit(folder, blocks).findings())
          .isNotEmpty()
          .allMatch(finding -> finding.block() == block);
      blocks.set(number, good);
    }
  }

  @Test
  void there_is_nothing_to_export_where_no_ledger_was_founded() throws Exception {
    Path folder = data.resolve("blocks");
    assertThat(ExportBlocks.export(TestDatabase.fresh().dataSource(), System.out, folder))
        .isFalse();
    assertThat(folder).doesNotExist();
  }

  private static AuditReport audit(Path folder, List<byte[]> blocks) throws Exception {
    TrustRoots trust = TrustRoots.read(Files.readAllBytes(folder.resolve("trust.json")));
    BlockSource source = BlockSource.of("test", blocks);
    return Auditor.audit(source, trust, Optional.empty(), progress -> {});
  }

  private Set<Integer> signers(long block) throws Exception {
    Metadata metadata =
        Metadata.parseFrom(
            Block.parseFrom(ledger().block(block))
                .getMetadata()
                .getMetadata(BlockMetadataIndex.SIGNATURES_VALUE));
    Set<Integer> signers = new TreeSet<>();
    for (MetadataSignature signature : metadata.getSignaturesList()) {
      signers.add(IdentifierHeader.parseFrom(signature.getIdentifierHeader()).getIdentifier());
    }
    return signers;
  }

  @Test
  void says_that_it_is_unavailable_when_its_database_is_gone() {
    var nowhere = new org.postgresql.ds.PGSimpleDataSource();
    nowhere.setPortNumbers(new int[] {1});
    LedgerConfig config = new LedgerConfig(Optional.empty(), Optional.empty(), Optional.empty());
    assertThatThrownBy(() -> EmbeddedLedger.open(nowhere, config, new ParsedEvents()))
        .isInstanceOf(LedgerUnavailable.class);
  }

  private Map<String, String> administratorFiles() throws Exception {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(administrators())) {
      for (Path file : list.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file, StandardCharsets.US_ASCII));
      }
    }
    return files;
  }

  private static String between(String pem, String label) {
    String begin = "-----BEGIN " + label + "-----";
    return pem.substring(pem.indexOf(begin) + begin.length(), pem.indexOf("-----END " + label));
  }

  private static long rows(TestDatabase database, String table) {
    try (Connection connection = database.dataSource().getConnection();
        Statement select = connection.createStatement();
        ResultSet count = select.executeQuery("select count(*) from " + table)) {
      count.next();
      return count.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
