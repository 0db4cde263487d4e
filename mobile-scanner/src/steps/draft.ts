import { draft as payloadOf, type When } from "@shared/draft.ts";
import type { JsonObject } from "@shared/json.ts";
import { rowOf } from "@shared/kinds.ts";

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

/** The payload of a trace event, by the step's members. */
export function draft(kind: string, members: JsonObject, logging: Logging): JsonObject {
  if ((rowOf(kind)?.type ?? "") === "") throw new Error(`no trace event: ${kind}`);
  const { onBehalfOf, organisation, when, ...signing } = logging;
  const represented: JsonObject = onBehalfOf === null ? {} : { "sanchi:onBehalfOf": onBehalfOf };
  const signed = { ...signing, signer: { organisation } };
  return payloadOf(kind, { ...members, ...represented }, signed, when ?? undefined);
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
