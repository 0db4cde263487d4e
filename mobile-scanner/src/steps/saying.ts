import type { Json, JsonObject } from "@shared/json.ts";
import { fill, type Language, type Words, wordFor } from "../words/words.ts";

/** The values that somebody chose or typed, in the order in which a step asks for them. */
const TOLD = [
  "variety",
  "species",
  "source",
  "material",
  "kilograms",
  "method",
  "ph",
  "product",
  "dose",
  "withdrawalEnd",
  "coreToCelsius",
  "grade",
  "reason",
];
const UNITS: Record<string, string> = { kilograms: " kg", coreToCelsius: " ℃" };
const LOT = /\/10\/([^/]+)$/;

const unitName = (uri: string, { ui }: Words): string => `${ui.thing_unit} …${uri.slice(-6)}`;

/** Into what, and to whom: the record's other half. */
function target(payload: JsonObject, words: Words, nameOfParty: (gln: string) => string): string[] {
  const said: string[] = [];
  const kind = String(payload["sanchi:kind"]);
  const parent = String(payload["parentID"] ?? "");
  if (kind === "packed" || kind === "packed_lot") said.push(unitName(parent, words));
  if (kind === "packed_unit") {
    said.push(`${words.ui.thing_pallet} …${parent.slice(-6)}`);
  }
  if (kind === "loaded" || kind === "unloaded") {
    said.push(
      `${words.ui.thing_box} ${decodeURIComponent(parent.slice(parent.lastIndexOf("/") + 1))}`,
    );
  }
  for (const party of (payload["destinationList"] ?? []) as JsonObject[]) {
    const gln = String(party["destination"]).slice(-13);
    said.push(fill(words.ui.toParty, { name: nameOfParty(gln) }));
  }
  return said;
}

/**
 * What a record says besides its kind and its things, for who has just made it and wants to see that
 * it is right: 「60 kg」, 「22枚」, 「ロット 261126」, 「箱 …175388」, 「11月25日」.
 *
 * @param nameOfParty by its GLN
 */
export function saying(
  payload: JsonObject,
  words: Words,
  language: Language,
  nameOfParty: (gln: string) => string = (gln) => gln,
): string[] {
  const { ui, options } = words;
  const said: string[] = target(payload, words, nameOfParty);
  const elements = (payload["quantityList"] ?? payload["childQuantityList"] ?? []) as JsonObject[];
  const [first] = elements;
  if (first?.["uom"] === "KGM") said.push(`${first["quantity"]} kg`);
  const ranges = [payload, ...((payload["sanchi:packages"] ?? []) as JsonObject[])].filter(
    (range) => typeof range["sanchi:first"] === "number",
  );
  for (const range of ranges) {
    const count = Number(range["sanchi:last"]) - Number(range["sanchi:first"]) + 1;
    said.push(count === 1 ? ui.labelOne : fill(ui.labelCount, { count }));
    const lot = LOT.exec(String(first?.["epcClass"] ?? ""));
    if (lot) said.push(`${ui.thing_lot} ${decodeURIComponent(lot[1] as string)}`);
  }
  for (const name of TOLD) {
    const value: Json | undefined = payload[`sanchi:${name}`];
    if (value !== undefined && value !== "")
      said.push(`${wordFor(options, String(value))}${UNITS[name] ?? ""}`);
  }
  if (payload["eventTime"] !== payload["sanchi:loggedAt"]) said.push(whenOf(payload, language));
  return said;
}

/** By the clocks of where it happened; a day's hour is never made up. */
function whenOf(payload: JsonObject, language: Language): string {
  const offset = String(payload["eventTimeZoneOffset"]);
  const local = Date.parse(String(payload["eventTime"])) - Date.parse(`1970-01-01T00:00${offset}`);
  const minute = payload["sanchi:precision"] === "minute";
  return new Date(local).toLocaleString(language === "en" ? "en-GB" : "ja-JP", {
    timeZone: "UTC",
    month: "short",
    day: "numeric",
    ...(minute ? { hour: "2-digit", minute: "2-digit" } : {}),
  });
}
