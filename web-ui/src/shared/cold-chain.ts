import type { Bundle } from "./bundle.ts";
import type { Carriage, Closure } from "./closure.ts";
import { type TraceEvent, textOf } from "./event.ts";
import type { JsonObject } from "./json.ts";
import { type Reading, readLeaf, windowsOf } from "./readings.ts";
import { compareText } from "./text-order.ts";
import { MINUTE, readTime } from "./time.ts";

/*
 * What the boxes measured while the units were in them, against the limits that the main lots were
 * commissioned with: section 8.
 */

/** So long a reading stands for what is. */
const HOLDS = 15 * MINUTE;
const CODES = { temperature: 1, humidity: 2 } as const;

export type Measure = keyof typeof CODES;
export const MEASURES = Object.keys(CODES) as Measure[];

const isMeasure = (word: string): word is Measure => Object.hasOwn(CODES, word);

/** The narrowest of the lots' limits on one measure. */
export interface Limit {
  minimum: number | null;
  maximum: number | null;
  allowedMinutes: number;
}

/** One value, in hundredths, and how long it stands; `to` does not belong to it. */
export interface Held {
  from: number;
  to: number;
  value: number;
}

/** A unit's time in boxes, by itself and inside of others; all times in milliseconds. */
export interface Way {
  unit: string;
  carried: number;
  measured: number;
  limits: Map<Measure, Limit>;
  /** By measure, how long a value was outside of its limit. */
  outside: Map<Measure, number>;
  /** By measure, then by device, within the carriages; only where something was measured. */
  held: Map<Measure, Held[][]>;
  /** How many windows of its boxes have no readings here; then the times are the least they can be. */
  missing: number;
  /** How many windows its boxes have. */
  windows: number;
  /** By measure, what those of them state that lie within a carriage, in hundredths. */
  stated: Map<Measure, [low: number, high: number]>;
}

/** Whether a measure was outside of its limit for longer than is allowed. */
export function exceeds(way: Way, measure: Measure): boolean {
  const allowed = way.limits.get(measure)?.allowedMinutes ?? 0;
  return (
    (way.outside.get(measure) ?? 0) > allowed * MINUTE || (allowed === 0 && leaves(way, measure))
  );
}

/** Whether a measure was ever outside of its limit, as far as is known. */
export function leaves({ limits, outside, stated }: Way, measure: Measure): boolean {
  const limit = limits.get(measure);
  return (
    limit !== undefined &&
    ((outside.get(measure) ?? 0) > 0 ||
      (stated.get(measure) ?? []).some((value) => excludes(limit, value)))
  );
}

/** The readings of a device, and when the last stops to stand: what came after may be missing. */
interface Series {
  readings: Reading[];
  end: number;
}

const boxOf = (boxDay: string): string => boxDay.slice(0, boxDay.lastIndexOf("/") + 1);
const endOf = (window: TraceEvent): number => readTime(textOf(window, "sanchi:to"));

/** The way of each unit that was in a box, ascending; of verified readings only. */
export function waysOf(closure: Closure, readings: Bundle["readings"], now: number): Way[] {
  const windows = windowsOf(closure.histories);
  const counts = new Map<string, number>();
  for (const box of [...windows.keys()].map(boxOf)) counts.set(box, (counts.get(box) ?? 0) + 1);
  const there = (readings ?? []).map(({ subject, event, leaves }) => {
    const key = `${subject} ${event}`;
    const window = windows.get(key) as TraceEvent;
    windows.delete(key);
    return { box: boxOf(subject), window, leaves };
  });
  const missing = new Map<string, TraceEvent[]>();
  for (const [key, window] of windows) {
    const box = boxOf(key);
    missing.set(box, [...(missing.get(box) ?? []), window]);
  }
  const boxes = new Map<string, Map<string, Series>>();
  for (const { box, window, leaves } of there) {
    const devices = boxes.get(box) ?? new Map<string, Series>();
    boxes.set(box, devices);
    const whole = !missing.has(box);
    for (const reading of leaves.map(readLeaf)) {
      const key = whole ? reading.device : `${reading.device} ${window.id}`;
      const own = devices.get(key);
      if (own !== undefined) own.readings.push(reading);
      else {
        const end = whole ? Number.POSITIVE_INFINITY : endOf(window);
        devices.set(key, { readings: [reading], end });
      }
    }
  }
  const limits = limitsOf(closure);
  return closure
    .innerUnits()
    .sort(compareText)
    .flatMap((unit) => {
      const around = closure.around(unit);
      const carriages = closure.carriages.filter(
        (carriage) => around.has(carriage.unit) && carriage.from < now,
      );
      return carriages.length === 0
        ? []
        : [wayOf(unit, carriages, boxes, counts, missing, limits, now)];
    });
}

function limitsOf(closure: Closure): Map<Measure, Limit> {
  const limits = new Map<Measure, Limit>();
  for (const lot of closure.mainLots) {
    for (const { event } of closure.commissionings(lot)) {
      // What was said first holds: a later word, or a correction, can only make it narrower
      for (const given of (event.payload["sanchi:limits"] ?? []) as JsonObject[]) {
        const measure = given["sanchi:measure"] as string;
        if (!isMeasure(measure)) continue;
        const minimum = (given["sanchi:minimum"] ?? null) as number | null;
        const maximum = (given["sanchi:maximum"] ?? null) as number | null;
        const allowedMinutes = given["sanchi:allowedMinutes"] as number;
        const before = limits.get(measure);
        limits.set(measure, {
          minimum: narrower(Math.max, before?.minimum ?? null, minimum),
          maximum: narrower(Math.min, before?.maximum ?? null, maximum),
          allowedMinutes: Math.min(before?.allowedMinutes ?? allowedMinutes, allowedMinutes),
        });
      }
    }
  }
  return limits;
}

const narrower = (
  choose: (a: number, b: number) => number,
  a: number | null,
  b: number | null,
): number | null => (a === null || b === null ? (a ?? b) : choose(a, b));

function wayOf(
  unit: string,
  carriages: Carriage[],
  boxes: Map<string, Map<string, Series>>,
  counts: Map<string, number>,
  missing: Map<string, TraceEvent[]>,
  limits: Map<Measure, Limit>,
  now: number,
): Way {
  const without = new Set<string>();
  const stated: Way["stated"] = new Map();
  const carried: Span[] = [];
  // Lists of lists: a journey has more readings than a call may have arguments
  const measured: Span[][] = [];
  const outside = new Map<Measure, Span[][]>([...limits.keys()].map((measure) => [measure, []]));
  const held = new Map<Measure, Held[][]>();
  for (const { box, from, to } of carriages) {
    const within = { from, to: Math.min(to, now) };
    carried.push(within);
    for (const window of missing.get(box) ?? []) {
      without.add(window.id);
      const begin = readTime(textOf(window, "sanchi:from"));
      const end = endOf(window);
      const whole = begin >= within.from && end < within.to;
      for (const [measure, range] of statedOf(window)) {
        const [least, most] = stated.get(measure) ?? range;
        if (whole) {
          stated.set(measure, [Math.min(least, range[0]), Math.max(most, range[1])]);
        }
        const limit = limits.get(measure);
        if (limit !== undefined && isBeyond(limit, range)) {
          const span = { from: Math.max(begin, within.from), to: Math.min(end, within.to) };
          outside.get(measure)?.push([span]);
        }
      }
    }
    const devices = [...(boxes.get(box) ?? [])].sort(([a], [b]) => compareText(a, b));
    for (const [, { readings, end }] of devices) {
      readings.sort((a, b) => a.time - b.time || a.seq - b.seq);
      const known = { from: within.from, to: Math.min(within.to, end) };
      for (const measure of MEASURES) {
        const spans = heldIn(readings, CODES[measure], known);
        if (spans.length === 0) continue;
        held.set(measure, [...(held.get(measure) ?? []), spans]);
        if (measure === "temperature") measured.push(spans);
        const limit = limits.get(measure);
        if (limit === undefined) continue;
        outside.get(measure)?.push(spans.filter(({ value }) => excludes(limit, value)));
      }
    }
  }
  return {
    unit,
    carried: union(carried),
    measured: union(measured.flat()),
    limits,
    outside: new Map([...outside].map(([measure, spans]) => [measure, union(spans.flat())])),
    held,
    missing: without.size,
    windows: [...new Set(carriages.map(({ box }) => box))].reduce(
      (sum, box) => sum + (counts.get(box) ?? 0),
      0,
    ),
    stated,
  };
}

const TYPES = { Temperature: "temperature", RelativeHumidity: "humidity" } as const;

/** What a window itself says of its readings, in hundredths. */
function statedOf({ payload }: TraceEvent): Way["stated"] {
  const stated: Way["stated"] = new Map();
  for (const element of payload["sensorElementList"] as JsonObject[]) {
    for (const report of element["sensorReport"] as JsonObject[]) {
      const measure = TYPES[report["type"] as keyof typeof TYPES];
      const [low, high] = ["minValue", "maxValue"].map((name) =>
        Math.round((report[name] as number) * 100),
      ) as [number, number];
      const [least, most] = stated.get(measure) ?? [low, high];
      stated.set(measure, [Math.min(least, low), Math.max(most, high)]);
    }
  }
  return stated;
}

/** Whether all values of a range are too low, or all too high. */
const isBeyond = ({ minimum, maximum }: Limit, [low, high]: [number, number]): boolean =>
  (minimum !== null && high / 100 < minimum) || (maximum !== null && low / 100 > maximum);

/** @param scaled in hundredths */
export function excludes({ minimum, maximum }: Limit, scaled: number): boolean {
  const value = scaled / 100;
  return (minimum !== null && value < minimum) || (maximum !== null && value > maximum);
}

/** Each value until the device's next one, at most 15 minutes; cut to the carriage. */
function heldIn(readings: Reading[], code: number, within: Span): Held[] {
  const having = readings.flatMap(({ time, values }) => {
    const value = values.get(code);
    return value === undefined ? [] : [{ time, value }];
  });
  return having
    .map(({ time, value }, i) => ({
      from: Math.max(time, within.from),
      to: Math.min(time + HOLDS, having[i + 1]?.time ?? Number.POSITIVE_INFINITY, within.to),
      value,
    }))
    .filter(({ from, to }) => from < to);
}

interface Span {
  from: number;
  to: number;
}

/** How long any of them lasts. */
function union(spans: Span[]): number {
  let total = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from || a.to - b.to)) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}
