package jp.sanchi.kernel.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MerkleTest {
  @Property(tries = 200)
  void root_and_path_agree_with_the_definition(@ForAll @IntRange(min = 1, max = 600) int size) {
    List<byte[]> leaves = leaves(size);
    byte[] root = Merkle.root(leaves);
    assertThat(root).isEqualTo(naiveRoot(leaves));
    for (int index : new int[] {0, size / 2, size - 1, new Random(size).nextInt(size)}) {
      List<byte[]> path = Merkle.path(leaves, index);
      assertThat(path).containsExactlyElementsOf(naivePath(index, leaves));
      assertThat(Merkle.rootOf(leaves.get(index), index, size, path)).isEqualTo(root);
    }
  }

  @Property(tries = 200)
  void another_index_never_leads_to_the_same_root(
      @ForAll @IntRange(min = 2, max = 70) int size, @ForAll Random random) {
    List<byte[]> leaves = leaves(size);
    int index = random.nextInt(size);
    List<byte[]> path = Merkle.path(leaves, index);
    for (int other = 0; other < size; other++) {
      if (other != index) {
        assertThat(rootOrNull(leaves.get(index), other, size, path))
            .isNotEqualTo(Merkle.root(leaves));
      }
    }
  }

  @Test
  void a_flipped_bit_in_leaf_or_path_leads_to_another_root() {
    List<byte[]> leaves = leaves(11);
    byte[] root = Merkle.root(leaves);
    List<byte[]> path = Merkle.path(leaves, 5);
    for (int hash = -1; hash < path.size(); hash++) {
      for (int bit = 0; bit < 256; bit++) {
        List<byte[]> flipped = new ArrayList<>();
        path.forEach(each -> flipped.add(each.clone()));
        byte[] leaf = leaves.get(5).clone();
        (hash < 0 ? leaf : flipped.get(hash))[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(Merkle.rootOf(leaf, 5, 11, flipped)).isNotEqualTo(root);
      }
    }
  }

  @Test
  void a_tree_as_large_as_a_long_has_a_path_of_63_hashes() {
    List<byte[]> path = leaves(63);
    assertThat(Merkle.rootOf(path.get(0), 0, Long.MAX_VALUE, path)).hasSize(32);
    assertThatThrownBy(() -> Merkle.rootOf(path.get(0), 0, Long.MAX_VALUE, path.subList(0, 62)))
        .hasMessage("bad_merkle_path");
  }

  @Test
  void a_path_to_a_leaf_that_is_not_there_is_the_callers_mistake() {
    assertThatThrownBy(() -> Merkle.path(leaves(3), 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Merkle.path(List.of(), 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void the_answer_shares_no_array_with_the_question() {
    List<byte[]> leaves = leaves(1);
    Merkle.root(leaves)[0] ^= 1;
    Merkle.rootOf(leaves.get(0), 0, 1, List.of())[0] ^= 1;
    assertThat(leaves.get(0)).isEqualTo(leaves(1).get(0));
  }

  private static byte[] rootOrNull(byte[] leaf, int index, int size, List<byte[]> path) {
    try {
      return Merkle.rootOf(leaf, index, size, path);
    } catch (Malformed e) {
      return null;
    }
  }

  private static List<byte[]> leaves(int size) {
    return IntStream.range(0, size)
        .mapToObj(i -> Merkle.leaf(new byte[] {(byte) (i >> 8), (byte) i}))
        .toList();
  }

  // MTH and PATH as RFC 9162, 2.1.1 and 2.1.3.1, define them.
  private static byte[] naiveRoot(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.get(0);
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    return Merkle.node(
        naiveRoot(leaves.subList(0, k)), naiveRoot(leaves.subList(k, leaves.size())));
  }

  private static List<byte[]> naivePath(int index, List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return new ArrayList<>();
    }
    int k = Integer.highestOneBit(leaves.size() - 1);
    List<byte[]> left = leaves.subList(0, k);
    List<byte[]> right = leaves.subList(k, leaves.size());
    List<byte[]> path = index < k ? naivePath(index, left) : naivePath(index - k, right);
    path.add(naiveRoot(index < k ? right : left));
    return path;
  }
}
