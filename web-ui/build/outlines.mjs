// Draws the outlines that maps stand on: coasts without borders, from Natural Earth (public domain) as world-atlas packs it.
// Run by hand: npm pack world-atlas@2.0.2, unpack it, node build/outlines.mjs FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import frames from "../src/page/frames.json" with { type: "json" };

const [folder] = process.argv.slice(2);
const OUT = fileURLToPath(new URL("../src/page/outlines", import.meta.url));
/** How far a line may be from the coast, and how large an island must be; in units of the map. */
const FINE = {
  japan: { file: "land-10m.json", off: 0.35, area: 0.5 },
  north: { file: "land-10m.json", off: 0.7, area: 4 },
  world: { file: "land-110m.json", off: 0.3, area: 1 },
};

/** The rings of all polygons, as longitude and latitude. */
function ringsOf({ arcs, transform, objects }) {
  const [scaleX, scaleY] = transform.scale;
  const [moveX, moveY] = transform.translate;
  const lines = arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [x * scaleX + moveX, y * scaleY + moveY];
    });
  });
  const line = (index) => (index < 0 ? lines[~index].toReversed() : lines[index]);
  const polygons = objects.land.geometries.flatMap(({ type, arcs: of }) =>
    type === "Polygon" ? [of] : of,
  );
  return polygons.flat().map((ring) => unbroken(ring.flatMap((index) => line(index).slice(1))));
}

/** Goes on beyond 180 degrees where a coast does, instead of round the world. */
function unbroken(ring) {
  let turn = 0;
  return ring.map(([x, y], i) => {
    const before = i === 0 ? x : ring[i - 1][0];
    if (x - before > 180) turn -= 360;
    if (before - x > 180) turn += 360;
    return [x + turn, y];
  });
}

/** Sutherland and Hodgman's way: one side of the frame after another. */
function cut(ring, inside, meet) {
  const kept = [];
  ring.forEach((point, i) => {
    const before = ring.at(i - 1);
    if (inside(point) !== inside(before)) kept.push(meet(before, point));
    if (inside(point)) kept.push(point);
  });
  return kept;
}

function cutTo(ring, width, height) {
  const at = (axis, value) => (a, b) => {
    const part = (value - a[axis]) / (b[axis] - a[axis]);
    return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
  };
  let kept = ring;
  for (const [axis, value, sign] of [
    [0, 0, 1],
    [0, width, -1],
    [1, 0, 1],
    [1, height, -1],
  ]) {
    kept = cut(kept, (point) => sign * (point[axis] - value) >= 0, at(axis, value));
  }
  return kept;
}

/** Douglas and Peucker's way. */
function simpler(points, off) {
  if (points.length < 3) return points;
  const [ax, ay] = points[0];
  const [bx, by] = points.at(-1);
  const length = Math.hypot(bx - ax, by - ay);
  let farthest = 0;
  let most = -1;
  points.forEach(([x, y], i) => {
    const far =
      length === 0
        ? Math.hypot(x - ax, y - ay)
        : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
    if (far > most) [most, farthest] = [far, i];
  });
  if (most <= off) return [points[0], points.at(-1)];
  return [
    ...simpler(points.slice(0, farthest + 1), off),
    ...simpler(points.slice(farthest), off).slice(1),
  ];
}

const area = (ring) =>
  Math.abs(
    ring.reduce((sum, [x, y], i) => {
      const [ax, ay] = ring.at(i - 1);
      return sum + (ax * y - x * ay) / 2;
    }, 0),
  );

/** Whole numbers, as few characters as they take. */
function drawn(ring) {
  const points = ring.map(([x, y]) => [Math.round(x), Math.round(y)]);
  const [first, ...rest] = points.filter(
    ([x, y], i) => i === 0 || x !== points[i - 1][0] || y !== points[i - 1][1],
  );
  if (rest.length < 2) return "";
  let [x, y] = first;
  const steps = rest.map(([toX, toY]) => {
    const step = `${toX - x}${toY < y ? "" : " "}${toY - y}`;
    [x, y] = [toX, toY];
    return step;
  });
  return `M${first[0]} ${first[1]}l${steps.join(" ").replaceAll(" -", "-")}z`;
}

for (const [name, { west, east, north, south, narrow, width }] of Object.entries(frames)) {
  const { file, off, area: least } = FINE[name];
  const degree = width / ((east - west) * narrow);
  const height = Math.round((north - south) * degree);
  const land = ringsOf(JSON.parse(readFileSync(join(folder, file), "utf8")));
  // Beside itself again, so that the map may be cut through an ocean
  const path = [-360, 0, 360]
    .flatMap((turn) =>
      land.map((ring) =>
        ring.map(([x, y]) => [(x + turn - west) * narrow * degree, (north - y) * degree]),
      ),
    )
    .map((ring) => cutTo(ring, width, height))
    .filter((ring) => ring.length > 2 && area(ring) >= least)
    .map((ring) => {
      const half = Math.floor(ring.length / 2);
      return [
        ...simpler(ring.slice(0, half + 1), off),
        ...simpler([...ring.slice(half), ring[0]], off).slice(1, -1),
      ];
    })
    .map(drawn)
    .join("");
  writeFileSync(join(OUT, `${name}.json`), `${JSON.stringify(path)}\n`);
  console.log(`${name}: ${width} x ${height}, ${path.length} characters`);
}
