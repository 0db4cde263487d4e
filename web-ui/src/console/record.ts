import { toBase64Url } from "../shared/base64.ts";
import { utf8 } from "../shared/bytes.ts";
import { draft, typOf, type When } from "../shared/draft.ts";
import { canonical, type JsonObject } from "../shared/json.ts";
import { idOf } from "../shared/jws.ts";
import { readReceipt } from "../shared/receipt.ts";
import { sha256 } from "../shared/sha256.ts";
import { signJws } from "../shared/signing.ts";
import { get, post, postText, Refusal, Unreachable } from "./api.ts";
import { device, memberKey } from "./state.ts";
import { type Identity, takeNumbers } from "./store.ts";

/** An event that is still to be signed. */
export interface Draft {
  kind: string;
  members: JsonObject;
  when?: When;
  /** MSP id: signed with that member's certificate, not with the organisation's key. */
  member?: string;
}

interface Posted {
  accepted: string[];
  receipt: string | null;
  refused: { detail: string; field: string | null; index: number; reason: string }[];
}

interface Standing {
  status: "captured" | "committed" | "refused";
  reason: string | null;
}

const PATIENCE_MS = 30_000;
const AT_ONCE = 500;

const signing = (identity: Identity, member: string | undefined) => {
  const now = Date.now();
  return {
    consortium: identity.consortium,
    signer: member === undefined ? { organisation: identity.organisation as string } : { member },
    now,
    offset: -new Date(now).getTimezoneOffset(),
    uuid: crypto.randomUUID(),
  };
};

/** The payload that a key of the organisation would sign. */
export const drafted = (identity: Identity, { kind, members, when }: Draft): JsonObject =>
  draft(kind, members, signing(identity, undefined), when);

/** Signs drafts, in their order. */
export async function signAll(
  drafts: Draft[],
  by: Identity | null = device.value,
): Promise<string[]> {
  const signed: string[] = [];
  for (const one of drafts) {
    const identity = one.member === undefined ? by : memberKey.value;
    if (identity === null) throw new Error("this browser has no key for that");
    const payload = draft(one.kind, one.members, signing(identity, one.member), one.when);
    signed.push(await signPayload(identity, one.kind, payload, one.member));
  }
  return signed;
}

/** Signs a payload that is already whole: an approval repeats another member's. */
export async function signPayload(
  identity: Identity,
  kind: string,
  payload: JsonObject,
  member?: string,
): Promise<string> {
  const seq = await takeNumbers(identity.kid, 1);
  const header: JsonObject = { alg: "ES256", kid: identity.kid, seq, typ: typOf(kind) };
  if (member !== undefined) header["x5c"] = [identity.certificates?.[member] as string];
  return signJws(identity.key, header, payload);
}

/**
 * Signs one payload as the administrator of several members, changed only in who approves it: as many
 * as give it force, as far as this browser holds their certificates.
 */
export async function signAlike(
  kind: string,
  members: JsonObject,
  mspIds: string[],
  all: number,
): Promise<string[]> {
  const identity = memberKey.value;
  const first = mspIds[0];
  if (identity === null || first === undefined) throw new Error("this browser has no member's key");
  const whole = draft(kind, members, signing(identity, first));
  const signed: string[] = [];
  for (const member of mspIds.slice(0, Math.floor(all / 2) + 1)) {
    signed.push(await signPayload(identity, kind, { ...whole, "sanchi:member": member }, member));
  }
  return signed;
}

/**
 * Posts signed events; each answer's receipt is checked. Throws a {@link Refusal} for the first event
 * that is refused, when the others are already in.
 */
export async function postSigned(events: string[]): Promise<string[]> {
  const { accepted, refused, broken } = await postAll(events);
  if (broken !== null) throw broken;
  if (refused[0] !== undefined) throw refused[0];
  return accepted.map(({ id }) => id);
}

/**
 * The same, telling of each what became of it.
 *
 * @param sent told how many are in, as they go
 * @returns `broken`: what went wrong on the way, after which nothing more was sent; else null
 */
export async function postAll(
  events: string[],
  sent: (count: number) => void = () => {},
): Promise<{
  accepted: { index: number; id: string }[];
  refused: RefusedEvent[];
  broken: unknown;
}> {
  const identity = (device.value ?? memberKey.value) as Identity;
  const accepted: { index: number; id: string }[] = [];
  const refused: RefusedEvent[] = [];
  for (let at = 0; at < events.length; at += AT_ONCE) {
    const part = events.slice(at, at + AT_ONCE).map((event, i) => ({ index: at + i, event }));
    try {
      const answer = await post<Posted>(
        "events",
        part.map(({ event }) => event),
      );
      const out = new Set(answer.refused.map(({ index }) => at + index));
      const ids = part
        .filter(({ index }) => !out.has(index))
        .map(({ index, event }) => ({ index, id: idOf(event) }));
      if (answer.receipt !== null) {
        await readReceipt(
          answer.receipt,
          identity.serverPoint,
          identity.consortium,
          ids.map(({ id }) => id),
        );
      }
      accepted.push(...ids);
      for (const { detail, field, index, reason } of answer.refused) {
        refused.push(new RefusedEvent(422, reason, detail, field, at + index));
      }
    } catch (broken) {
      return { accepted, refused, broken };
    }
    sent(Math.min(events.length, at + AT_ONCE));
  }
  return { accepted, refused, broken: null };
}

/** One of several events was refused. */
export class RefusedEvent extends Refusal {
  readonly index: number;
  constructor(
    status: number,
    reason: string,
    sentence: string,
    field: string | null,
    index: number,
  ) {
    super(status, reason, sentence, field);
    this.index = index;
  }
}

/** What was signed and never answered: the server may have it. */
let unanswered: { drafts: string; signed: string[] } | null = null;

/**
 * Signs, posts, and waits until the events are on the ledger and lists show them. Who tries the same
 * again after an answer that never came sends the same bytes, which the ledger takes once.
 */
export async function record(...drafts: Draft[]): Promise<string[]> {
  const same = JSON.stringify([
    device.value?.kid,
    drafts.map(({ kind, members, member, when = { at: 0 } }) => [
      kind,
      members,
      member,
      "day" in when && when.day,
    ]),
  ]);
  const signed = unanswered?.drafts === same ? unanswered.signed : await signAll(drafts);
  unanswered = { drafts: same, signed };
  try {
    const ids = await postSigned(signed);
    await committed(ids);
    unanswered = null;
    return ids;
  } catch (error) {
    if (!(error instanceof Unreachable)) unanswered = null;
    throw error;
  }
}

/** Waits until the last of them is on the ledger; what is still on its way after half a minute comes later. */
export async function committed(ids: string[]): Promise<boolean> {
  const end = Date.now() + PATIENCE_MS;
  for (const id of ids.slice(-1)) {
    for (let pause = 60; ; pause = Math.min(1000, pause * 1.5)) {
      const { status, reason } = await get<Standing>(`events/${id}`);
      if (status === "committed") break;
      if (status === "refused") throw new Refusal(422, String(reason), String(reason), null);
      if (Date.now() > end) return false;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  // The ledger has it; the lists follow within moments
  await new Promise((resolve) => setTimeout(resolve, 350));
  return true;
}

/** A document beside the ledger, and the hash that a described event names it by. */
export function salted(content: JsonObject): { text: string; hash: string } {
  const salt = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
  const text = canonical({ ...normalised(content), salt });
  return { text, hash: toBase64Url(sha256(utf8(text))) };
}

const normalised = (content: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(content).normalize("NFC"));

/** Describes something: the hash is signed, then the document is handed over. */
export async function describe(
  kind: string,
  members: JsonObject,
  content: JsonObject,
  before: Draft[] = [],
  by: Identity | null = device.value,
): Promise<void> {
  const { text, hash } = salted(content);
  const drafts = [...before, { kind, members: { ...members, "sanchi:document": hash } }];
  const ids = await postSigned(await signAll(drafts, by));
  await postText("documents", text);
  await committed(ids);
}
