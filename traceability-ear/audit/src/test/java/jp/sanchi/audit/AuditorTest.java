package jp.sanchi.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A real Fabric chain, and what a bad administrator could do to it. */
@ExtendWith(FastProvider.class)
class AuditorTest {
  private static final int SIGNATURES = 0;
  private static final int FILTER = 2;
  private static final int COMMIT_HASH = 4;

  private final Fixture fabric = Fixture.fabric();

  @Test
  void finds_nothing_in_an_honest_chain_and_says_how_much_it_checked() {
    AuditReport report = fabric.audit(fabric.blocks());

    assertThat(report.findings()).isEmpty();
    assertThat(report.good()).isTrue();
    assertThat(report.incomplete()).isFalse();
    assertThat(report.figures())
        .containsEntry("blocks", 13L)
        .containsEntry("configurations", 3L)
        .containsEntry("events", 13L)
        .containsEntry("invalidTransactions", 1L)
        .containsEntry("lifecycleCalls", 4L)
        .containsEntry("ordererSignatures", 36L)
        .containsEntry("subjects", 7L);
    assertThat(report.notCovered())
        .containsExactly("lifecycle_calls", "invalid_calls", "genesis", "clocks");
  }

  @Test
  void is_anchored_by_a_hash_that_is_known_from_elsewhere() throws Exception {
    String genesis = fabric.audit(fabric.blocks()).genesis();

    AuditReport same =
        Auditor.audit(
            BlockSource.of("test", fabric.blocks()),
            fabric.trust(),
            Optional.of(genesis),
            at -> {});
    AuditReport other =
        Auditor.audit(
            BlockSource.of("test", fabric.blocks()),
            fabric.trust(),
            Optional.of("00".repeat(32)),
            at -> {});

    assertThat(same.good()).isTrue();
    assertThat(same.notCovered()).doesNotContain("genesis");
    assertThat(other.findings()).extracting(Finding::code).containsExactly("anchor_genesis");
  }

  @Test
  void finds_members_that_trust_json_does_not_name() {
    String trust = new String(fabric.trustJson(), StandardCharsets.UTF_8);
    var other =
        new Fixture(
            trust.replace("InspectorsMSP", "JudgesMSP").getBytes(StandardCharsets.UTF_8),
            fabric.blocks());

    assertThat(codes(other.audit(fabric.blocks()))).contains("anchor_members");
  }

  @Test
  void follows_a_member_that_has_joined_from_either_side() {
    Fixture joined = Fixture.joined();
    assertThat(joined.trust().version()).isGreaterThan(1);
    assertThat(joined.trust().members()).hasSize(4);

    AuditReport report = joined.audit(joined.blocks());

    assertThat(report.findings()).isEmpty();
    assertThat(report.figures()).containsEntry("configurations", 2L);
    // Before it joined it was no member at the end of the chain
    assertThat(codes(joined.audit(joined.blocks().subList(0, 5))))
        .containsExactly("anchor_members");
  }

  @Test
  void finds_a_first_block_of_which_no_majority_is_of_todays_members() {
    Fixture joined = Fixture.joined();
    String trust = new String(joined.trustJson(), StandardCharsets.UTF_8);
    var other =
        new Fixture(
            trust
                .replace("InspectorsMSP", "JudgesMSP")
                .replace("GrowersMSP", "FarmersMSP")
                .getBytes(StandardCharsets.UTF_8),
            joined.blocks());

    AuditReport report = other.audit(joined.blocks());

    assertThat(report.findings().get(0).code()).isEqualTo("anchor_members");
    assertThat(report.findings().get(0).block()).isZero();
  }

  @Test
  void finds_the_ledger_of_another_consortium() {
    String trust = new String(fabric.trustJson(), StandardCharsets.UTF_8);
    var other =
        new Fixture(
            trust.replace("aya-2026", "aya-2027").getBytes(StandardCharsets.UTF_8),
            fabric.blocks());

    assertThat(codes(other.audit(fabric.blocks()))).containsExactly("anchor_consortium");
  }

  @Test
  void finds_a_block_that_is_left_out() {
    List<byte[]> blocks = new ArrayList<>(fabric.blocks());
    blocks.remove(7);

    AuditReport report = fabric.audit(blocks);

    assertThat(report.incomplete()).isTrue();
    assertThat(report.findings()).allMatch(finding -> finding.block() == 7);
    assertThat(codes(report)).contains("number", "previous_hash");
  }

  @Test
  void finds_a_block_that_stands_twice() {
    List<byte[]> blocks = new ArrayList<>(fabric.blocks());
    blocks.add(7, blocks.get(6));

    assertThat(codes(fabric.audit(blocks))).contains("number", "previous_hash");
  }

  @Test
  void does_not_take_a_chain_without_blocks() {
    assertThat(codes(fabric.audit(List.of()))).containsExactly("chain_empty");
  }

  @Test
  void finds_a_conflict_that_is_passed_off_as_valid_though_nobody_signs_the_flags() {
    AuditReport report = fabric.audit(with(9, FILTER, filter -> ByteString.copyFrom(new byte[3])));

    assertThat(report.incomplete()).isFalse();
    assertThat(report.findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("validity_flag");
              assertThat(finding.block()).isEqualTo(9);
              assertThat(finding.part()).isEqualTo("metadata/transactions_filter");
              assertThat(finding.transaction()).isZero();
              assertThat(finding.detail()).isEqualTo("recorded 0, but it is MVCC_READ_CONFLICT");
            });
  }

  @Test
  void finds_a_valid_transaction_that_is_passed_off_as_a_conflict() {
    AuditReport report =
        fabric.audit(with(8, FILTER, filter -> ByteString.copyFrom(new byte[] {11})));

    assertThat(codes(report)).containsExactly("validity_flag");
    assertThat(report.findings().get(0).block()).isEqualTo(8);
  }

  @Test
  void finds_a_commit_hash_that_is_taken_away() {
    AuditReport report = fabric.audit(with(10, COMMIT_HASH, hash -> ByteString.EMPTY));

    assertThat(codes(report)).containsExactly("commit_hash");
    assertThat(report.findings().get(0).block()).isEqualTo(10);
  }

  @Test
  void takes_a_quorum_of_orderers_for_no_quorum_when_one_signature_is_missing() {
    AuditReport report =
        fabric.audit(
            with(
                6,
                SIGNATURES,
                signatures -> {
                  Metadata.Builder metadata = metadata(signatures);
                  return metadata.removeSignatures(0).build().toByteString();
                }));

    assertThat(codes(report)).containsExactly("orderer_quorum");
    assertThat(report.findings().get(0).detail()).isEqualTo("2 have signed, 3 make a quorum");
  }

  @Test
  void does_not_count_an_orderer_twice() {
    AuditReport report =
        fabric.audit(
            with(
                6,
                SIGNATURES,
                signatures -> {
                  Metadata.Builder metadata = metadata(signatures);
                  return metadata
                      .setSignatures(1, metadata.getSignatures(0))
                      .build()
                      .toByteString();
                }));

    assertThat(codes(report)).containsExactly("orderer_twice");
  }

  @Test
  void takes_no_orderers_signature_from_another_block() {
    ByteString other = read(fabric.blocks().get(5)).getMetadata().getMetadata(SIGNATURES);

    assertThat(codes(fabric.audit(with(6, SIGNATURES, signatures -> other))))
        .containsExactly("orderer_signature");
  }

  @Test
  void refuses_fields_that_fabric_does_not_know() {
    Block block =
        read(fabric.blocks().get(3)).toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build())
            .build();

    AuditReport report = fabric.audit(replaced(3, block));

    assertThat(codes(report)).containsExactly("block_malformed");
    assertThat(report.findings().get(0).block()).isEqualTo(3);
  }

  @Test
  void finds_entries_that_are_cut_differently_though_their_hash_is_the_same() {
    Block block = read(fabric.blocks().get(9));
    var joined = block.getData().getData(0).concat(block.getData().getData(1));
    Block.Builder changed = block.toBuilder();
    changed.getDataBuilder().clearData().addData(joined).addData(block.getData().getData(2));

    AuditReport report = fabric.audit(replaced(9, changed.build()));

    assertThat(codes(report)).contains("entry_malformed").doesNotContain("data_hash");
    assertThat(report.incomplete()).isTrue();
    assertThat(report.findings()).allMatch(finding -> finding.block() == 9);
  }

  @Test
  void takes_the_blocks_of_an_orderer_which_have_no_flags() {
    List<byte[]> blocks = new ArrayList<>();
    for (byte[] bytes : fabric.blocks()) {
      Block.Builder block = read(bytes).toBuilder();
      BlockMetadata.Builder metadata = block.getMetadataBuilder();
      metadata.setMetadata(FILTER, ByteString.EMPTY).setMetadata(COMMIT_HASH, ByteString.EMPTY);
      blocks.add(block.build().toByteArray());
    }

    AuditReport report = fabric.audit(blocks);

    assertThat(report.findings()).isEmpty();
    assertThat(report.heads()).isEqualTo(fabric.audit(fabric.blocks()).heads());
    assertThat(report.notCovered()).contains("flags", "commit_hash");
  }

  private static List<String> codes(AuditReport report) {
    return report.findings().stream().map(Finding::code).distinct().toList();
  }

  /** The chain with another metadata entry in one block. */
  private List<byte[]> with(int number, int entry, UnaryOperator<ByteString> change) {
    Block.Builder block = read(fabric.blocks().get(number)).toBuilder();
    BlockMetadata.Builder metadata = block.getMetadataBuilder();
    metadata.setMetadata(entry, change.apply(metadata.getMetadata(entry)));
    return replaced(number, block.build());
  }

  private List<byte[]> replaced(int number, Block block) {
    List<byte[]> blocks = new ArrayList<>(fabric.blocks());
    blocks.set(number, block.toByteArray());
    return blocks;
  }

  private static Block read(byte[] bytes) {
    try {
      return Block.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Metadata.Builder metadata(ByteString bytes) {
    try {
      return Metadata.parseFrom(bytes).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
