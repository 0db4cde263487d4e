import type { Json, JsonObject } from "./json.ts";
import { rowOf } from "./kinds.ts";

const CONTEXT: Json = [
  "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
  { sanchi: "urn:sanchi:" },
];

/** Who signs, for which ledger, and by which clock. */
export interface Signing {
  consortium: string;
  /** A device's organisation (GLN), or the MSP id of a member whose administrator signs. */
  signer: { organisation: string } | { member: string };
  /** ms since 1970. */
  now: number;
  /** Minutes east of UTC. */
  offset: number;
  uuid: string;
}

/** When it happened: an instant known to the minute, or a day whose hour nobody knows. */
export type When = { at: number } | { day: string };

export function printOffset(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
}

/**
 * The instant that stands for it: of a day its noon, there where it was.
 *
 * @param offset minutes east of Greenwich
 */
export const instantOf = (when: When, offset: number): number =>
  "at" in when ? when.at : Date.parse(`${when.day}T12:00:00.000Z`) - offset * 60_000;

/**
 * A payload of section 2. The EPCIS words come from the table of kinds, everything else from the
 * members. Text becomes NFC, as the format wants it.
 */
export function draft(
  kind: string,
  members: JsonObject,
  signing: Signing,
  when: When = { at: signing.now },
): JsonObject {
  const row = rowOf(kind);
  if (row === undefined) throw new Error(`no such kind: ${kind}`);
  const payload: JsonObject = {
    eventID: `urn:uuid:${signing.uuid}`,
    eventTime: new Date(instantOf(when, signing.offset)).toISOString(),
    "sanchi:loggedAt": new Date(signing.now).toISOString(),
    "sanchi:kind": kind,
    "sanchi:consortium": signing.consortium,
  };
  if ("member" in signing.signer) payload["sanchi:member"] = signing.signer.member;
  else payload["sanchi:organisation"] = signing.signer.organisation;
  if (row.type !== "") {
    payload["@context"] = CONTEXT;
    payload["type"] = row.type;
    payload["bizStep"] = row.bizStep;
    payload["eventTimeZoneOffset"] = printOffset(signing.offset);
    payload["sanchi:precision"] = "at" in when ? "minute" : "day";
    if (row.action !== "") payload["action"] = row.action;
    if (row.dispositions[0] !== undefined) payload["disposition"] = row.dispositions[0];
  }
  return { ...payload, ...(normalised(members) as JsonObject) };
}

/** The typ of the JWS that carries the kind. */
export const typOf = (kind: string): "sanchi-epcis" | "sanchi-admin" =>
  rowOf(kind)?.type === "" ? "sanchi-admin" : "sanchi-epcis";

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
