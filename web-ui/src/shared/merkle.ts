import { Malformed } from "./malformed.ts";
import { sha256 } from "./sha256.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (entry: Uint8Array): Uint8Array<ArrayBuffer> => sha256(LEAF, entry);

/** The tree hash of RFC 9162, section 2.1.1. */
export function merkleRoot(entries: Uint8Array[]): Uint8Array<ArrayBuffer> {
  if (entries.length === 0) return sha256();
  let level = entries.map(leafHash);
  while (level.length > 1) {
    const next: Uint8Array<ArrayBuffer>[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] as Uint8Array<ArrayBuffer>;
      const right = level[i + 1];
      next.push(right === undefined ? left : sha256(NODE, left, right));
    }
    level = next;
  }
  return level[0] as Uint8Array<ArrayBuffer>;
}

/** The root that a leaf at `index` of `size` and its inclusion path lead to: RFC 9162, section 2.1.3.2. */
export function rootOfPath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: Uint8Array[],
): Uint8Array {
  if (leaf.length !== 32 || path.some((hash) => hash.length !== 32)) {
    throw new Malformed("bad_merkle_hash");
  }
  if (!(index >= 0 && index < size)) throw new Malformed("bad_merkle_path");
  let fn = index;
  let sn = size - 1;
  let root = leaf;
  for (const hash of path) {
    if (sn === 0) throw new Malformed("bad_merkle_path");
    if (fn % 2 === 1 || fn === sn) {
      root = sha256(NODE, hash, root);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      root = sha256(NODE, root, hash);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  if (sn !== 0) throw new Malformed("bad_merkle_path");
  return root;
}
