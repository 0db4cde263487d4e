import { h, type Piece } from "../shared/html.ts";
import { fill, type Words } from "../shared/words.ts";
import frames from "./frames.json";
import japan from "./outlines/japan.json?url";
import north from "./outlines/north.json?url";
import world from "./outlines/world.json?url";
import { degreesBetween, type Route, type Stop } from "./route.ts";

/*
 * The way of a thing, on outlines that come from where the page comes from: no server is asked for
 * a map, so none learns which package is looked at.
 */

type FrameName = keyof typeof frames;
type Point = [x: number, y: number];

/** Marks nearer to each other than this are one. */
const NEAR = 14;
/** Width to height of a part of a region. */
const SHAPE = 4 / 3;
/** Times what a way needs: room for its numbers, and to see where it is. */
const ROOM = 1.6;
/** Of the outlines' units; they show nothing that is smaller. */
const SMALLEST = 4;
/** Shorter than this a leg has no room for an arrow. */
const SHORT = 36;
/** Of a great circle, in kilometres. */
const DEGREE = 111.2;
/** A great circle is drawn as straight pieces of at most so many degrees. */
const PIECE = 1.5;

/** Where the paths of the coasts are: `build/outlines.mjs` draws them. */
const OUTLINES: Record<FrameName, string> = { japan, north, world };

/** What a frame shows of its outlines, in their own units. */
interface Cut {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A part of the world as a flat map: longitude and latitude at right angles. */
class Frame {
  readonly name: FrameName;
  readonly width: number;
  readonly height: number;
  /** How the outlines are moved and stretched; null where they are drawn as they are. */
  readonly transform: string | null;
  private readonly whole: { width: number; height: number };
  private readonly degree: number;
  private readonly cut: Cut;
  private readonly scale: number;

  constructor(name: FrameName, cut?: Cut) {
    const { west, east, north, south, narrow, width } = frames[name];
    this.name = name;
    this.degree = width / ((east - west) * narrow);
    this.whole = { width, height: Math.round((north - south) * this.degree) };
    this.cut = cut ?? { x: 0, y: 0, ...this.whole };
    this.scale = width / this.cut.width;
    this.width = width;
    this.height = Math.round(this.cut.height * this.scale);
    const { x, y } = this.cut;
    const moved = [-x, -y].map((by) => (by * this.scale).toFixed(1)).join(" ");
    this.transform = cut ? `translate(${moved}) scale(${this.scale.toFixed(3)})` : null;
  }

  /** A longitude is taken as it is east of the frame's western edge. */
  point({ latitude, longitude }: Omit<Stop, "name">): Point {
    const { west, north, narrow } = frames[this.name];
    const east = (((longitude - west) % 360) + 360) % 360;
    const [x, y] = [east * narrow * this.degree, (north - latitude) * this.degree];
    return [(x - this.cut.x) * this.scale, (y - this.cut.y) * this.scale];
  }

  /** From its western edge to its eastern one. */
  get kilometres(): number {
    return Math.round((this.cut.width / this.degree) * DEGREE);
  }

  holds([x, y]: Point): boolean {
    return x > 0 && x < this.width && y > 0 && y < this.height;
  }

  /** The part of it around some stops, with room about them, but no more than all of it. */
  around(stops: Omit<Stop, "name">[]): Frame {
    const points = stops.map((stop) => new Frame(this.name).point(stop));
    const [west, east] = extent(points.map(([x]) => x));
    const [north, south] = extent(points.map(([, y]) => y));
    const need = Math.max(east - west, (south - north) * SHAPE, SMALLEST) * ROOM;
    const width = Math.min(need, this.whole.width, this.whole.height * SHAPE);
    const height = width / SHAPE;
    const within = (middle: number, size: number, most: number) =>
      Math.min(Math.max(0, middle - size / 2), most - size);
    return new Frame(this.name, {
      x: within((west + east) / 2, width, this.whole.width),
      y: within((north + south) / 2, height, this.whole.height),
      width,
      height,
    });
  }
}

const extent = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)];

const WORLD = new Frame("world");
const REGIONS = [new Frame("japan"), new Frame("north")];

/** A frame, and what stands below it where there are several. */
interface Shown {
  frame: Frame;
  caption: string;
  /** Whether it is shown only if something can be known again in it. */
  inset?: boolean;
}

/**
 * Where all of it lies in one region, what of the region it needs, and anew in large what falls on
 * one mark there; else the world, and the regions with more than one mark.
 */
function framesFor({ stops, legs }: Route, { ui }: Words): Shown[] {
  const held = (frame: Frame) =>
    stops.map((stop) => frame.point(stop)).filter((point) => frame.holds(point));
  const whole = REGIONS.find((frame) => held(frame).length === stops.length);
  if (whole === undefined) {
    const more = REGIONS.filter((frame) => held(frame).length > 1);
    // With the ways, which lead further north than the places are
    const ways = legs.flatMap(([from, to]) => greatCircle(stops[from] as Stop, stops[to] as Stop));
    return [WORLD.around([...stops, ...ways]), ...more].map((frame) => ({
      frame,
      caption: ui[`map_${frame.name}`],
    }));
  }
  const frame = whole.around(stops);
  const insets = marksOf(frame, stops)
    .filter(({ numbers }) => numbers.length > 1)
    .map(({ numbers }) => {
      const inset = whole.around(numbers.map((number) => stops[number - 1] as Stop));
      const told = { numbers: inRuns(numbers).join("·"), km: inset.kilometres };
      return { frame: inset, caption: fill(ui.mapInset, told), inset: true };
    })
    // Nothing is gained where they are one place
    .filter((inset) => marksOf(inset.frame, stops).length > 1);
  return [{ frame, caption: ui[`map_${frame.name}`] }, ...insets];
}

/** Nothing where no place has a position. */
export function mapView(route: Route, words: Words): Piece {
  const { stops } = route;
  if (stops.length === 0) return null;
  const { ui } = words;
  const shown = framesFor(route, words);
  const told = fill(ui.mapText, { places: inWords(route, ui.and) });
  return h(
    "section",
    { id: "map" },
    h("h2", {}, ui.mapTitle),
    h(
      "div",
      { class: "map" },
      ...shown.map(({ frame, caption, inset = false }, i) =>
        h(
          "figure",
          { hidden: inset },
          // Once is enough for who hears it
          drawing(frame, route, i === 0 ? told : null),
          shown.length > 1 && h("figcaption", {}, caption),
        ),
      ),
      h("ol", { class: "stops" }, ...stops.map(({ name }) => h("li", {}, name))),
    ),
    h("p", { class: "small" }, ui.mapNote),
  );
}

/** The outlines come after what matters; their place is kept. */
export function loadOutlines(root: Element): void {
  for (const land of root.querySelectorAll<SVGPathElement>(".land")) {
    void outline(OUTLINES[land.dataset["frame"] as FrameName]).then(
      (path) => {
        land.setAttribute("d", path);
        const figure = land.closest("figure");
        if (figure?.hidden) figure.hidden = !hasCoast(land);
      },
      // Without a network the way alone is shown
      () => undefined,
    );
  }
}

/** Whether its middle is not all land, nor all sea. */
function hasCoast(land: SVGPathElement): boolean {
  const { width, height } = (land.ownerSVGElement as SVGSVGElement).viewBox.baseVal;
  const moved = land.transform.baseVal.consolidate()?.matrix.inverse();
  const parts = [0.25, 0.35, 0.5, 0.65, 0.75];
  const found = new Set(
    parts.flatMap((x) =>
      parts.map((y) =>
        land.isPointInFill(new DOMPoint(x * width, y * height).matrixTransform(moved)),
      ),
    ),
  );
  return found.size > 1;
}

async function outline(address: string): Promise<string> {
  const response = await fetch(address, { credentials: "omit" });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

/** Where legs follow each other, as one chain. */
function inWords({ stops, legs }: Route, and: string): string {
  const name = (index: number) => `${index + 1} ${(stops[index] as Stop).name}`;
  const chains: number[][] = [];
  for (const [from, to] of legs) {
    const chain = chains.find((one) => one.at(-1) === from);
    if (chain === undefined) chains.push([from, to]);
    else chain.push(to);
  }
  const alone = stops.map((_, i) => i).filter((i) => !legs.flat().includes(i));
  return [...chains, ...alone.map((i) => [i])]
    .map((chain) => chain.map(name).join(" → "))
    .join(and);
}

interface Mark {
  at: Point;
  /** Of the stops that it stands for. */
  numbers: number[];
}

/** Those that the frame holds. */
function marksOf(frame: Frame, stops: Stop[]): Mark[] {
  const marks: Mark[] = [];
  stops.forEach((stop, i) => {
    const at = frame.point(stop);
    if (!frame.holds(at)) return;
    const near = marks.find((mark) => distance(mark.at, at) < NEAR);
    if (near === undefined) marks.push({ at, numbers: [i + 1] });
    else near.numbers.push(i + 1);
  });
  return marks;
}

function drawing(frame: Frame, { stops, legs }: Route, text: string | null): Piece {
  const marks = marksOf(frame, stops);
  const lines = legs.map(([from, to]) =>
    greatCircle(stops[from] as Stop, stops[to] as Stop).map((point) => frame.point(point)),
  );
  return h(
    "svg",
    {
      viewBox: `0 0 ${frame.width} ${frame.height}`,
      ...(text === null ? { "aria-hidden": "true" } : { role: "img", "aria-label": text }),
    },
    h("path", { class: "land", "data-frame": frame.name, transform: frame.transform }),
    ...lines.map((line) => h("path", { class: "way", d: drawn(frame, line) })),
    ...lines.map((line) => arrow(frame, line)),
    ...marks.map(({ at: [x, y] }) =>
      h("circle", { class: "mark", cx: x.toFixed(1), cy: y.toFixed(1), r: "7" }),
    ),
    ...marks.map((mark) => number(frame, mark)),
  );
}

/** On the side where it has room. */
function number(frame: Frame, { at: [x, y], numbers }: Mark): Piece {
  const left = x > frame.width - 60;
  return h(
    "text",
    {
      x: (x + (left ? -9 : 9)).toFixed(1),
      y: (y - 5).toFixed(1),
      ...(left ? { "text-anchor": "end" } : {}),
    },
    inRuns(numbers).join("·"),
  );
}

/** 1, 2, 3, 5 as 1–3 and 5. */
function inRuns(numbers: number[]): string[] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.flatMap(([from, to]) => {
    if (to - from < 2) return from === to ? [`${from}`] : [`${from}`, `${to}`];
    return `${from}–${to}`;
  });
}

const distance = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by);

/** Over the map's edge a line goes on at the other. */
function drawn(frame: Frame, line: Point[]): string {
  return line
    .map((point, i) => {
      const before = line[i - 1];
      const broken = before === undefined || Math.abs(point[0] - before[0]) > frame.width / 2;
      return `${broken ? "M" : "L"}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    })
    .join("");
}

/** In the middle of what is seen of a line, in its direction. */
function arrow(frame: Frame, line: Point[]): Piece {
  const seen = line.filter((point) => frame.holds(point));
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || seen.length < 2 || distance(first, last) < SHORT) return null;
  const at = Math.floor(seen.length / 2);
  const [ax, ay] = seen[at - 1] as Point;
  const [bx, by] = seen[at] as Point;
  const turn = (Math.atan2(by - ay, bx - ax) * 180) / Math.PI;
  const [x, y] = [(ax + bx) / 2, (ay + by) / 2];
  return h("path", {
    class: "arrow",
    d: "M6 0L-4 5.5L-1.5 0L-4 -5.5z",
    transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${turn.toFixed(0)})`,
  });
}

/** From one point of the earth to another, both with it. */
function greatCircle(from: Stop, to: Stop): Omit<Stop, "name">[] {
  const [a, b] = [direction(from), direction(to)];
  const angle = (degreesBetween(from, to) * Math.PI) / 180;
  const pieces = Math.max(2, Math.ceil((angle * 180) / Math.PI / PIECE));
  const sine = Math.sin(angle);
  // Of opposite points no circle is the shortest, and near ones need none
  if (sine < 1e-6) return [from, to];
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const [near, far] = [
      Math.sin(angle * (1 - i / pieces)) / sine,
      Math.sin((angle * i) / pieces) / sine,
    ];
    const [x, y, z] = a.map((value, j) => value * near + (b[j] as number) * far) as Vector;
    return {
      latitude: (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI,
      longitude: (Math.atan2(y, x) * 180) / Math.PI,
    };
  });
}

type Vector = [number, number, number];

function direction({ latitude, longitude }: Stop): Vector {
  const [phi, lambda] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180];
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}
