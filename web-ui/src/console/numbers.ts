import { tidied } from "../shared/typed.ts";
import { words } from "./state.ts";
import { fill } from "./words.ts";

/** GS1 numbers out of an organisation's ranges. */

export type NumberKind = "gln" | "gtin" | "sscc" | "gdti";

const BODY: Record<NumberKind, { before: string; digits: number }> = {
  gln: { before: "", digits: 12 },
  gtin: { before: "0", digits: 12 },
  sscc: { before: "0", digits: 16 },
  gdti: { before: "", digits: 12 },
};

export function checkDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    sum += (digits.charCodeAt(i) - 48) * ((digits.length - i) % 2 === 1 ? 3 : 1);
  }
  return (10 - (sum % 10)) % 10;
}

export const withCheckDigit = (digits: string): string => digits + checkDigit(digits);

/** The nth number of the kind that begins with the prefix, or null beyond the range. */
export function numberOf(kind: NumberKind, prefix: string, n: number): string | null {
  const { before, digits } = BODY[kind];
  const room = digits - prefix.length;
  const counted = String(n).padStart(Math.max(room, 0), "0");
  if (room < 0 || counted.length > room)
    return room === 0 && n === 0 ? withCheckDigit(before + prefix) : null;
  return withCheckDigit(before + prefix + counted);
}

/** The first number of the kind that nobody uses yet, out of the longest range. */
export function freeNumber(kind: NumberKind, prefixes: string[], used: Set<string>): string {
  for (const prefix of [...prefixes].sort((a, b) => b.length - a.length)) {
    for (let n = 1; n < 100_000; n++) {
      const number = numberOf(kind, prefix, n);
      if (number === null) break;
      if (!used.has(number)) return number;
    }
  }
  return "";
}

/** A number for a new logistic unit: drawn at random, since other devices number units, too. */
export function randomUnit(prefixes: string[]): string {
  const prefix = [...prefixes].sort((a, b) => a.length - b.length)[0];
  if (prefix === undefined) return "";
  const room = BODY.sscc.digits - prefix.length;
  let rest = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(room))) rest += String(byte % 10);
  return withCheckDigit(BODY.sscc.before + prefix + rest);
}

/**
 * A company prefix to try things with: GS1 leaves 200–299 to everybody's own use, so it is nobody
 * else's number. Goods with it must not leave the house.
 */
export function trialPrefix(): string {
  const random = crypto.getRandomValues(new Uint32Array(1))[0] as number;
  return `2${String(random % 100_000_000).padStart(8, "0")}`;
}

/** Whether a number of the kind lies in one of the ranges. */
export const inRange = (kind: NumberKind, number: string, prefixes: string[]): boolean =>
  prefixes.some((prefix) => number.slice(BODY[kind].before.length).startsWith(prefix));

/** How a field's text has to look, beyond what the browser knows. */
export interface Rule {
  /** Takes away what people write for themselves: wide digits, spaces, hyphens. */
  tidy(text: string): string;
  /** A sentence, or null where nothing is wrong. */
  fault(text: string): string | null;
}

/** Wide characters and what people put between groups of digits are no fault of theirs. */
const plain = (text: string): string => tidied(text).replace(/[\s-]/g, "");

/** Digits of one of these lengths; the last one checks the others. */
const checked = (lengths: number[]): Rule => ({
  tidy: plain,
  fault: (digits) => {
    const w = words.value.faults;
    if (!/^[0-9]+$/.test(digits)) return w.digits;
    if (!lengths.includes(digits.length)) {
      return fill(w.length, { need: lengths.join("・"), have: digits.length });
    }
    const digit = checkDigit(digits.slice(0, -1));
    return digits.endsWith(String(digit)) ? null : fill(w.check, { digit });
  },
});

export const GLN = checked([13]);
export const GTIN = checked([8, 12, 13, 14]);

/** A GS1 company prefix, which is shorter than any number with a check digit. */
export const PREFIX: Rule = {
  tidy: plain,
  fault: (digits) => {
    const w = words.value.faults;
    if (!/^[0-9]+$/.test(digits)) return w.digits;
    return digits.length >= 4 && digits.length <= 12
      ? null
      : fill(w.length, { need: "4–12", have: digits.length });
  },
};

/** A certificate's number: a document type, then what tells one from another. */
export const GDTI: Rule = {
  tidy: (text) => text.normalize("NFKC").trim(),
  fault: (text) =>
    /^[0-9]{13}/.test(text)
      ? (GLN.fault(text.slice(0, 13)) ??
        (/^[A-Za-z0-9._-]{0,17}$/.test(text.slice(13)) ? null : words.value.faults.characters))
      : fill(words.value.faults.length, { need: 13, have: /^[0-9]*/.exec(text)?.[0].length ?? 0 }),
};

/** The name of a lot: part of addresses and of codes on labels. */
export const LOT: Rule = {
  tidy: (text) => text.normalize("NFKC").trim(),
  fault: (text) => (/^[A-Za-z0-9._-]{1,20}$/.test(text) ? null : words.value.faults.characters),
};

/** The word for a scheme of certification. */
export const SCHEME: Rule = {
  tidy: (text) => text.normalize("NFKC").trim().toLowerCase(),
  fault: (text) => (/^[a-z][a-z0-9_-]{0,39}$/.test(text) ? null : words.value.faults.word),
};

/** Degrees as maps on phones show them, latitude first; to a tenth of a metre at most. */
export const POSITION: Rule = {
  tidy: (text) => {
    const [, ...degrees] =
      /^\(?(-?\d+(?:\.\d+)?)[,、\s]+(-?\d+(?:\.\d+)?)\)?$/.exec(text.normalize("NFKC").trim()) ??
      [];
    return degrees.length === 0
      ? text.trim()
      : degrees.map((one) => String(Number(Number(one).toFixed(6)))).join(",");
  },
  fault: (text) => {
    const [, latitude, longitude] = /^(-?[\d.]+),(-?[\d.]+)$/.exec(text) ?? [];
    const there = Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 180;
    return there ? null : words.value.faults.position;
  },
};

/** A label by its place in the run or by its short code: who reads it out may write it anyhow. */
export const LABEL: Rule = {
  tidy: (text) => tidied(text).replace(/\s/g, "").toUpperCase(),
  fault: () => null,
};

/** A logistic unit, as its label shows it: with or without the (00) in front. */
export const SSCC: Rule = {
  tidy: (text) =>
    plain(text)
      .replace(/[()]/g, "")
      .replace(/^00(?=[0-9]{18}$)/, ""),
  fault: checked([18]).fault,
};
