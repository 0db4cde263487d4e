import { withdrawnOf } from "../page/telling.ts";
import { fromBase64Url, toBase64Url } from "../shared/base64.ts";
import { type Bundle, readBundle } from "../shared/bundle.ts";
import { utf8 } from "../shared/bytes.ts";
import { enrolledKey, idOfEvent, readEvent, type TraceEvent } from "../shared/event.ts";
import {
  BUNDLE_LIMITS,
  canonical,
  type Json,
  type JsonObject,
  readJson,
  textOf,
} from "../shared/json.ts";
import { Malformed, orNull } from "../shared/malformed.ts";
import { verifyRaw } from "../shared/p256.ts";
import { sha256 } from "../shared/sha256.ts";
import { readStatement } from "../shared/statement.ts";
import { type Start, subject } from "../shared/subject.ts";
import { compareText } from "../shared/text-order.ts";
import { certificateOf, type Trust } from "../shared/trust.ts";
import { type Evidence, type Fault, type Verification, verifyFrom } from "../shared/verify.ts";
import { ownStart } from "./own-subject.ts";

/** Where a proof is broken, for people; nothing in it is verified, and no verdict depends on it. */
export interface Whereabouts {
  subject?: string;
  event?: TraceEvent;
  /** Of an event that can't be read. */
  kind?: string;
  /** How many events a history has, and how many its ledger says. */
  there?: number;
  stated?: number;
}

/** Looks for what made a check fail. */
export async function locate(bytes: Uint8Array, fault: Fault | null): Promise<Whereabouts> {
  const bundle = orNull(() => readBundle(bytes));
  if (bundle === null || fault === null) return {};
  const where: Whereabouts = {};
  if (fault.subject !== undefined) where.subject = fault.subject;
  const changed = fault.reason === "history_changed";
  const event = fault.event ?? (changed ? await resigned(bundle, fault.subject) : undefined);
  if (event !== undefined) where.event = event;
  const kind = fault.check === "events" ? kindOfUnreadable(bundle) : undefined;
  if (kind !== undefined) where.kind = kind;
  const history = bundle.histories.find((one) => one.subject === fault.subject);
  const stated = orNull(() => readStatement(bundle.response))?.heads.get(fault.subject ?? "");
  if (history !== undefined && stated !== undefined && history.entries.length !== stated.count) {
    where.there = history.entries.length;
    where.stated = stated.count;
  }
  return where;
}

/**
 * Looks for what is wrong in a file that has not even the form of a proof. Whoever changes an event
 * changes its id, so it stands in the wrong place: put in order again, the checks find it.
 */
export async function locateDamage(
  bytes: Uint8Array,
  trust: Trust,
  asked: Start | null,
): Promise<Damage> {
  const inOrder = orNull(() => ordered(readJson(bytes, BUNDLE_LIMITS)));
  if (inOrder === null || orNull(() => readBundle(inOrder)) === null) return { where: {} };
  const start = asked ?? ownStart(inOrder, trust.consortium);
  if (start === null) return { where: {} };
  const found = await verifyFrom(inOrder, trust, start);
  const { fault, evidence } = found;
  if (evidence !== null) return { where: {}, isWhole: hasEverything(evidence) };
  if (fault === null) return { where: {} };
  return { where: await locate(inOrder, fault), found };
}

export interface Damage {
  where: Whereabouts;
  /** What the checks find in it once it is in order again. */
  found?: Verification;
  /**
   * Only how it is written was changed, and nothing that it says; false where something that may be
   * missing in an honest proof is missing, so that nobody knows.
   */
  isWhole?: boolean;
}

const hasEverything = (evidence: Evidence): boolean =>
  withdrawnOf(evidence).missing.length === 0 &&
  evidence.ways !== null &&
  evidence.ways.every(({ missing }) => missing === 0);

/** The one form of what may once have been a bundle. */
function ordered(json: Json): Uint8Array {
  const { events, histories, documents, ...rest } = json as JsonObject;
  if (!Array.isArray(events) || !Array.isArray(histories) || !Array.isArray(documents)) {
    throw new Malformed("bundle_malformed");
  }
  const texts = events.map(String);
  const order = [...texts.keys()].sort((a, b) =>
    compareText(idOfEvent(texts[a] as string), idOfEvent(texts[b] as string)),
  );
  const place = new Map(order.map((was, is) => [was, is]));
  const moved = (entry: Json): Json =>
    Array.isArray(entry) ? [place.get(entry[0] as number) ?? -1, ...entry.slice(1)] : entry;
  const hashed = (document: Json): string =>
    orNull(() => toBase64Url(sha256(fromBase64Url(String(document))))) ?? "";
  return utf8(
    canonical({
      ...rest,
      documents: [...documents].sort((a, b) => compareText(hashed(a), hashed(b))),
      events: order.map((was) => texts[was] as string),
      histories: histories
        .map((history) =>
          Array.isArray(history) && Array.isArray(history[1])
            ? [history[0] as Json, history[1].map(moved)]
            : history,
        )
        .sort((a, b) => compareText(String((a as Json[])[0]), String((b as Json[])[0]))),
    }),
  );
}

/** What the payload of the first event that can't be read calls itself all the same. */
function kindOfUnreadable({ events, ids }: Bundle): string | undefined {
  const compact = events.find((one, i) => orNull(() => readEvent(one, ids[i])) === null);
  const text = orNull(() => textOf(fromBase64Url(compact?.split(".")[1] ?? "")));
  return text?.match(/"sanchi:kind":"([a-z_]+)"/)?.[1];
}

/** The first event of a history whose signature is not over what it says. */
async function resigned(bundle: Bundle, of = ""): Promise<TraceEvent | undefined> {
  const eventsOf = (name: string): TraceEvent[] =>
    (bundle.histories.find((one) => one.subject === name)?.entries ?? []).flatMap(
      ({ index }) =>
        orNull(() => readEvent(bundle.events[index] as string, bundle.ids[index])) ?? [],
    );
  for (const event of eventsOf(of)) {
    const { x5c, kid, signature, signed } = event.jws;
    const enrolment = eventsOf(subject("key", kid)).find(({ kind }) => kind === "device_enrolled");
    const key =
      x5c !== null ? certificateOf(event)?.publicKey : enrolment && enrolledKey(enrolment);
    if (key !== undefined && !(await verifyRaw(key, signature, signed))) return event;
  }
  return undefined;
}
