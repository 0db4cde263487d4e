import { exceeds, excludes, type Held, type Way } from "../shared/cold-chain.ts";
import { textOf } from "../shared/event.ts";
import { byTime } from "../shared/findings.ts";
import { MINUTE } from "../shared/time.ts";
import type { Evidence, Verdict } from "../shared/verify.ts";
import { fill, type Language, type Words, wordFor } from "../shared/words.ts";
import { type Clock, type Clocks, furthest, timeBy } from "./chart.ts";
import { dateOf, placeName, type Telling, UNTIL } from "./telling.ts";
import { tenths } from "./way.ts";

/*
 * When a thing was warm, and when nobody measured: what people need to know whom to ask.
 */

type Span = Pick<Held, "from" | "to">;

/** Apart by less than this they are one. */
const TOGETHER = 15 * MINUTE;

/** The spans in order, those that touch as one. */
export function merged(spans: Span[], apart = 0): Span[] {
  const all: Span[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && from - last.to <= apart) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** What of some spans no other covers, as far as it lasts a minute. */
export function uncovered(spans: Span[], by: Span[]): Span[] {
  const covers = merged(by);
  return merged(spans)
    .flatMap(({ from, to }) => {
      const inside = covers.filter((one) => one.to > from && one.from < to);
      return [...inside, { from: to, to }].map((one, i) => ({
        from: i === 0 ? from : (inside[i - 1] as Span).to,
        to: one.from,
      }));
    })
    .filter(({ from, to }) => to - from >= MINUTE);
}

/** The events around a unit, which say by whose clocks its journey is told. */
const eventsAround = ({ closure }: Evidence, unit: string) =>
  [...closure.around(unit)]
    .flatMap((one) => closure.confirmed(one))
    .sort(byTime)
    .map(({ event }) => event)
    .filter(({ row }) => row !== null);

/** The clocks where it was loaded first and unloaded last. */
export function clocksOf(evidence: Evidence, { steps }: Telling, { unit }: Way): Clocks {
  const events = eventsAround(evidence, unit);
  const clockOf = (kind: string, at: number): Clock | undefined => {
    const event = events.filter((one) => one.kind === kind).at(at);
    const step = steps.find(({ id }) => id === event?.id);
    return event && { offset: event.offset, local: step?.local ?? false };
  };
  const from = clockOf("loaded", 0);
  return { from, to: clockOf("unloaded", -1) ?? from };
}

/** When and where it was outside of what its temperature may be, and how far. */
export function outsideOf(
  evidence: Evidence,
  telling: Telling,
  way: Way,
  language: Language,
  words: Words,
): string[] {
  const limit = way.limits.get("temperature");
  if (limit === undefined || way.missing > 0 || !exceeds(way, "temperature")) return [];
  const held = (way.held.get("temperature") ?? []).flat();
  const [span, ...more] = merged(
    held.filter(({ value }) => excludes(limit, value)),
    TOGETHER,
  );
  const peak = furthest(held, limit);
  if (span === undefined || peak === null || more.length > 0) return [];
  const events = eventsAround(evidence, way.unit);
  const last = events
    .filter(({ eventTime, refs }) => eventTime <= span.from && refs["readPoint"])
    .at(-1);
  const [at] = last?.refs["readPoint"] ?? [];
  const place = at === undefined ? null : placeName(evidence, at, language, words);
  const step = telling.steps.find(({ id }) => id === last?.id);
  const clock = last && { offset: last.offset, local: step?.local ?? false };
  const said = {
    from: timeBy(clock, span.from, words),
    to: timeBy(clock, span.to, words),
    value: `${tenths(peak.value < 0 ? Math.floor : Math.ceil, peak.value)}\u00a0${words.ui.celsius}`,
  };
  return [
    fill(words.ui.outsideWhen, said),
    ...(place === null ? [] : [fill(words.ui.outsidePlace, { place })]),
  ];
}

/** When nobody measured, where that was once. */
export function gapWhen(
  evidence: Evidence,
  { statement }: Verdict,
  telling: Telling,
  way: Way,
  words: Words,
): string[] {
  if (way.missing > 0 || statement === null) return [];
  const { time } = statement;
  const around = evidence.closure.around(way.unit);
  const carried = evidence.closure.carriages
    .filter((carriage) => around.has(carriage.unit) && carriage.from < time)
    .map(({ from, to }) => ({ from, to: Math.min(to, time) }));
  const [gap, ...more] = uncovered(carried, (way.held.get("temperature") ?? []).flat());
  if (gap === undefined || more.length > 0) return [];
  const { from, to } = clocksOf(evidence, telling, way);
  return [
    fill(words.ui.gapWhen, {
      from: timeBy(from, gap.from, words),
      to: timeBy(to, gap.to, words),
    }),
  ];
}

/** That it is past its date, by the members' own clock: that of a device may be wrong. */
export function expiredOf({ closure }: Evidence, { statement }: Verdict, words: Words): string[] {
  const lots = [...closure.mainLots].flatMap((lot) => closure.liveCommissioning(lot) ?? []);
  const time = statement?.time ?? 0;
  for (const { event } of [closure.binding ?? [], lots].flat()) {
    const name = UNTIL.find((one) => textOf(event, one) !== "");
    if (name === undefined) continue;
    const date = textOf(event, name);
    if (!isPast(date, time, event.offset)) return [];
    const what = wordFor(words.members, name);
    return [fill(words.ui.expired, { what, date: dateOf(words, date) })];
  }
  return [];
}

/** @param offset minutes from UTC, of the place that said the date */
export const isPast = (date: string, time: number, offset: number): boolean =>
  new Date(time + offset * MINUTE).toISOString().slice(0, 10) > date;
