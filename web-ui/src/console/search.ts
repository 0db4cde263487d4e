import { orNull } from "../shared/malformed.ts";
import {
  printShortCode,
  readShortCode,
  type ShortCode,
  shortCodeOfLabel,
} from "../shared/short-code.ts";
import { subject } from "../shared/subject.ts";
import { GTIN } from "./numbers.ts";
import type { Run } from "./rights.ts";

/** What somebody may mean who looks something up on the ledger. */
export interface Wanted {
  /** As it was typed, tidied. */
  text: string;
  /** An event by its id. */
  event: string | null;
  /** Things that it may be the number of. */
  subjects: string[];
  /** A label by the code that is printed on it. */
  code: ShortCode | null;
  /** Words of a lot, a product or a place, if it is none of these. */
  words: string | null;
}

const KINDS = /^(lot|run|package|sscc|crate|box|certificate|key|organisation|product|place)\//;

/** Reads what was typed as people have it before them: numbers with or without their prefixes, links, codes. */
export function wanted(typed: string): Wanted {
  const text = typed
    .normalize("NFKC")
    .trim()
    .replace(/^https?:\/\/[^/]+/, "")
    .replace(/[?#].*$/, "");
  const found: Wanted = { text, event: null, subjects: [], code: null, words: null };
  if (/^[A-Za-z0-9_-]{43}$/.test(text)) return { ...found, event: text };
  if (KINDS.test(text)) {
    const [type = "", ...values] = text.split("/");
    return { ...found, subjects: [subject(type, ...values)] };
  }
  found.subjects = numbered(text);
  if (found.subjects.length > 0) return found;
  const code = orNull(() => readShortCode(text.replace(/[\u2010-\u2015\u2212ー]/g, "-")));
  // A lot may be called like that, too
  return { ...found, code, words: text === "" ? null : text };
}

function numbered(text: string): string[] {
  const lot = /^\/?\(?01\)?\/?([0-9]{14})(?:\/|\()10[/)](.{1,20})$/.exec(text);
  if (lot) return [subject("lot", lot[1] as string, decodeURIComponent(lot[2] as string))];
  const certificate = /^\/?\(?253\)?\/?([0-9]{13}[A-Za-z0-9._-]{0,17})$/.exec(text);
  if (certificate && /253/.test(text.slice(0, 5))) {
    return [subject("certificate", certificate[1] as string)];
  }
  const digits = text.replace(/^\/|[\s()\u2010-\u2015-]/g, "").replace("/", "");
  if (!/^[0-9]+$/.test(digits)) {
    return /^[0-9]{13}[A-Za-z][A-Za-z0-9._-]{0,16}$/.test(text)
      ? [subject("certificate", text)]
      : [];
  }
  if (digits.length === 18) return [subject("sscc", digits)];
  if (digits.length === 20 && digits.startsWith("00")) return [subject("sscc", digits.slice(2))];
  if (digits.length === 16 && digits.startsWith("01")) return [subject("product", digits.slice(2))];
  if (digits.length === 16 && digits.startsWith("414")) return [subject("place", digits.slice(3))];
  if (GTIN.fault(digits) !== null) return [];
  const product = subject("product", digits.padStart(14, "0"));
  if (digits.length !== 13) return [product];
  return [product, subject("place", digits), subject("organisation", digits)];
}

/** The run of one's own that has such a label, and the label as it is printed. */
export function labelled(
  code: ShortCode,
  runs: Run[],
): { run: Run; number: number; text: string } | null {
  for (const run of runs) {
    const own = run.run === code.run && code.number < run.labels;
    if (own && shortCodeOfLabel(run.gtin, run.run, code.number).check === code.check) {
      return { run, number: code.number, text: printShortCode(code) };
    }
  }
  return null;
}
