import {
  excludes,
  type Held,
  type Limit,
  MEASURES,
  type Measure,
  type Way,
} from "../shared/cold-chain.ts";
import { h, type Piece, type Tag } from "../shared/html.ts";
import { fill, type Words, wordFor } from "../shared/words.ts";
import { minuteOf, readersMinute } from "./telling.ts";
import { tenths } from "./way.ts";

const WIDTH = 640;
const HEIGHT = 204;
const LEFT = 72;
const TOP = 36;
const BOTTOM = 28;
const COLUMNS = 200;
/** Of the scale, above and below what is drawn, in hundredths. */
const MARGIN = 100;
/** Of the scale at least, in hundredths: a calm box looks calm. */
const SPAN: Record<Measure, number> = { temperature: 600, humidity: 3000 };
/** Between two marks; those of a phone are large. */
const APART = 26;

/** By whose clocks the two ends of a chart are told; the reader's own where there are none. */
export interface Clocks {
  from?: Clock | undefined;
  to?: Clock | undefined;
}

export interface Clock {
  /** Minutes from UTC. */
  offset: number;
  /** Whether the story marks times by this clock. */
  local: boolean;
}

export const timeBy = (clock: Clock | undefined, time: number, words: Words): string =>
  clock === undefined
    ? readersMinute(words, time, words.ui.dayMonth)
    : minuteOf(words, time, clock.offset, words.ui.dayMonth) +
      (clock.local ? words.ui.localTime : "");

/** What boxes measured around a unit, a chart for each measure, all over the same time. */
export function chartsView(way: Way, words: Words, clocks: Clocks = {}): Piece {
  const every = [...way.held.values()].flat(2);
  const span = {
    from: every.reduce((time, one) => Math.min(time, one.from), Number.POSITIVE_INFINITY),
    to: every.reduce((time, one) => Math.max(time, one.to), 0),
  };
  return MEASURES.map((measure) => chartView(way, measure, span, words, clocks));
}

/** A gap is a gap: the line ends where nobody measured. */
function chartView(
  way: Way,
  measure: Measure,
  { from, to }: Pick<Held, "from" | "to">,
  words: Words,
  clocks: Clocks,
): Piece {
  const lines = way.held.get(measure);
  if (lines === undefined) return null;
  const limit = way.limits.get(measure);
  const bounds = [limit?.minimum ?? null, limit?.maximum ?? null].flatMap((bound) =>
    bound === null ? [] : bound * 100,
  );
  const values = lines.flat().map(({ value }) => value);
  const highest = values.reduce((a, b) => Math.max(a, b));
  const lowest = values.reduce((a, b) => Math.min(a, b));
  const least = bounds.reduce((a, b) => Math.min(a, b), lowest) - MARGIN;
  const most = bounds.reduce((a, b) => Math.max(a, b), highest) + MARGIN;
  const more = Math.max(0, SPAN[measure] - (most - least)) / 2;
  const [low, high] = [least - more, most + more];
  const x = (time: number) => LEFT + ((time - from) / (to - from)) * (WIDTH - LEFT);
  const y = (value: number) => TOP + ((high - value) / (high - low)) * (HEIGHT - BOTTOM - TOP);
  const top = y(limit?.maximum == null ? high : limit.maximum * 100);
  const bottom = y(limit?.minimum == null ? low : limit.minimum * 100);
  const unit = measure === "temperature" ? "°" : "%";
  const isOutside = ({ value }: Held) => limit !== undefined && excludes(limit, value);
  const drawn = lines.map(thinned);
  const peak = furthest(drawn.flat(), limit);
  // The bounds first; then as much of the values as has room. Rounded as the sentences are
  const marks: [at: number, round: typeof Math.ceil][] = [];
  for (const mark of [
    ...bounds.map((bound): [number, typeof Math.ceil] => [bound, Math.round]),
    [highest, Math.ceil],
    [lowest, Math.floor],
  ] as typeof marks) {
    // It stands at its own place
    if (mark[0] === peak?.value) continue;
    if (marks.every(([other]) => Math.abs(y(other) - y(mark[0])) >= APART)) marks.push(mark);
  }
  const name = wordFor(words.words, measure);
  return h(
    "figure",
    { class: "measure", "data-measure": measure },
    h(
      "svg",
      {
        class: "chart",
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        role: "img",
        "aria-label": fill(words.ui.measureChart, {
          measure: name,
          low: tenths(Math.floor, lowest),
          high: `${tenths(Math.ceil, highest)}${unit}`,
        }),
      },
      limit !== undefined &&
        h("rect", {
          class: "band",
          x: `${LEFT}`,
          y: top.toFixed(1),
          width: `${WIDTH - LEFT}`,
          height: (bottom - top).toFixed(1),
        }),
      ...marks.map(([mark, round]) =>
        text("2", y(mark) + 5, "start", `${tenths(round, mark).replace(".0", "")}${unit}`),
      ),
      ...drawn.map((held) => h("path", { class: "line", d: path(held, x, y) })),
      ...drawn
        .map((held) => held.filter(isOutside))
        .filter((held) => held.length > 0)
        .map((held) => h("path", { class: "line outside", d: path(held, x, y) })),
      peak !== null &&
        text(
          Math.min(Math.max(x((peak.from + peak.to) / 2), LEFT + 40), WIDTH - 40).toFixed(1),
          y(peak.value) - 8,
          "middle",
          `${tenths(peak.value === highest ? Math.ceil : Math.floor, peak.value)}${unit}`,
          "peak",
        ),
      text(`${LEFT}`, 20, "start", name),
      text(`${LEFT}`, HEIGHT - 4, "start", timeBy(clocks.from, from, words)),
      text(`${WIDTH}`, HEIGHT - 4, "end", timeBy(clocks.to, to, words)),
    ),
  );
}

const text = (x: string, y: number, anchor: string, content: string, kind = ""): Tag =>
  h("text", { x, y: y.toFixed(1), "text-anchor": anchor, ...(kind && { class: kind }) }, content);

/** The value that was furthest outside of its limit; null where none was outside. */
export function furthest(held: Held[], limit: Limit | undefined): Held | null {
  if (limit === undefined) return null;
  const { minimum, maximum } = limit;
  const beyond = ({ value }: Held) =>
    Math.max(
      maximum === null ? 0 : value - maximum * 100,
      minimum === null ? 0 : minimum * 100 - value,
    );
  const outside = held.filter(({ value }) => excludes(limit, value));
  return outside.reduce<Held | null>(
    (most, one) => (most === null || beyond(one) > beyond(most) ? one : most),
    null,
  );
}

function path(held: Held[], x: (time: number) => number, y: (value: number) => number): string {
  let d = "";
  let end = Number.NaN;
  for (const { from, to, value } of held) {
    const at = y(value).toFixed(1);
    d += `${from === end ? "L" : "M"}${x(from).toFixed(1)} ${at}H${x(to).toFixed(1)}`;
    end = to;
  }
  return d;
}

/** At most two values a column, its lowest and its highest, so that no peak is lost. */
function thinned(held: Held[]): Held[] {
  if (held.length <= 2 * COLUMNS) return held;
  const first = held[0] as Held;
  const width = ((held.at(-1) as Held).to - first.from) / COLUMNS;
  const columns = new Map<string, Held[]>();
  let run = 0;
  held.forEach((one, i) => {
    if (i > 0 && one.from !== held[i - 1]?.to) run++;
    const key = `${run} ${Math.floor((one.from - first.from) / width)}`;
    const column = columns.get(key);
    if (column === undefined) columns.set(key, [one]);
    else column.push(one);
  });
  return [...columns.values()].flatMap((column) => {
    const { from } = column[0] as Held;
    const { to } = column.at(-1) as Held;
    const values = column.map(({ value }) => value);
    const middle = (from + to) / 2;
    return [
      { from, to: middle, value: Math.min(...values) },
      { from: middle, to, value: Math.max(...values) },
    ];
  });
}
