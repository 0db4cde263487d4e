package jp.sanchi.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import jp.sanchi.audit.AuditMain;
import jp.sanchi.kernel.proof.TrustRoots;
import jp.sanchi.server.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a real network of three members and four orderers. */
@Tag("fabric")
class FabricLedgerIT extends LedgerContract {
  @TempDir private Path folder;
  private final List<FabricLedger> opened = new ArrayList<>();
  private final TestDatabase database = TestDatabase.fresh();

  @Override
  Ledger testee() {
    return open("GrowersMSP", database);
  }

  @Override
  Ledger anotherServer() {
    return open("InspectorsMSP", TestDatabase.fresh());
  }

  @Override
  Path administrators() {
    return FabricTestNetwork.network().administrator("GrowersMSP").getParent();
  }

  @Override
  Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  Farm farm(Path administrators, String consortium) {
    return Farm.another(administrators, consortium, clock());
  }

  @AfterEach
  void close() {
    opened.forEach(FabricLedger::close);
  }

  private FabricLedger open(String mspId, TestDatabase in) {
    FabricLedger ledger =
        FabricLedger.open(
            FabricTestNetwork.network().connection(mspId), in.dataSource(), new ParsedEvents());
    opened.add(ledger);
    return ledger;
  }

  @Test
  void its_trust_roots_are_the_members_of_the_channel() {
    TrustRoots trust = TrustRoots.read(ledger().trust());

    assertThat(trust.members().keySet())
        .containsExactly("GrowersMSP", "InspectorsMSP", "LogisticsMSP");
    assertThat(trust.mode()).isEqualTo("fabric");
    assertThat(trust.oneOperator()).isFalse();
    assertThat(trust.thresholdMembers()).isEqualTo(2);
    assertThat(trust.thresholdOperators()).isEqualTo(2);
  }

  @Test
  void members_of_different_operators_make_each_statement() {
    Endorsers endorsers = new Endorsers(TrustRoots.read(ledger().trust()));

    for (String mspId : List.of("GrowersMSP", "InspectorsMSP", "LogisticsMSP")) {
      // Whichever two members the gateways would take
      FabricLedger through = open(mspId, TestDatabase.fresh());
      for (int i = 0; i < 5; i++) {
        EndorsedAnswer answer =
            through.heads(
                new TreeSet<>(Set.of("consortium/" + through.consortium())), new byte[16]);

        assertThat(endorsers.suffice(FabricLedger.mspIds(answer))).isTrue();
      }
    }
  }

  @Test
  void a_server_that_starts_anew_goes_on_where_the_database_was() {
    ledger().append(List.of(farm().commission("A")));
    FabricState before = FabricState.open(database.dataSource(), ledger().consortium());
    long block = before.block();
    close();

    FabricLedger again = open("GrowersMSP", database);

    assertThat(again.state(List.of("subject/" + farm().subject("A")))).hasSize(1);
    again.append(List.of(farm().weed("A")));
    assertThat(before.block()).isGreaterThan(block);
  }

  @Test
  void a_database_follows_one_ledger_for_ever() {
    assertThatThrownBy(() -> FabricState.open(database.dataSource(), "another-consortium"))
        .hasMessageContaining("another-consortium")
        .hasMessageContaining("another database");
    assertThatThrownBy(
            () ->
                EmbeddedLedger.open(
                    database.dataSource(),
                    new LedgerConfig(Optional.empty(), Optional.empty(), Optional.empty()),
                    new ParsedEvents()))
        .hasMessageContaining("Fabric");
    TestDatabase embedded = TestDatabase.fresh();
    EmbeddedLedger.open(
        embedded.dataSource(),
        new LedgerConfig(Optional.empty(), Optional.empty(), Optional.empty()),
        new ParsedEvents());
    assertThatThrownBy(() -> open("GrowersMSP", embedded)).hasMessageContaining("embedded");
  }

  @Test
  void its_copy_of_the_state_is_what_the_peers_hold() throws Exception {
    ledger().append(farm().season("A", 5));
    Map<String, com.google.protobuf.ByteString> replayed = Chain.replay(ledger());

    Map<String, byte[]> own = ledger().state(replayed.keySet());

    assertThat(own.keySet()).isEqualTo(replayed.keySet());
    own.forEach((key, value) -> assertThat(value).isEqualTo(replayed.get(key).toByteArray()));
  }

  @Test
  void an_audit_over_the_gateway_finds_nothing_and_the_members_state_the_same() throws Exception {
    ledger().append(farm().season("A", 5));
    Path connection = FabricTestNetwork.network().connection("InspectorsMSP");
    Path trust = Files.write(folder.resolve("trust.json"), ledger().trust());
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    String[] arguments = {
      "--connection", connection.toString(), "--trust", trust.toString(), "--live"
    };

    int code = AuditMain.run(arguments, print, print, InstantSource.system());

    assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("GOOD: ");
  }
}
