package jp.sanchi.kernel.proof;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The Merkle tree of RFC 9162, section 2.1, over SHA-256: 0x00 before a leaf, 0x01 before a node,
 * so that neither can pass for the other. All hashes are 32 bytes; any other length is {@link
 * Malformed} {@code bad_merkle_hash}.
 */
public final class Merkle {
  private static final int HASH_LENGTH = 32;

  private Merkle() {}

  /** The hash of one leaf's data, SHA-256(0x00 ‖ data). */
  public static byte[] leaf(byte[] data) {
    MessageDigest sha256 = sha256();
    sha256.update((byte) 0);
    return sha256.digest(data);
  }

  /** The hash of an inner node, SHA-256(0x01 ‖ left ‖ right). */
  public static byte[] node(byte[] left, byte[] right) {
    return node(sha256(), checked(left), checked(right));
  }

  /** The root over leaf hashes; the root of no leaves is SHA-256 of nothing (RFC 9162, 2.1.1). */
  public static byte[] root(List<byte[]> leafHashes) {
    MessageDigest sha256 = sha256();
    if (leafHashes.isEmpty()) {
      return sha256.digest();
    }
    List<byte[]> level = checked(leafHashes);
    while (level.size() > 1) {
      level = above(sha256, level);
    }
    return level.get(0).clone();
  }

  /**
   * The inclusion proof of the leaf at {@code index}, nearest sibling first (RFC 9162, 2.1.3.1).
   *
   * @throws IndexOutOfBoundsException if there is no such leaf
   */
  public static List<byte[]> path(List<byte[]> leafHashes, int index) {
    if (index < 0 || index >= leafHashes.size()) {
      throw new IndexOutOfBoundsException(index);
    }
    MessageDigest sha256 = sha256();
    List<byte[]> path = new ArrayList<>();
    List<byte[]> level = checked(leafHashes);
    for (int at = index; level.size() > 1; at >>= 1) {
      int sibling = at ^ 1;
      // The last node of an odd level has no sibling: it rises unchanged.
      if (sibling < level.size()) {
        path.add(level.get(sibling).clone());
      }
      level = above(sha256, level);
    }
    return path;
  }

  /**
   * The root that an inclusion proof leads to, by the steps of RFC 9162, 2.1.3.2. The caller
   * compares it with a root that was signed together with {@code size}.
   *
   * @throws Malformed {@code bad_merkle_path} if {@code index} is not below {@code size} or the
   *     path is not exactly as long as these two demand
   */
  public static byte[] rootOf(byte[] leafHash, long index, long size, List<byte[]> path) {
    if (index < 0 || index >= size) {
      throw new Malformed("bad_merkle_path");
    }
    MessageDigest sha256 = sha256();
    byte[] hash = checked(leafHash).clone();
    long fn = index;
    long sn = size - 1;
    for (byte[] sibling : path) {
      if (sn == 0) {
        throw new Malformed("bad_merkle_path");
      }
      checked(sibling);
      if ((fn & 1) == 1 || fn == sn) {
        hash = node(sha256, sibling, hash);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        hash = node(sha256, hash, sibling);
      }
      fn >>= 1;
      sn >>= 1;
    }
    if (sn != 0) {
      throw new Malformed("bad_merkle_path");
    }
    return hash;
  }

  // Pairing neighbours and letting an odd last node rise gives the same tree as RFC 9162's split
  // at the largest power of two, without recursion.
  private static List<byte[]> above(MessageDigest sha256, List<byte[]> level) {
    List<byte[]> above = new ArrayList<>((level.size() + 1) / 2);
    int last = level.size() - 1;
    for (int i = 0; i < last; i += 2) {
      above.add(node(sha256, level.get(i), level.get(i + 1)));
    }
    if ((level.size() & 1) == 1) {
      above.add(level.get(last));
    }
    return above;
  }

  private static byte[] node(MessageDigest sha256, byte[] left, byte[] right) {
    sha256.update((byte) 1);
    sha256.update(left);
    return sha256.digest(right);
  }

  private static List<byte[]> checked(List<byte[]> hashes) {
    hashes.forEach(Merkle::checked);
    return hashes;
  }

  private static byte[] checked(byte[] hash) {
    if (hash.length != HASH_LENGTH) {
      throw new Malformed("bad_merkle_hash");
    }
    return hash;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
