import { readLink } from "./digital-link.ts";
import { orNull } from "./malformed.ts";

/*
 * Whoever keeps several proofs must know later which is of what, and of when. `FileName` says the same
 * on the server.
 */

/** Of a moment, in milliseconds since 1970, on the reader's calendar. */
const dayOf = (time: number): string => {
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

/** Lots may hold what file systems and command lines don't like. */
const plain = (text: string): string => text.replaceAll(/[^A-Za-z0-9.-]/g, "_");

/** `sanchi-{gtin or sscc}-{serial or lot}-{day}.json` for the proof of a scanned URL or path. */
export function proofFile(url: string, time: number): string {
  const link = orNull(() => readLink(url));
  const parts = link === null ? [] : [link.value, link.serial ?? link.lot ?? ""];
  return ["sanchi", ...parts.filter((part) => part !== "").map(plain), `${dayOf(time)}.json`].join(
    "-",
  );
}

/** `sanchi-trust-{consortium}-{day}.json`. */
export const trustFile = (consortium: string, time: number): string =>
  `sanchi-trust-${plain(consortium)}-${dayOf(time)}.json`;
