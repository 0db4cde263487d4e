import { byTime } from "../shared/findings.ts";
import type { Entry } from "../shared/histories.ts";
import type { Evidence } from "../shared/verify.ts";
import type { Language, Words } from "../shared/words.ts";
import { documentOf, placeName } from "./telling.ts";

/*
 * The way of a thing: from what it was made of to where it is. Only confirmed events lead anywhere,
 * and the closure holds every place that they name, so nobody can leave one out.
 */

export interface Stop {
  name: string;
  /** Degrees. */
  latitude: number;
  longitude: number;
}

export interface Route {
  /** Each place once, by the time when something was first there. */
  stops: Stop[];
  /** From which stop to which, each once. */
  legs: [from: number, to: number][];
}

/** Something was at a place. */
interface Visit {
  place: string;
  time: number;
  stop: Stop;
}

const POSITION = /^geo:(-?\d{1,2}(?:\.\d{1,6})?),(-?\d{1,3}(?:\.\d{1,6})?)$/;

/** The place, if it says its name and position. */
export function stopAt(
  evidence: Evidence,
  place: string,
  language: Language,
  words: Words,
): Stop | null {
  const position = documentOf(evidence, place)?.["position"];
  const [, ...degrees] = (typeof position === "string" && POSITION.exec(position)) || [];
  const [latitude, longitude] = degrees.map(Number);
  const name = placeName(evidence, place, language, words);
  if (name === null || latitude === undefined || longitude === undefined) return null;
  return Math.abs(latitude) > 90 || Math.abs(longitude) > 180
    ? null
    : { name, latitude, longitude };
}

/** Degrees between two points of the earth. */
export function degreesBetween(from: Omit<Stop, "name">, to: Omit<Stop, "name">): number {
  const [a, b] = [from, to].map(({ latitude, longitude }) => [
    (latitude * Math.PI) / 180,
    (longitude * Math.PI) / 180,
  ]) as [[number, number], [number, number]];
  const half = (difference: number) => Math.sin(difference / 2) ** 2;
  const square = half(b[0] - a[0]) + Math.cos(a[0]) * Math.cos(b[0]) * half(b[1] - a[1]);
  return (2 * Math.asin(Math.min(1, Math.sqrt(square))) * 180) / Math.PI;
}

/** Places without a position are left out. Only the browser draws a map, so the server has no twin. */
export function routeOf(evidence: Evidence, language: Language, words: Words): Route {
  const { closure } = evidence;

  function visitsOf(...subjects: string[]): Visit[] {
    const entries = new Map<string, Entry>();
    for (const of of subjects) {
      for (const entry of closure.confirmed(of)) entries.set(entry.event.id, entry);
    }
    return [...entries.values()].sort(byTime).flatMap(({ event }) => {
      const [place] = (event.row && event.refs["readPoint"]) ?? [];
      const stop = place === undefined ? null : stopAt(evidence, place, language, words);
      return place && stop ? { place, time: event.eventTime, stop } : [];
    });
  }

  const lots = new Map(
    [...closure.mainLots, ...closure.inputLots].map((lot) => [lot, visitsOf(lot)]),
  );
  // The units of a lot go to many shops; what is one package's or one unit's is one way
  const packages = closure.start.type === "package" ? [closure.start.subject] : [];
  const journeys =
    closure.start.type === "lot"
      ? closure.innerUnits().map((unit) => visitsOf(...closure.around(unit)))
      : [visitsOf(...closure.units, ...packages)];

  const legs: [Visit, Visit][] = [];
  const join = (from: Visit | undefined, to: Visit | undefined): void => {
    if (from && to && from.place !== to.place) legs.push([from, to]);
  };
  const until = (visits: Visit[], time: number): Visit | undefined =>
    visits.filter((visit) => visit.time <= time).at(-1) ?? visits[0];

  for (const visits of [...lots.values(), ...journeys]) {
    visits.forEach((visit, i) => {
      join(visits[i - 1], visit);
    });
  }
  for (const lot of closure.mainLots) {
    for (const [first] of journeys) if (first) join(until(lots.get(lot) ?? [], first.time), first);
  }
  for (const [lot, visits] of lots) {
    for (const { event } of closure.confirmed(lot)) {
      if (event.row === null) continue;
      for (const member of ["inputQuantityList", "sanchi:inputs"]) {
        for (const input of event.refs[member] ?? []) {
          join(until(lots.get(input) ?? [], event.eventTime), until(visits, event.eventTime));
        }
      }
    }
  }
  return numbered([...lots.values(), ...journeys].flat(), legs);
}

function numbered(visits: Visit[], legs: [Visit, Visit][]): Route {
  const stops = new Map<string, Stop>();
  for (const { place, stop } of visits.sort((a, b) => a.time - b.time)) {
    if (!stops.has(place)) stops.set(place, stop);
  }
  const places = [...stops.keys()];
  const numbers = legs.map(([from, to]): [number, number] => [
    places.indexOf(from.place),
    places.indexOf(to.place),
  ]);
  const once = new Map(numbers.map((leg) => [leg.join(), leg]));
  return {
    stops: [...stops.values()],
    legs: [...once.values()].sort(([a, b], [c, d]) => a - c || b - d),
  };
}
