import { fromHash, toBase64Url } from "./base64.ts";
import { concat, u64, utf8 } from "./bytes.ts";
import type { TraceEvent } from "./event.ts";
import { sha256 } from "./sha256.ts";

/** An event where it stands in a history. */
export interface Entry {
  event: TraceEvent;
  recordTime: number;
  /** Neither an error declaration nor corrected by one in the same history. */
  live: boolean;
}

/** By subject, in the ledger's order. */
export type Histories = Map<string, Entry[]>;

const DOMAIN = utf8("sanchi/history/1\0");

/** The head of a history, b64u; of an empty one, 32 zero bytes. */
export function headOf(subject: string, entries: { id: string; recordTime: number }[]): string {
  const prefix = concat(DOMAIN, utf8(subject), Uint8Array.of(0));
  let head = new Uint8Array(32);
  entries.forEach(({ id, recordTime }, i) => {
    head = sha256(prefix, u64(i + 1), head, fromHash(id), u64(recordTime));
  });
  return toBase64Url(head);
}

/** Whether record times fall somewhere: the ledger's never do. */
export const goesBack = (entries: { recordTime: number }[]): boolean =>
  entries.some(({ recordTime }, i) => recordTime < (entries[i - 1]?.recordTime ?? 0));

/** Marks which events of a history are live. An event of an unknown kind always is. */
export function entriesOf(events: { event: TraceEvent; recordTime: number }[]): Entry[] {
  const corrected = new Set(events.map(({ event }) => event.row && event.corrects));
  return events.map(({ event, recordTime }) => ({
    event,
    recordTime,
    live: event.row === null || (event.corrects === null && !corrected.has(event.id)),
  }));
}

export const liveOf = (histories: Histories, subject: string): Entry[] =>
  (histories.get(subject) ?? []).filter(({ live }) => live);

/** The live events of some kinds in a history. */
export const liveKinds = (histories: Histories, subject: string, ...kinds: string[]): Entry[] =>
  liveOf(histories, subject).filter(({ event }) => event.row && kinds.includes(event.kind));
