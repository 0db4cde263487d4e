/** What somebody typed or pasted as a fingerprint. */
export type Typed =
  | { state: "none" }
  | { state: "whole"; fingerprint: string }
  /** `length` is how many of its 64 characters there are; null where others stand among them. */
  | { state: "malformed"; length: number | null };

const LENGTH = 64;

/** People read it aloud in groups, with spaces, colons or hyphens, and type it wide. */
export function readFingerprint(text: string): Typed {
  const plain = text
    .normalize("NFKC")
    .replaceAll(/[\s:\-‐−ー]/g, "")
    .toLowerCase();
  if (plain === "") return { state: "none" };
  if (!/^[0-9a-f]*$/.test(plain)) return { state: "malformed", length: null };
  if (plain.length !== LENGTH) return { state: "malformed", length: plain.length };
  return { state: "whole", fingerprint: plain };
}

/** Sixteen groups of four are easier to compare by eye, and by telephone. */
export const grouped = (fingerprint: string): string =>
  (fingerprint.match(/.{4}/g) ?? []).join(" ");
