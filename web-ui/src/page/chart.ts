import type { Held, Way } from "../shared/cold-chain.ts";
import { h, type Piece, type Tag } from "../shared/html.ts";
import type { Words } from "../shared/words.ts";
import { readersMinute } from "./telling.ts";

const WIDTH = 640;
const HEIGHT = 180;
const LEFT = 44;
const BOTTOM = 28;
const COLUMNS = 200;
/** Of the scale, above and below what is drawn, in hundredths of a degree. */
const MARGIN = 100;

/** Temperatures over time. A gap is a gap: the line ends where nobody measured. */
export function chartView({ temperatures, limits }: Way, words: Words): Piece {
  const all = temperatures.flat();
  if (all.length === 0) return null;
  const limit = limits.get("temperature");
  const bounds = [limit?.minimum ?? null, limit?.maximum ?? null].flatMap((bound) =>
    bound === null ? [] : bound * 100,
  );
  const from = all.reduce((time, one) => Math.min(time, one.from), Number.POSITIVE_INFINITY);
  const to = all.reduce((time, one) => Math.max(time, one.to), 0);
  const values = [...bounds, ...all.map(({ value }) => value)];
  const low = values.reduce((a, b) => Math.min(a, b)) - MARGIN;
  const high = values.reduce((a, b) => Math.max(a, b)) + MARGIN;
  const x = (time: number) => LEFT + ((time - from) / (to - from)) * (WIDTH - LEFT);
  const y = (value: number) => ((high - value) / (high - low)) * (HEIGHT - BOTTOM);
  const top = y(limit?.maximum == null ? high : limit.maximum * 100);
  const bottom = y(limit?.minimum == null ? low : limit.minimum * 100);
  const said = (time: number) => readersMinute(words, time, words.ui.dayMonth);
  return h(
    "svg",
    {
      class: "chart",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": words.ui.temperatureChart,
    },
    limit !== undefined &&
      h("rect", {
        class: "band",
        x: `${LEFT}`,
        y: top.toFixed(1),
        width: `${WIDTH - LEFT}`,
        height: (bottom - top).toFixed(1),
      }),
    ...bounds.map((bound) => text("2", y(bound) + 4, "start", `${bound / 100}°`)),
    ...temperatures.map((held) => h("path", { class: "line", d: path(thinned(held), x, y) })),
    text(`${LEFT}`, HEIGHT - 4, "start", said(from)),
    text(`${WIDTH}`, HEIGHT - 4, "end", said(to)),
  );
}

const text = (x: string, y: number, anchor: string, content: string): Tag =>
  h("text", { x, y: y.toFixed(1), "text-anchor": anchor }, content);

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
