import { utf8 } from "./bytes.ts";
import { headOf } from "./histories.ts";
import { BUNDLE_LIMITS, textOf } from "./json.ts";
import { windowsIn } from "./readings.ts";
import { compareText } from "./text-order.ts";
import type { Evidence } from "./verify.ts";

/*
 * The readings of a long journey come in a second request, box day by box day: section 11. Put where
 * they belong they make a bundle like any other, and are judged with it.
 */

const NONE = '"readings":null';

/** A box day's history, by which its readings are asked for. */
export interface BoxDay {
  subject: string;
  head: string;
  /** How many readings its windows have. */
  count: number;
}

/** A short device id and one measure in base64url, its quotes and a comma. */
const LEAST_BYTES = 42;

/** The box days that have windows, ascending, if the bundle holds no readings. */
export function daysWithout(bundle: Uint8Array, { closure, ways }: Evidence): BoxDay[] {
  if (ways !== null || !textOf(bundle).includes(NONE)) return [];
  const { boxDays, histories } = closure;
  return [...boxDays]
    .filter((subject) => windowsIn(histories, subject).length > 0)
    .sort(compareText)
    .map((subject) => {
      const entries = histories.get(subject) ?? [];
      const known = entries.map(({ event, recordTime }) => ({ id: event.id, recordTime }));
      const count = windowsIn(histories, subject)
        .map(({ payload }) => Number(payload["sanchi:count"]))
        .reduce((sum, one) => sum + one, 0);
      return { subject, head: headOf(subject, known), count };
    });
}

/**
 * Whether a bundle has room for these readings, as far as one knows before they have all come.
 *
 * @param read what the server answered for the first of the days
 */
export function hasRoom(bundle: Uint8Array, days: BoxDay[], read: Uint8Array[]): boolean {
  const there = read.reduce((sum, { length }) => sum + length, bundle.length);
  const missing = days.slice(read.length).reduce((sum, { count }) => sum + count, 0);
  return there + missing * LEAST_BYTES <= BUNDLE_LIMITS.bytes;
}

/**
 * The bundle with these readings.
 *
 * @param days what the server answered for each of the box days, in their order
 */
export function withReadings(bundle: Uint8Array, days: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const items = days.map((day) => textOf(day).slice(1, -1)).filter((text) => text !== "");
  // Quotes within a text are escaped, so this stands only where it is a member's name
  const whole = textOf(bundle).replace(NONE, (none) =>
    items.length === 0 ? none : `"readings":[${items.join(",")}]`,
  );
  return utf8(whole) as Uint8Array<ArrayBuffer>;
}
