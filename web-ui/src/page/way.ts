import {
  exceeds,
  type Limit,
  leaves,
  MEASURES,
  type Measure,
  type Way,
} from "../shared/cold-chain.ts";
import type { Severity } from "../shared/findings.ts";
import type { JsonObject } from "../shared/json.ts";
import { MINUTE } from "../shared/time.ts";
import { fill, type Words } from "../shared/words.ts";

/** What is said of a unit's way. */
export interface SaidWay {
  tone: Severity | "good";
  sentences: string[];
  /** Whether anything was calculated from readings. */
  calculated: boolean;
}

/** For how long nobody measured, as far as that is known; null for less than a minute. */
export function gapOf({ carried, measured, missing }: Way, words: Words): string | null {
  const ms = missing === 0 ? carried - measured : 0;
  if (ms < MINUTE) return null;
  return fill(words.ui.temperatureGap, { time: lasting(begun(ms), words) });
}

/** Whether nobody measured for longer than the temperature may be outside of its limit. */
export function isUnmeasured({ carried, measured, missing, limits }: Way): boolean {
  const allowed = limits.get("temperature")?.allowedMinutes;
  return (
    allowed !== undefined && missing === 0 && carried - measured > Math.max(allowed, 1) * MINUTE
  );
}

/** In sentences, what boxes measured around a unit. The server's `Teller` says the same. */
export function sayWay(way: Way, words: Words): SaidWay {
  const { ui } = words;
  const { carried, measured, limits, outside, held, missing, stated, windows } = way;
  const isWhole = missing === 0;
  if (isWhole && measured === 0) {
    return {
      tone: isUnmeasured(way) ? "amber" : "neutral",
      sentences: [fill(ui.temperatureNone, { time: lasting(begun(carried), words) })],
      calculated: false,
    };
  }
  const gap = gapOf(way, words);
  let tone: SaidWay["tone"] = gap !== null || !limits.has("temperature") ? "neutral" : "good";
  if (isUnmeasured(way)) tone = "amber";
  const sentences: string[] = [];
  if (!isWhole) {
    tone = "amber";
    sentences.push(fill(ui.readingsMissing, { count: missing, of: windows }));
  }
  for (const measure of MEASURES) {
    const values = (held.get(measure) ?? []).flat().map(({ value }) => value);
    values.push(...(stated.get(measure) ?? []));
    if (values.length === 0) continue;
    const range = {
      low: tenths(
        Math.floor,
        values.reduce((a, b) => Math.min(a, b)),
      ),
      high: tenths(
        Math.ceil,
        values.reduce((a, b) => Math.max(a, b)),
      ),
    };
    sentences.push(fill(ui[`${measure}Range`], range));
    const limit = limits.get(measure);
    if (limit === undefined) continue;
    const time = outside.get(measure) ?? 0;
    const exceeded = exceeds(way, measure);
    let sentence = gap !== null ? ui.measureKeptMeasured : ui.measureKept;
    if (time > 0) sentence = exceeded ? ui.measureExceeded : ui.measureAllowed;
    if (exceeded && limit.allowedMinutes === 0) sentence = ui.measureLeft;
    if (!isWhole && time === 0) sentence = ui.measureLeftSome;
    if (exceeded) tone = tone === "red" || measure === "temperature" ? "red" : "amber";
    const allowed = lasting(limit.allowedMinutes, words);
    const lasted = lasting(begun(time), words);
    const told = {
      limit: bounds(measure, limit, words),
      time: isWhole ? lasted : fill(ui.atLeast, { from: lasted }),
      allowed,
    };
    // That nothing is known to have left them says nothing of what is missing
    if (isWhole || leaves(way, measure)) sentences.push(fill(sentence, told));
  }
  if (gap !== null) sentences.push(gap);
  return { tone, sentences, calculated: true };
}

/** Between which values something has to stay, with the unit. */
export function bounds(
  measure: string,
  { minimum, maximum }: Pick<Limit, "minimum" | "maximum">,
  { ui }: Words,
): string {
  const unit = unitOf(measure, ui);
  const [from, to] = [minimum, maximum].map((bound) => signed(String(bound ?? "")));
  if (minimum === null) return fill(ui.atMost, { to: `${to}${unit}` });
  if (maximum === null) return fill(ui.atLeast, { from: `${from}${unit}` });
  return fill(ui.range, { from: from as string, to: `${to}${unit}` });
}

/** One of the limits that a lot was registered with. */
export function sayLimits(limit: JsonObject, words: Words): string {
  const minimum = (limit["sanchi:minimum"] ?? null) as number | null;
  const maximum = (limit["sanchi:maximum"] ?? null) as number | null;
  return bounds(limit["sanchi:measure"] as string, { minimum, maximum }, words);
}

/** The same, and how long something may be outside of it. */
export function sayLimit(limit: JsonObject, words: Words): string {
  const range = sayLimits(limit, words);
  const allowed = limit["sanchi:allowedMinutes"] as number;
  return allowed === 0
    ? range
    : fill(words.ui.allowedFor, { range, time: lasting(allowed, words) });
}

function unitOf(measure: string, ui: Words["ui"]): string {
  const units: Record<Measure, string> = {
    temperature: `\u00a0${ui.celsius}`,
    humidity: "\u00a0%",
  };
  return units[measure as Measure] ?? "";
}

const begun = (ms: number): number => Math.ceil(ms / MINUTE);

/** Minutes, in hours and minutes. */
export function lasting(all: number, { ui }: Words): string {
  const minutes = all % 60;
  const hours = (all - minutes) / 60;
  if (hours === 0) return fill(ui.minutes, { minutes });
  return fill(minutes === 0 ? ui.hours : ui.hoursMinutes, { hours, minutes });
}

/** Of hundredths; the rounding never makes a range narrower than it was. */
export const tenths = (outward: (value: number) => number, hundredths: number): string =>
  signed((outward(hundredths / 10) / 10).toFixed(1));

/** A minus is as wide as a plus, and not taken for a dash. */
const signed = (number: string): string => number.replace("-", "−");
