import { fromHash, toBase64Url } from "../shared/base64.ts";
import { type Bundle, readBundle } from "../shared/bundle.ts";
import { Closure } from "../shared/closure.ts";
import { integerOf, readEvent, type TraceEvent, textOf } from "../shared/event.ts";
import { entriesOf, type Histories } from "../shared/histories.ts";
import { orNull } from "../shared/malformed.ts";
import { leafHash, rootOfPath } from "../shared/merkle.ts";
import { Rights } from "../shared/rights.ts";
import { LAST_NUMBER, type Label } from "../shared/serial.ts";
import { readSubject, type Start, typeOf } from "../shared/subject.ts";

/*
 * A bundle names no subject: whoever scanned a code brings it. Who has only the file can still be
 * told what it is about, since a bundle holds all histories that its subject needs and no others.
 * Whether that is the thing in somebody's hand, this can't say.
 */

/** What a bundle is about by its own account, unverified; null where that can't be told. */
export function ownStart(bytes: Uint8Array, consortium: string): Start | null {
  const bundle = orNull(() => readBundle(bytes));
  const histories = bundle && historiesOf(bundle);
  if (bundle === null || histories === null) return null;
  const subjects = [...histories.keys()];
  const [packaged, second] = subjects.filter((one) => typeOf(one) === "package");
  if (packaged !== undefined) {
    return second === undefined ? packageOf(packaged, bundle, histories) : null;
  }
  const rights = new Rights(histories, consortium);
  const needsAll = (start: Start): boolean => {
    const needed = new Closure(start, consortium, histories, rights).subjects;
    return needed.size === subjects.length && subjects.every((one) => needed.has(one));
  };
  return (
    subjects
      .filter((one) => typeOf(one) === "lot" || typeOf(one) === "sscc")
      .map(lotOrUnit)
      .find(needsAll) ?? null
  );
}

function historiesOf({ events, ids, histories }: Bundle): Histories | null {
  const read = events.map((compact, i) => orNull(() => readEvent(compact, ids[i])));
  if (read.includes(null)) return null;
  const subjects = histories.map(({ subject }) => subject);
  if (subjects.some((one) => orNull(() => readSubject(one)) === null)) return null;
  return new Map(
    histories.map(({ subject, entries }) => [
      subject,
      entriesOf(
        entries.map(({ index, recordTime }) => ({
          event: read[index] as TraceEvent,
          recordTime,
        })),
      ),
    ]),
  );
}

function lotOrUnit(subject: string): Start {
  const lot = typeOf(subject) === "lot";
  const [gtin = ""] = lot ? readSubject(subject) : [];
  return {
    subject,
    type: lot ? "lot" : "unit",
    gtin,
    lot: lot ? subject : null,
    label: null,
    hash: null,
  };
}

function packageOf(subject: string, bundle: Bundle, histories: Histories): Start | null {
  const [run] = [...histories.keys()].filter((one) => typeOf(one) === "run");
  const [product] = [...histories.keys()].filter((one) => typeOf(one) === "product");
  const named = run ?? product;
  if (named === undefined) return null;
  const [gtin, code] = readSubject(named) as [string, string?];
  return {
    subject,
    type: "package",
    gtin,
    lot: null,
    label:
      run === undefined || code === undefined
        ? null
        : { run: code, number: numberOf(bundle, histories, run) },
    hash: fromHash(readSubject(subject)[0] as string),
  };
}

/** Its place in the tree of the labels that were printed; none of them where it has none. */
function numberOf({ label }: Bundle, histories: Histories, run: string): Label["number"] {
  const printed = histories
    .get(run)
    ?.find(({ event }) => event.row && event.kind === "labels_printed")?.event;
  if (printed === undefined || label === null) return LAST_NUMBER;
  const size = integerOf(printed, "sanchi:count");
  const leaf = leafHash(label.hash);
  const root = textOf(printed, "sanchi:root");
  for (let number = 0; number < size; number++) {
    const found = orNull(() => rootOfPath(leaf, number, size, label.path));
    if (found !== null && toBase64Url(found) === root) return number;
  }
  return LAST_NUMBER;
}
