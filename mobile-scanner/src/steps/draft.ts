import type { When } from "@shared/draft.ts";
import type { Json, JsonObject } from "@shared/json.ts";
import { rowOf } from "@shared/kinds.ts";

const CONTEXT: Json = [
  "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  { sanchi: "urn:sanchi:" },
];

/** Who logs, and when. */
export interface Logging {
  consortium: string;
  organisation: string;
  /** Whom it is logged for, where that is another one. */
  onBehalfOf: string | null;
  /** The phone's clock, ms since 1970. */
  now: number;
  /** Minutes east of UTC. */
  offset: number;
  uuid: string;
  /** Where it is logged late. */
  when?: When | null;
}

export const isoTime = (time: number): string => new Date(time).toISOString();

export function isoOffset(minutes: number): string {
  const sign = minutes < 0 ? "-" : "+";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${sign}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/** The instant that stands for it: of a day its noon, there where it was. */
export const instantOf = (when: When, offset: number): number =>
  "at" in when ? when.at : Date.parse(`${when.day}T12:00:00.000Z`) - offset * 60_000;

/**
 * The payload of a trace event: the EPCIS words come from the table of kinds, the members from the
 * step. Text becomes NFC, as the wire format wants it.
 */
export function draft(kind: string, members: JsonObject, logging: Logging): JsonObject {
  const row = rowOf(kind);
  if (row === undefined || row.type === "") throw new Error(`no trace event: ${kind}`);
  const when = logging.when ?? { at: logging.now };
  const payload: JsonObject = {
    "@context": CONTEXT,
    type: row.type,
    bizStep: row.bizStep,
    eventID: `urn:uuid:${logging.uuid}`,
    eventTime: isoTime(instantOf(when, logging.offset)),
    eventTimeZoneOffset: isoOffset(logging.offset),
    "sanchi:precision": "at" in when ? "minute" : "day",
    "sanchi:loggedAt": isoTime(logging.now),
    "sanchi:kind": kind,
    "sanchi:consortium": logging.consortium,
    "sanchi:organisation": logging.organisation,
    ...(normalised(members) as JsonObject),
  };
  if (row.action !== "") payload["action"] = row.action;
  const [disposition] = row.dispositions;
  if (disposition !== undefined && payload["disposition"] === undefined) {
    payload["disposition"] = disposition;
  }
  if (logging.onBehalfOf !== null) payload["sanchi:onBehalfOf"] = logging.onBehalfOf;
  return payload;
}

/** The same event for another time: what was refused because the clock ran ahead. */
export const redated = (payload: JsonObject, now: number, uuid: string): JsonObject => ({
  ...payload,
  eventID: `urn:uuid:${uuid}`,
  eventTime: isoTime(now),
  "sanchi:precision": "minute",
  "sanchi:loggedAt": isoTime(now),
});

/** Says that an event did not happen: section 6 of the wire format. */
export const declaration = (payload: JsonObject, eventId: string, now: number): JsonObject => ({
  ...payload,
  errorDeclaration: { declarationTime: isoTime(now), reason: "did_not_occur" },
  "sanchi:corrects": eventId,
  "sanchi:loggedAt": isoTime(now),
});

/** Whether an event may be declared an error at all. */
export const mayBeTakenBack = (payload: JsonObject): boolean =>
  rowOf(String(payload["sanchi:kind"]))?.corrigible === true && !("sanchi:corrects" in payload);

function normalised(value: Json): Json {
  if (typeof value === "string") return value.normalize("NFC");
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, normalised(member)]),
    );
  }
  return value;
}
