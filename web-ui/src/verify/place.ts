import { fromBase64Url } from "../shared/base64.ts";
import { type Bundle, readBundle } from "../shared/bundle.ts";
import { enrolledKey, readEvent, type TraceEvent } from "../shared/event.ts";
import { textOf } from "../shared/json.ts";
import { orNull } from "../shared/malformed.ts";
import { verifyRaw } from "../shared/p256.ts";
import { readStatement } from "../shared/statement.ts";
import { subject } from "../shared/subject.ts";
import { certificateOf } from "../shared/trust.ts";
import type { Fault } from "../shared/verify.ts";

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
