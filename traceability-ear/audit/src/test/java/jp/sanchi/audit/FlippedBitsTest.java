package jp.sanchi.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * One bit of a block is another: the audit must find it and name the place. One bit of every byte
 * outside the data is tried, and of every 101st byte of the data; with {@code
 * -Dsanchi.everyBit=true} every bit.
 */
@ExtendWith(FastProvider.class)
class FlippedBitsTest {
  private static final boolean EVERY_BIT = Boolean.getBoolean("sanchi.everyBit");

  @Test
  void each_bit_of_a_fabric_chain_counts() {
    assertThat(missed(Fixture.fabric())).isEmpty();
  }

  @Test
  void each_bit_of_an_embedded_ledgers_chain_counts() {
    assertThat(missed(Fixture.embedded())).isEmpty();
  }

  static List<String> missed(Fixture fixture) {
    var chain = new Chain(fixture.trust(), Optional.empty());
    var missed = new ArrayList<String>();
    for (byte[] block : fixture.blocks()) {
      Finding.Region data = Layout.of(block).data();
      for (int at = 0; at < block.length; at++) {
        boolean inData = at >= data.from() && at < data.to();
        for (int bit = 0; bit < 8; bit++) {
          if (EVERY_BIT || bit == at % 8 && (!inData || at % 101 == 0)) {
            byte[] flipped = block.clone();
            flipped[at] ^= (byte) (1 << bit);
            List<Finding> findings = BlockAudit.judge(chain, flipped).findings();
            if (!named(findings, chain.number, at)) {
              missed.add("block %d, byte %d, bit %d".formatted(chain.number, at, bit));
            }
          }
        }
      }
      BlockAudit good = BlockAudit.judge(chain, block);
      assertThat(good.findings()).isEmpty();
      good.commit();
    }
    return missed;
  }

  /** Whether all findings are in this block, and one in a part that holds this byte. */
  private static boolean named(List<Finding> findings, long block, int at) {
    return findings.stream().allMatch(finding -> finding.block() == block)
        && findings.stream()
            .anyMatch(
                finding ->
                    finding.code().equals("block_malformed")
                        || finding.region().from() <= at && at < finding.region().to());
  }
}
