import { sayLimit } from "../page/way.ts";
import { wordsOf } from "../shared/dictionaries.ts";
import type { JsonObject } from "../shared/json.ts";
import { rowOf } from "../shared/kinds.ts";
import { LABEL_NUMBERS, QUIET, TIMES } from "./facts.ts";
import { kindWords } from "./kinds.ts";
import { dateOnly, dateTime, dayText, fill, wordOf } from "./parts.tsx";
import { signPayload } from "./record.ts";
import { device, language, type Name, named, words } from "./state.ts";

/** An event as lists of the office have it. */
export interface Told {
  id: string;
  kind: string;
  actor: { gln: string | null; name: Name };
  /** The organisation that an administrative event is about. */
  about?: { gln: string | null; name: Name };
  correctedBy: string | null;
  /** What one's own organisation calls who holds the key that signed it. */
  device?: string | null;
  eventTime: number;
  recordTime: number;
  payload: JsonObject;
  /** Whether a lost device may have signed it: customers are told so. */
  suspect?: boolean;
}

export const whenOf = ({ payload, eventTime }: Pick<Told, "payload" | "eventTime">): string =>
  payload["sanchi:precision"] === "day" ? dateOnly(eventTime) : dateTime(eventTime);

/** What people call a member of the consortium. */
export const memberText = (mspId: string): string => wordOf(words.value.members, mspId);

/**
 * Who did what and when, in one plain sentence.
 *
 * @param when where the list that it stands in says the day already
 */
export function sentence(
  event: Pick<Told, "kind" | "actor" | "payload" | "eventTime" | "device"> &
    Partial<Pick<Told, "about">>,
  when: string = whenOf(event),
): string {
  const w = words.value.telling;
  const member = event.payload["sanchi:member"];
  const organisation = named(
    event.actor.name,
    event.actor.gln ?? (typeof member === "string" ? memberText(member) : ""),
  );
  const who = event.device
    ? fill(wordsOf(language.value).ui.inBrackets, { text: organisation, more: event.device })
    : organisation;
  const about = administrationOf(event.kind, event.payload);
  if (about !== null) {
    const whom = named(event.about?.name ?? null, event.about?.gln ?? event.actor.gln ?? "");
    return fill(about.sentence, { who, when, whom, what: about.what });
  }
  const what = wordOf(kindWords(), event.kind);
  if (event.payload["sanchi:corrects"] === undefined) return fill(w.sentence, { who, when, what });
  const { reason, declarationTime } = (event.payload["errorDeclaration"] ?? {}) as JsonObject;
  return fill(reason === "did_not_occur" ? w.denial : w.correction, {
    who,
    on: dateTime(Date.parse(String(declarationTime))),
    when: whenOf(event),
    what,
  });
}

/** The sentence of an event about an organisation or its keys, and what it gives or takes; null for others. */
function administrationOf(
  kind: string,
  payload: JsonObject,
): { sentence: string; what: string } | null {
  const sentences: Record<string, string> = words.value.telling.administration;
  const administrator = kind === "device_enrolled" && payload["sanchi:administrator"] === true;
  const sentence = sentences[administrator ? "administrator_enrolled" : kind];
  if (sentence === undefined) return null;
  const text = (name: string) => String(payload[`sanchi:${name}`] ?? "");
  const what =
    text("role") !== ""
      ? wordOf(words.value.roles, text("role"))
      : text("scheme") !== ""
        ? wordOf(words.value.schemes, text("scheme"))
        : text("prefix");
  return { sentence, what };
}

/** The lists of an event whose elements may have a quantity. */
export const QUANTITIES = [
  "quantityList",
  "inputQuantityList",
  "outputQuantityList",
  "childQuantityList",
];

export const PLACE = "https://id.gs1.org/414/";

/** The GLN of where it happened, or null. */
export function placeOf(payload: JsonObject): string | null {
  const point = payload["readPoint"] as JsonObject | undefined;
  const id = point?.["id"];
  return typeof id === "string" && id.startsWith(PLACE) ? id.slice(PLACE.length) : null;
}

/** What people call a member of an event. */
export const labelOf = (name: string): string =>
  wordOf({ ...words.value.telling.members, ...wordsOf(language.value).members }, name);

/** What an event says besides, by its members' words. */
export function factsOf(payload: JsonObject): { label: string; text: string }[] {
  const shared = wordsOf(language.value);
  const facts: { label: string; text: string }[] = [];
  for (const list of QUANTITIES) {
    for (const element of (payload[list] ?? []) as JsonObject[]) {
      if (element["quantity"] === undefined) continue;
      const unit = wordOf(shared.units as Record<string, string>, String(element["uom"] ?? ""));
      facts.push({ label: labelOf("quantity"), text: `${element["quantity"]} ${unit}` });
    }
  }
  for (const limit of (payload["sanchi:limits"] ?? []) as JsonObject[]) {
    facts.push({
      label: wordOf(words.value.sensors.measure, String(limit["sanchi:measure"])),
      text: sayLimit(limit, shared),
    });
  }
  for (const name of ["parentID", "childEPCs", "epcList"] as const) {
    const value = payload[name];
    const all = (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(
      (one): one is string => typeof one === "string" && one.startsWith("https://id.gs1.org/"),
    );
    if (all.length > 0) {
      facts.push({
        label: thingsLabel(name, all, payload),
        text: all
          .slice(0, 3)
          .map((uri) => uri.slice("https://id.gs1.org/".length).replace(/^(00|253|800[34])\//, ""))
          .concat(all.length > 3 ? [`+${all.length - 3}`] : [])
          .join(words.value.common.and),
      });
    }
  }
  for (const [name, value] of Object.entries(payload)) {
    if (!name.startsWith("sanchi:") || QUIET.has(name.slice(7))) continue;
    if (typeof value === "string" || typeof value === "number") {
      facts.push({ label: labelOf(name), text: said(name.slice(7), value) });
    }
  }
  return facts;
}

/** What people call the things in a member: a pallet and its boxes have numbers of one kind. */
function thingsLabel(
  name: "parentID" | "childEPCs" | "epcList",
  uris: string[],
  payload: JsonObject,
): string {
  const w = words.value.telling;
  const unit = (uri: unknown) => String(uri).includes("/00/");
  const inner = [payload["childEPCs"] ?? []].flat().some(unit);
  if (name === "epcList") return uris.every(unit) ? w.units : w.things;
  if (name === "childEPCs") return inner ? w.inside : w.things;
  if (!uris.every(unit)) return w.coldBox;
  return inner ? words.value.recall.pallet : words.value.recall.unit;
}

/** As people say a value: the ledger counts labels from 0. */
function said(name: string, value: string | number): string {
  if (LABEL_NUMBERS.has(name)) return String(Number(value) + 1);
  if (TIMES.has(name)) return dateTime(Date.parse(String(value)));
  if (/^\d{4}-\d\d-\d\d$/.test(String(value))) return dayText(String(value));
  if (name === "role") return wordOf(words.value.roles, String(value));
  if (name === "hazard") return wordOf(words.value.recall.hazards, String(value));
  return wordOf({ ...words.value.schemes, ...wordsOf(language.value).words }, String(value));
}

export function Facts({ payload }: { payload: JsonObject }) {
  const facts = factsOf(payload);
  if (facts.length === 0) return null;
  return (
    <dl class="facts">
      {facts.map(({ label, text }, i) => (
        <div key={i}>
          <dt>{label}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Whether this browser may declare the event an error. */
export const mayCorrect = (event: Told): boolean =>
  rowOf(event.kind)?.corrigible === true &&
  event.correctedBy === null &&
  event.payload["sanchi:corrects"] === undefined &&
  event.payload["sanchi:organisation"] === device.value?.organisation;

/**
 * Signs that an event did not happen, or that it says something wrong: section 6 of the wire format.
 *
 * @param rightIds eventIDs of the events that say it right
 */
export async function declareError(
  event: Told,
  reason: "did_not_occur" | "incorrect_data",
  rightIds: string[] = [],
): Promise<string> {
  const identity = device.value;
  if (identity === null) throw new Error("no key");
  const now = new Date().toISOString();
  return signPayload(identity, event.kind, {
    ...event.payload,
    errorDeclaration: {
      ...(rightIds.length === 0 ? {} : { correctiveEventIDs: rightIds }),
      declarationTime: now,
      reason,
    },
    "sanchi:corrects": event.id,
    "sanchi:loggedAt": now,
  });
}
