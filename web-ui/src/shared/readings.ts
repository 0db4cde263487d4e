import { toBase64Url } from "./base64.ts";
import type { Bundle } from "./bundle.ts";
import { integerOf, type TraceEvent, textOf } from "./event.ts";
import type { Histories } from "./histories.ts";
import { Malformed, orNull } from "./malformed.ts";
import { merkleRoot } from "./merkle.ts";
import { readTime } from "./time.ts";

/** One measurement: section 8. Numbers beyond 2^53 are rounded; no window can hold such a seq or time. */
export interface Reading {
  device: string;
  seq: number;
  time: number;
  /** Measure code to scaled value: 1 = 0.01 °C, 2 = 0.01 % relative humidity. */
  values: Map<number, number>;
}

const malformed = (): never => {
  throw new Malformed("readings_malformed");
};

export function readLeaf(bytes: Uint8Array): Reading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const name = bytes[1] ?? 0;
  const pairs = 2 + name + 16;
  if (bytes[0] !== 1 || bytes.length <= pairs || (bytes.length - pairs) % 10 !== 0) malformed();
  const device = bytes.subarray(2, 2 + name);
  if (name === 0 || device.some((byte) => byte < 0x21 || byte > 0x7e)) malformed();
  const seq = view.getBigInt64(2 + name);
  const time = view.getBigInt64(2 + name + 8);
  if (seq < 0n || time < 0n) malformed();
  const values = new Map<number, number>();
  let last = 0;
  for (let at = pairs; at < bytes.length; at += 10) {
    const code = view.getUint16(at);
    if (code <= last) malformed();
    values.set(code, Number(view.getBigInt64(at + 2)));
    last = code;
  }
  return {
    device: String.fromCharCode(...device),
    seq: Number(seq),
    time: Number(time),
    values,
  };
}

const WINDOWS = ["window_recorded", "window_supplemented"];

/** The windows of a box day. They are never corrected, only supplemented. */
export const windowsIn = (histories: Histories, boxDay: string): TraceEvent[] =>
  (histories.get(boxDay) ?? [])
    .map(({ event }) => event)
    .filter(({ row, kind }) => row !== null && WINDOWS.includes(kind));

/** The windows of all box days, by subject and event id. */
export function windowsOf(histories: Histories): Map<string, TraceEvent> {
  const windows = new Map<string, TraceEvent>();
  for (const subject of histories.keys()) {
    if (!subject.startsWith("box/")) continue;
    for (const event of windowsIn(histories, subject)) windows.set(`${subject} ${event.id}`, event);
  }
  return windows;
}

/** Why the bundle's readings are not those of its windows; null if they are. */
export function readingsFault(readings: Bundle["readings"], histories: Histories): string | null {
  const windows = windowsOf(histories);
  for (const { subject, event, leaves } of readings ?? []) {
    const read = orNull(() => leaves.map(readLeaf));
    if (read === null) return "readings_malformed";
    const window = windows.get(`${subject} ${event}`);
    if (window === undefined) return "readings_surplus";
    if (!agree(window, read) || toBase64Url(merkleRoot(leaves)) !== textOf(window, "sanchi:root")) {
      return "readings_wrong";
    }
  }
  return null;
}

/** Whether every window has its readings. */
export const hasAllReadings = (readings: Bundle["readings"], histories: Histories): boolean =>
  (readings?.length ?? 0) === windowsOf(histories).size;

function agree(window: TraceEvent, readings: Reading[]): boolean {
  const from = readTime(textOf(window, "sanchi:from"));
  const to = readTime(textOf(window, "sanchi:to"));
  return (
    readings.length > 0 &&
    readings.length === integerOf(window, "sanchi:count") &&
    readings[0]?.seq === integerOf(window, "sanchi:firstSeq") &&
    readings.at(-1)?.seq === integerOf(window, "sanchi:lastSeq") &&
    readings.every(
      ({ device, seq, time }, i) =>
        time >= from &&
        time <= to &&
        device === readings[0]?.device &&
        (i === 0 || seq > (readings[i - 1] as Reading).seq),
    )
  );
}
