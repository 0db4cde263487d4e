import type { Json, JsonObject } from "@shared/json.ts";
import { printShortCode, shortCodeOfLabel } from "@shared/short-code.ts";
import { fill, type Words } from "../words/words.ts";

/** A run of labels as `GET /api/runs` tells of it. */
export interface Run {
  gtin: string;
  run: string;
  labels: number;
  uses: { first: number; last: number; use: Use }[];
}

type Use = "bound" | "packed" | "voided" | "replaced";

/** Labels, counted from 0, and why a record of them can't be. */
export interface Taken {
  gtin: string;
  run: string;
  first: number;
  last: number;
  why: "voided" | "bound" | "packed" | "free";
}

interface Labels {
  gtin: string;
  run: string;
  first: number;
  last: number;
}

const GTIN = /\/01\/([0-9]{14})/;

/** The labels that a record is about. */
function labelsOf(payload: JsonObject): Labels[] {
  const [element] = (payload["quantityList"] ?? []) as JsonObject[];
  const gtin = GTIN.exec(String(element?.["epcClass"] ?? ""))?.[1] ?? "";
  const ranges = (payload["sanchi:packages"] ?? [payload]) as JsonObject[];
  return ranges
    .filter((range) => typeof range["sanchi:first"] === "number")
    .map((range) => ({
      gtin: String(range["sanchi:gtin"] ?? gtin),
      run: String(range["sanchi:run"]),
      first: Number(range["sanchi:first"]),
      last: Number(range["sanchi:last"]),
    }));
}

/** Why the kind of record can't be about the label; null if it can. */
function whyNot(kind: string, uses: Set<Use>): Taken["why"] | null {
  if (uses.has("voided") || uses.has("replaced")) return "voided";
  if (kind !== "packed") return uses.has("bound") ? "bound" : null;
  if (uses.has("packed")) return "packed";
  return uses.has("bound") ? null : "free";
}

/** Which labels stand in a record's way: those that the ledger refused it for. */
export function takenOf(payload: JsonObject, runs: Run[]): Taken[] {
  const kind = String(payload["sanchi:kind"]);
  const taken: Taken[] = [];
  for (const { gtin, run, first, last } of labelsOf(payload)) {
    const known = runs.find((one) => one.gtin === gtin && one.run === run);
    if (known === undefined) continue;
    for (let n = first; n <= last; n++) {
      const uses = known.uses.filter((use) => use.first <= n && n <= use.last);
      const why = whyNot(kind, new Set(uses.map(({ use }) => use)));
      const before = taken.at(-1);
      if (why === null) continue;
      if (before?.run === run && before.why === why && before.last === n - 1) before.last = n;
      else taken.push({ gtin, run, first: n, last: n, why });
    }
  }
  return taken;
}

/** The labels of a record that nothing stands in the way of. */
function leftOf(payload: JsonObject, taken: Taken[]): Labels[] {
  return labelsOf(payload).flatMap((labels) => {
    const left: Labels[] = [];
    let from = labels.first;
    const own = taken.filter(({ gtin, run }) => gtin === labels.gtin && run === labels.run);
    for (const { first, last } of own) {
      if (last < from || first > labels.last) continue;
      if (first > from) left.push({ ...labels, first: from, last: first - 1 });
      from = last + 1;
    }
    if (from <= labels.last) left.push({ ...labels, first: from });
    return left;
  });
}

/** How many labels of a record are left without those. */
export const countLeft = (payload: JsonObject, taken: Taken[]): number =>
  leftOf(payload, taken).reduce((sum, { first, last }) => sum + last - first + 1, 0);

/**
 * The same record of the labels that are left, in as many events as that takes: a crate is one, a
 * lot's labels are one for each unbroken span.
 */
export function withoutTaken(
  payload: JsonObject,
  taken: Taken[],
  uuid: () => string,
): JsonObject[] {
  const left = leftOf(payload, taken);
  const fresh = (members: JsonObject): JsonObject => ({
    ...payload,
    ...members,
    eventID: `urn:uuid:${uuid()}`,
  });
  if (left.length === 0) return [];
  if (payload["sanchi:packages"] !== undefined) {
    const packages = left.map(({ gtin, run, first, last }) => ({
      "sanchi:gtin": gtin,
      "sanchi:run": run,
      "sanchi:first": first,
      "sanchi:last": last,
    }));
    return [fresh({ "sanchi:packages": packages as Json })];
  }
  const elements = (payload["quantityList"] ?? []) as JsonObject[];
  return left.map(({ first, last }) =>
    fresh({
      quantityList: elements.map((element) =>
        element["quantity"] === undefined ? element : { ...element, quantity: last - first + 1 },
      ),
      "sanchi:first": first,
      "sanchi:last": last,
    }),
  );
}

const CODE = /[0-9A-Z]{4}-[0-9A-Z]{4}/;

/** What a record is called once some of its labels are left out: by the first one that it still has. */
export function titleWithout(title: string, payload: JsonObject): string {
  const [labels] = labelsOf(payload);
  return labels === undefined
    ? title
    : title.replace(CODE, printShortCode(shortCodeOfLabel(labels.gtin, labels.run, labels.first)));
}

/** Which labels, and what is with them: as people count them, with the codes that they read. */
export function sayTaken(taken: Taken[], { ui }: Words): string[] {
  const sentences = {
    voided: ui.labelsVoided,
    bound: ui.labelsBound,
    packed: ui.labelsPacked,
    free: ui.labelsFree,
  };
  return taken.map(({ gtin, run, first, last, why }) => {
    const code = (number: number) => printShortCode(shortCodeOfLabel(gtin, run, number));
    const labels =
      first === last
        ? fill(ui.labelNumber, { code: code(first) })
        : fill(ui.labelNumbers, {
            first: code(first),
            last: code(last),
            count: last - first + 1,
          });
    return fill(sentences[why], { labels });
  });
}
