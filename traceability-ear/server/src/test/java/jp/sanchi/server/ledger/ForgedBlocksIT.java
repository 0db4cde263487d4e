package jp.sanchi.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jp.sanchi.audit.Auditor;
import jp.sanchi.audit.BlockSource;
import jp.sanchi.audit.Finding;
import jp.sanchi.kernel.history.Accepted;
import jp.sanchi.kernel.history.Outcome;
import jp.sanchi.kernel.history.Rules;
import jp.sanchi.kernel.ledger.AppendAnswer;
import jp.sanchi.kernel.ledger.TraceFunctions;
import jp.sanchi.kernel.proof.TrustRoots;
import jp.sanchi.server.TestDatabase;
import org.hyperledger.fabric.protos.common.Block;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator who holds the keys of all members and orderers could write: every signature and
 * hash of these blocks is good. The audit finds what they say.
 */
class ForgedBlocksIT {

  // A little after what the ledger records now
  private final long time = System.currentTimeMillis() + 5_000;
  @TempDir private Path data;
  private final TestDatabase database = TestDatabase.fresh();
  private EmbeddedLedger ledger;
  private Farm farm;
  private LocalMembers members;
  private LocalOrderers orderers;

  @BeforeEach
  void admit_a_farm() throws Exception {
    ledger =
        EmbeddedLedger.open(
            database.dataSource(),
            new LedgerConfig(Optional.empty(), Optional.empty(), Optional.of(data)),
            new ParsedEvents());
    farm = new Farm(data.resolve("administrators"), ledger.consortium(), Clock.systemUTC());
    ledger.append(farm.admission());
    ledger.append(List.of(farm.commission("A")));
    try (Connection connection = database.dataSource().getConnection()) {
      members = LocalMembers.load(connection);
      orderers = LocalOrderers.load(connection);
    }
  }

  /** Changes what a call of {@code append} leaves behind. */
  @FunctionalInterface
  private interface Lie {
    byte[] tell(ReadWriteSet results, byte[] answer);
  }

  @Test
  void an_honest_block_made_like_this_is_good() throws Exception {
    assertThat(codes(forged((results, answer) -> answer))).isEmpty();
  }

  @Test
  void finds_a_state_that_the_rules_do_not_write() throws Exception {
    assertThat(
            codes(
                forged(
                    (results, answer) -> {
                      String key = results.writes().firstKey();
                      results.write(Map.of(key, "{}".getBytes(StandardCharsets.UTF_8)));
                      return answer;
                    })))
        .containsExactly("replay_writes");
  }

  @Test
  void finds_a_key_that_was_written_beside_the_rules() throws Exception {
    assertThat(
            codes(
                forged(
                    (results, answer) -> {
                      results.write(Map.of("tick", "1".getBytes(StandardCharsets.UTF_8)));
                      return answer;
                    })))
        .containsExactly("replay_writes");
  }

  @Test
  void finds_a_read_that_the_rules_do_not_make() throws Exception {
    assertThat(
            codes(
                forged(
                    (results, answer) -> {
                      results.read("never/written", null);
                      return answer;
                    })))
        .containsExactly("replay_reads");
  }

  @Test
  void finds_an_answer_that_the_rules_do_not_give() throws Exception {
    assertThat(codes(forged((results, answer) -> "[1]".getBytes(StandardCharsets.UTF_8))))
        .containsExactly("replay_answer");
  }

  @Test
  void finds_a_stale_read_that_is_called_valid() throws Exception {
    assertThat(
            codes(
                forged(
                    (results, answer) -> {
                      results.read("subject/" + farm.subject("A"), 0L);
                      return answer;
                    })))
        .containsExactly("validity_flag");
  }

  @Test
  void finds_a_transaction_of_one_member_that_is_called_valid() throws Exception {
    Invocation call = call(List.of(farm.weed("A")));
    EndorsedAnswer both = endorsed(call, List.of(farm.weed("A")), (results, answer) -> answer);
    EndorsedAnswer one = new EndorsedAnswer(both.payload(), both.endorsements().subList(0, 1));
    EndorsedAnswer twice =
        new EndorsedAnswer(
            both.payload(), List.of(both.endorsements().get(0), both.endorsements().get(0)));

    assertThat(codes(next(call.transaction(one)))).containsExactly("validity_flag");
    assertThat(codes(next(call.transaction(twice)))).containsExactly("validity_flag");
  }

  @Test
  void finds_an_event_whose_signature_is_not_good_though_all_members_took_it() throws Exception {
    String event = farm.weed("A");
    String forged = event.substring(0, event.length() - 8) + "AAAAAAAA";
    Invocation call = call(List.of(forged));
    // As if the rules had taken it: the answer and the writes of the event that is good
    EndorsedAnswer answer = endorsed(call, List.of(event), (results, good) -> good);

    assertThat(codes(next(call.transaction(answer)))).containsExactly("replay_answer");
  }

  @Test
  void finds_a_second_configuration_that_nobody_signed() throws Exception {
    ByteString again = Genesis.envelope("another", members, orderers, time);

    assertThat(codes(next(again))).contains("config_malformed");
  }

  private Invocation call(List<String> batch) {
    return new Invocation(members.client(), time, TraceFunctions.append(batch));
  }

  private byte[] forged(Lie lie) throws Exception {
    List<String> batch = List.of(farm.weed("A"));
    Invocation call = call(batch);
    return next(call.transaction(endorsed(call, batch, lie)));
  }

  private EndorsedAnswer endorsed(Invocation call, List<String> batch, Lie lie) throws Exception {
    try (Connection connection = database.dataSource().getConnection()) {
      var state = new Simulation(connection);
      List<Outcome> outcomes = Rules.append(state, batch, time);
      assertThat(outcomes).allMatch(Accepted.class::isInstance);
      ReadWriteSet results = state.results();
      byte[] answer = lie.tell(results, AppendAnswer.of(outcomes, time));
      return members.endorse(call.response(results, answer));
    }
  }

  /** The block after the ledger's last, ordered by a quorum. */
  private byte[] next(ByteString envelope) throws Exception {
    List<byte[]> blocks = blocks();
    Block last = Block.parseFrom(blocks.get(blocks.size() - 1));
    return Blocks.of(blocks.size(), Blocks.hash(last.getHeader()), envelope, orderers)
        .toByteArray();
  }

  private List<byte[]> blocks() {
    List<byte[]> blocks = new ArrayList<>();
    for (byte[] block = ledger.block(0); block != null; block = ledger.block(blocks.size())) {
      blocks.add(block);
    }
    return blocks;
  }

  /** What an audit finds, all of it in the block that is added. */
  private List<String> codes(byte[] added) throws IOException {
    List<byte[]> blocks = blocks();
    blocks.add(added);
    BlockSource source = BlockSource.of("test", blocks);
    List<Finding> findings =
        Auditor.audit(source, TrustRoots.read(ledger.trust()), Optional.empty(), progress -> {})
            .findings();
    assertThat(findings).allMatch(finding -> finding.block() == blocks.size() - 1);
    return findings.stream().map(Finding::code).distinct().toList();
  }
}
