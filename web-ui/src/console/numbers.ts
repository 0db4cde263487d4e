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
