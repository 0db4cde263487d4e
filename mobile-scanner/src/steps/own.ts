import type { JsonObject } from "@shared/json.ts";
import type { Entry } from "../device/store.ts";
import type { Thing } from "./code.ts";

/** What lies in a unit of one lot. */
export interface Content {
  /** The lot's link. */
  lot: string;
  packages: number;
  kilograms: number | null;
}

/** What this phone itself has logged of a thing: known before the server knows it, and without a network. */
export interface Own {
  /** Of a unit. */
  contents: Content[];
  /** Of a unit: how many others it holds. */
  units: number;
  /** Of a unit: whether it was packed here, and not sent since. */
  packed: boolean;
  /** Of a label: the link of the lot that it was put on for. */
  lot: string | null;
  /** Of a lot: treatments. */
  withdrawals: { product: string; end: string }[];
}

export const NOTHING: Own = {
  contents: [],
  units: 0,
  packed: false,
  lot: null,
  withdrawals: [],
};

const links = (payload: JsonObject, member: string): string[] =>
  ((payload[member] ?? []) as JsonObject[]).map((element) => String(element["epcClass"]));

const counts = ({ state, takesBack, takenBackBy }: Entry): boolean =>
  state !== "refused" && takesBack === null && takenBackBy === null;

/**
 * @param entries of this phone, newest first
 */
export function ownOf(thing: Thing, entries: Entry[]): Own {
  const own: Own = { ...NOTHING, contents: [], withdrawals: [] };
  for (const { payload } of entries.filter(counts).reverse()) {
    const kind = String(payload["sanchi:kind"]);
    if (thing.type === "unit") unit(thing.uri, kind, payload, own, entries);
    if (thing.type === "package" && kind === "labels_bound" && covers(payload, thing)) {
      own.lot = links(payload, "quantityList")[0] ?? null;
    }
    if (
      thing.type === "lot" &&
      kind === "treatment" &&
      links(payload, "quantityList").includes(thing.uri)
    ) {
      own.withdrawals.push({
        product: String(payload["sanchi:product"]),
        end: String(payload["sanchi:withdrawalEnd"]),
      });
    }
  }
  return own;
}

function covers(payload: JsonObject, label: Extract<Thing, { type: "package" }>): boolean {
  return (
    payload["sanchi:run"] === label.run &&
    links(payload, "quantityList").some((link) => link.includes(`/01/${label.gtin}/`)) &&
    Number(payload["sanchi:first"]) <= label.number &&
    label.number <= Number(payload["sanchi:last"])
  );
}

function unit(uri: string, kind: string, payload: JsonObject, own: Own, entries: Entry[]): void {
  if (((payload["epcList"] ?? []) as string[]).includes(uri)) own.packed = false;
  if (payload["parentID"] !== uri) return;
  if (kind === "unpacked") Object.assign(own, { contents: [], units: 0, packed: false });
  if (kind === "packed" || kind === "packed_lot") {
    own.packed = true;
    add(own.contents, payload);
  }
  if (kind === "packed_unit") {
    own.packed = true;
    for (const child of payload["childEPCs"] as string[]) {
      own.units++;
      const inner = ownOf(
        { type: "unit", id: child, uri: child, crate: false, day: null },
        entries,
      );
      for (const content of inner.contents) merge(own.contents, content);
    }
  }
}

function add(contents: Content[], payload: JsonObject): void {
  const ranges = (payload["sanchi:packages"] ?? []) as JsonObject[];
  const packages = ranges.reduce(
    (sum, range) => sum + Number(range["sanchi:last"]) - Number(range["sanchi:first"]) + 1,
    0,
  );
  for (const [at, element] of ((payload["childQuantityList"] ?? []) as JsonObject[]).entries()) {
    merge(contents, {
      lot: String(element["epcClass"]),
      packages: at === 0 ? packages : 0,
      kilograms: element["uom"] === "KGM" ? Number(element["quantity"]) : null,
    });
  }
}

function merge(contents: Content[], more: Content): void {
  const same = contents.find(({ lot }) => lot === more.lot);
  if (same === undefined) {
    contents.push({ ...more });
    return;
  }
  same.packages += more.packages;
  if (more.kilograms !== null) same.kilograms = (same.kilograms ?? 0) + more.kilograms;
}
