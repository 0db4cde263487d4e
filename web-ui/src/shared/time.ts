import { Malformed } from "./malformed.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const iso = (text: string): number => {
  const time = Date.parse(text);
  if (Number.isNaN(time) || new Date(time).toISOString() !== text) {
    throw new Malformed("time_malformed");
  }
  return time;
};

/** Milliseconds since 1970 of `YYYY-MM-DDTHH:MM:SS.sssZ`, years 2000-2099. */
export function readTime(text: string): number {
  if (!/^20[0-9]{2}-.{18}Z$/.test(text)) throw new Malformed("time_malformed");
  return iso(text);
}

/** Milliseconds since 1970 of the day's start in UTC. */
export function readDate(text: string): number {
  if (!/^20[0-9]{2}-.{5}$/.test(text)) throw new Malformed("time_malformed");
  return iso(`${text}T00:00:00.000Z`);
}

/** Minutes east of UTC, -840 to 840. */
export function readOffset(text: string): number {
  const found = /^([+-])([0-9]{2}):([0-5][0-9])$/.exec(text);
  if (found === null || text === "-00:00") throw new Malformed("time_malformed");
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  if (minutes > 14 * 60) throw new Malformed("time_malformed");
  return found[1] === "-" ? -minutes : minutes;
}

export const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
