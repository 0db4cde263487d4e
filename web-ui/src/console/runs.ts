import { orNull } from "../shared/malformed.ts";
import { CROCKFORD } from "../shared/serial.ts";
import { readShortCode, shortCodeOfLabel } from "../shared/short-code.ts";
import type { Run } from "./rights.ts";

const base32 = (value: number, characters: number): string => {
  let text = "";
  for (let rest = value, i = 0; i < characters; i++, rest = Math.floor(rest / 32)) {
    text = CROCKFORD.charAt(rest % 32) + text;
  }
  return text;
};

const randomBase32 = (characters: number): string =>
  [...crypto.getRandomValues(new Uint8Array(characters))]
    .map((byte) => CROCKFORD.charAt(byte % 32))
    .join("");

/** Serials of a new run: run (4), number (4), and 60 random bits that only the labels bear. */
export const newSerials = (run: string, labels: number): string[] =>
  Array.from({ length: labels }, (_, n) => run + base32(n, 4) + randomBase32(12));

/** A name for a run that nobody has used: the ledger refuses one that exists. */
export const newRun = (): string => randomBase32(4);

/** Labels of a run by their places, from 0; both ends belong to it. */
export interface Span {
  first: number;
  last: number;
}

/** Numbers of a run that neither stand for a lot nor are void, as spans. */
export function freeSpans(run: Pick<Run, "labels" | "uses">): Span[] {
  const taken = new Array<boolean>(run.labels).fill(false);
  for (const { first, last, use } of run.uses) {
    if (use !== "packed") for (let n = first; n <= last; n++) taken[n] = true;
  }
  const spans: Span[] = [];
  for (let n = 0; n < run.labels; n++) {
    const open = spans[spans.length - 1];
    if (taken[n]) continue;
    if (open !== undefined && open.last === n - 1) open.last = n;
    else spans.push({ first: n, last: n });
  }
  return spans;
}

/** What a person types for a label: its short code, or its number from 1. */
export function readNumber(
  typed: string,
  run: Pick<Run, "gtin" | "run" | "labels">,
): number | null {
  if (/^[0-9]{1,3}$/.test(typed.trim())) {
    const number = Number(typed) - 1;
    return number >= 0 && number < run.labels ? number : null;
  }
  const code = orNull(() => readShortCode(typed));
  if (code === null || code.run !== run.run || code.number >= run.labels) return null;
  return shortCodeOfLabel(run.gtin, run.run, code.number).check === code.check ? code.number : null;
}
