import { readEvent } from "@shared/event.ts";
import { isCount, isObject, type Json, type JsonObject } from "@shared/json.ts";
import { Malformed, orNull } from "@shared/malformed.ts";
import { type Receipt, readReceipt } from "@shared/receipt.ts";
import { signJws } from "@shared/signing.ts";
import { ask, Refusal } from "../device/api.ts";
import { isNetwork } from "../device/enrolment.ts";
import { type Enrolment, type Entry, type Store, store } from "../device/store.ts";
import { declaration, redated } from "../steps/draft.ts";
import { type Taken, titleWithout, withoutTaken } from "../steps/taken.ts";

/** So long もどす takes back without a trace. */
export const HOLD_MS = 5_000;
const BATCH = 50;
const PENDING = ["held", "signed", "sent"] as const;

/** Told to every screen of this origin when something in the queue has changed. */
const channel =
  typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("sanchi-queue");
const listeners = new Set<() => void>();
if (channel) channel.onmessage = () => listeners.forEach((listener) => void listener());

export function onChange(listener: () => void): void {
  listeners.add(listener);
}

function changed(): void {
  listeners.forEach((listener) => void listener());
  channel?.postMessage(null);
}

/** Logs something: durable when this returns. */
export async function log(
  fresh: Pick<Entry, "kid" | "kind" | "title" | "payload" | "landed"> & { takesBack?: number },
  now: number,
): Promise<number> {
  const transaction = (await store()).transaction("entry", "readwrite", { durability: "strict" });
  const id = await transaction.store.add({
    takesBack: null,
    ...fresh,
    state: "held",
    at: now,
    releaseAt: now + HOLD_MS,
    jws: null,
    eventId: null,
    commitBy: null,
    reason: null,
    detail: null,
    takenBackBy: null,
  });
  if (fresh.takesBack !== undefined) {
    const wrong = await transaction.store.get(fresh.takesBack);
    if (wrong) await transaction.store.put({ ...wrong, takenBackBy: id });
  }
  await transaction.done;
  changed();
  return id;
}

/** Takes back what is still held; false if it is too late for that. */
export async function undo(id: number): Promise<boolean> {
  const transaction = (await store()).transaction("entry", "readwrite");
  const entry = await transaction.store.get(id);
  const held = entry?.state === "held";
  if (entry && held) {
    await transaction.store.delete(id);
    const wrong =
      entry.takesBack === null ? undefined : await transaction.store.get(entry.takesBack);
    if (wrong) await transaction.store.put({ ...wrong, takenBackBy: null });
  }
  await transaction.done;
  changed();
  return held;
}

/** Declares an event that was sent, or is about to be, an error. */
export async function takeBack(id: number, now: number): Promise<void> {
  const entry = await (await store()).get("entry", id);
  if (!entry?.eventId || entry.takenBackBy !== null) return;
  const { kid, kind, title, payload, eventId } = entry;
  await log({ kid, kind, title, payload: declaration(payload, eventId, now), takesBack: id }, now);
}

/** Signs again what was refused, for now; or drops it. */
export async function again(id: number, now: number): Promise<void> {
  await change(id, (entry) => {
    if (entry.state !== "refused") return;
    Object.assign(entry, {
      state: "held",
      releaseAt: now,
      payload:
        entry.reason === "future_event"
          ? redated(entry.payload, now, crypto.randomUUID())
          : entry.payload,
      reason: null,
      detail: null,
      jws: null,
      eventId: null,
    });
  });
}

/** What was refused for its labels, and why is not known yet. */
export async function unexplained(): Promise<Entry[]> {
  const refused = await (await store()).getAllFromIndex("entry", "state", "refused");
  return refused.filter(({ reason, taken }) => reason === "label_overlap" && taken === undefined);
}

export async function explain(id: number, taken: Taken[]): Promise<void> {
  await change(id, (entry) => {
    entry.taken = taken;
  });
}

/** Logs what was refused anew, for the labels that nothing stands in the way of. */
export async function goWithout(id: number, now: number): Promise<void> {
  const transaction = (await store()).transaction("entry", "readwrite", { durability: "strict" });
  const entry = await transaction.store.get(id);
  if (entry?.state === "refused" && entry.taken !== undefined) {
    const { id: _, taken, ...rest } = entry;
    const payloads = withoutTaken(entry.payload, taken, () => crypto.randomUUID());
    for (const payload of payloads) {
      await transaction.store.add({
        ...rest,
        payload,
        title: titleWithout(rest.title, payload),
        state: "held",
        releaseAt: now,
        reason: null,
        detail: null,
        jws: null,
        eventId: null,
      });
    }
    if (payloads.length > 0) await transaction.store.delete(id);
  }
  await transaction.done;
  changed();
}

export async function drop(id: number): Promise<void> {
  const database = await store();
  const entry = await database.get("entry", id);
  if (entry?.state === "refused") await database.delete("entry", id);
  changed();
}

async function change(id: number, by: (entry: Entry) => void): Promise<void> {
  const transaction = (await store()).transaction("entry", "readwrite", { durability: "strict" });
  const entry = await transaction.store.get(id);
  if (entry !== undefined) {
    by(entry);
    await transaction.store.put(entry);
  }
  await transaction.done;
  changed();
}

/** Of every state that is not final, oldest first. */
async function pending(database: Store): Promise<Entry[]> {
  const lists = await Promise.all(
    PENDING.map((state) => database.getAllFromIndex("entry", "state", state)),
  );
  return lists.flat().sort((a, b) => (a.id as number) - (b.id as number));
}

/**
 * One round: signs what is no longer held, sends what is signed, asks after what was sent. Only one
 * tab at a time does this; in the others it returns at once.
 *
 * @returns whether the server answered; null where it was not asked
 */
export async function round(language: string): Promise<boolean | null> {
  return navigator.locks.request("sanchi-queue", { ifAvailable: true }, async (lock) => {
    if (lock === null) return null;
    const database = await store();
    await release(database);
    try {
      const sent = await send(database, language);
      const asked = await settle(database);
      return sent || asked ? true : null;
    } catch (error) {
      if (isNetwork(error)) return false;
      // The server is there, but can't answer now; the next round tries again.
      if (error instanceof Refusal) return true;
      throw error;
    }
  });
}

async function release(database: Store): Promise<void> {
  for (const entry of await database.getAllFromIndex("entry", "state", "held")) {
    // A clock that was set back must not hold it for ever.
    const early = Date.now() < entry.releaseAt && entry.releaseAt - Date.now() <= HOLD_MS;
    if (early) continue;
    const enrolment = await database.get("enrolment", entry.kid);
    if (enrolment === undefined) {
      await adopt(database, entry);
      continue;
    }
    const seq = enrolment.seq;
    const typ = "sanchi-epcis";
    const header = { alg: "ES256", kid: entry.kid, seq, typ };
    const jws = await signJws(enrolment.key, header, entry.payload);
    // What this phone can see is wrong is never sent, and must not block what comes after it.
    const event = orNull(() => readEvent(jws));
    if (event === null) {
      await change(entry.id as number, (one) => {
        one.state = "refused";
        one.reason = "event_malformed";
      });
      continue;
    }
    const transaction = database.transaction(["entry", "enrolment"], "readwrite", {
      durability: "strict",
    });
    const [now, signer] = await Promise.all([
      transaction.objectStore("entry").get(entry.id as number),
      transaction.objectStore("enrolment").get(entry.kid),
    ]);
    // Taken back meanwhile, or another round was faster
    if (now?.state === "held" && signer?.seq === seq) {
      signer.seq = seq + 1;
      signed.set(entry.kid, seq + 1);
      Object.assign(now, { state: "signed", jws, eventId: event.id });
      await transaction.objectStore("entry").put(now);
      await transaction.objectStore("enrolment").put(signer);
    }
    await transaction.done;
    changed();
  }
}

/** What was not signed when its key was lost is signed by the organisation's new one. */
async function adopt(database: Store, entry: Entry): Promise<void> {
  const { "sanchi:organisation": gln, "sanchi:consortium": consortium } = entry.payload;
  const heir = (await database.getAll("enrolment")).find(
    (one) =>
      one.state === "enrolled" && one.organisation.gln === gln && one.consortium === consortium,
  );
  if (heir === undefined) return;
  await change(entry.id as number, (one) => {
    one.kid = heir.kid;
  });
}

/** How many events each key has signed while this page was open. */
const signed = new Map<string, number>();

/**
 * Puts back what somebody has cleared away under an open page: keys, and records that are not sent.
 *
 * @param waiting as they were last seen
 * @returns whether anything was gone
 */
export async function rescue(enrolments: Enrolment[], waiting: Entry[]): Promise<boolean> {
  const database = await store();
  const gone: Enrolment[] = [];
  for (const one of enrolments) {
    if ((await database.get("enrolment", one.kid)) === undefined) gone.push(one);
  }
  if (gone.length === 0) return false;
  const transaction = database.transaction(["entry", "enrolment"], "readwrite", {
    durability: "strict",
  });
  const kids = new Set(gone.map(({ kid }) => kid));
  for (const one of gone) {
    const seq = Math.max(one.seq, signed.get(one.kid) ?? 0);
    await transaction.objectStore("enrolment").put({ ...one, seq });
  }
  for (const entry of waiting) {
    const there = await transaction.objectStore("entry").get(entry.id as number);
    if (!kids.has(entry.kid) || there?.payload["eventID"] === entry.payload["eventID"]) continue;
    // Another record has its number by now
    const { id: _, ...rest } = entry;
    await transaction.objectStore("entry").add(there === undefined ? entry : rest);
  }
  await transaction.done;
  changed();
  return true;
}

/** All that has no receipt yet. */
export async function waiting(): Promise<Entry[]> {
  return (await pending(await store())).filter(({ state }) => state !== "sent");
}

/** Who knows the server's key: the enrolment that signed or, where that is lost, another of this phone. */
async function witnessOf(database: Store, kid: string): Promise<Enrolment | null> {
  const all = await database.getAll("enrolment");
  const counting = all.find(({ state }) => state === "enrolled");
  return all.find((one) => one.kid === kid) ?? counting ?? null;
}

/** Whether anything was sent. */
async function send(database: Store, language: string): Promise<boolean> {
  for (let sent = false; ; sent = true) {
    const signed = (await database.getAllFromIndex("entry", "state", "signed")).sort(
      (a, b) => (a.id as number) - (b.id as number),
    );
    const [first] = signed;
    if (first === undefined) return sent;
    const batch = signed.filter(({ kid }) => kid === first.kid).slice(0, BATCH);
    const witness = await witnessOf(database, first.kid);
    // Nobody here could read the receipt: it waits for the phone's next key
    if (witness === null) return sent;
    const { body } = await ask("POST", "events", {
      body: batch.map(({ jws }) => jws),
      language: language === "en" ? "en" : "ja",
    });
    if (!(await keep(batch, body, witness))) return true;
  }
}

/** The server's promise; null for whatever is not signed by its key, for this consortium. */
async function receiptOf(text: string, enrolment: Enrolment): Promise<Receipt | null> {
  try {
    return await readReceipt(text, enrolment.serverPoint, enrolment.consortium, []);
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

/** Notes what became of each; false if one must be sent again. */
async function keep(batch: Entry[], body: JsonObject, witness: Enrolment): Promise<boolean> {
  const refused = new Map<number, JsonObject>();
  for (const item of list(body["refused"])) {
    if (isObject(item) && isCount(item["index"])) refused.set(item["index"], item);
  }
  const receipt =
    typeof body["receipt"] === "string" ? await receiptOf(body["receipt"], witness) : null;
  let settled = true;
  for (const [index, entry] of batch.entries()) {
    const why = refused.get(index);
    const promised = receipt?.accepted.includes(entry.eventId ?? "") === true;
    await change(entry.id as number, (one) => {
      if (why !== undefined) {
        one.state = "refused";
        one.reason = String(why["reason"]);
        one.detail = String(why["detail"]);
      } else if (promised) {
        one.state = "sent";
        one.commitBy = receipt?.commitBy ?? null;
        one.reason = null;
      } else {
        // Without the server's own promise it may be lost: it stays here and is sent again.
        one.reason = "receipt_wrong";
        settled = false;
      }
    });
  }
  return settled;
}

const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** Whether anything was asked. */
async function settle(database: Store): Promise<boolean> {
  const sent = (await pending(database)).filter(({ state }) => state === "sent").slice(0, BATCH);
  for (const entry of sent) {
    const found = await standing(entry.eventId as string);
    if (found === "captured") continue;
    await change(entry.id as number, (one) => {
      // Lost in spite of its receipt: the bytes are still here.
      if (found === null) one.state = "signed";
      else one.state = found === "committed" ? "committed" : "refused";
      one.reason = one.state === "refused" ? found : null;
    });
  }
  return sent.length > 0;
}

/** `captured`, `committed`, or why it was refused; null if the server knows nothing of it. */
async function standing(eventId: string): Promise<string | null> {
  try {
    const { body } = await ask("GET", `events/${eventId}`);
    return String(body["status"] === "refused" ? body["reason"] : body["status"]);
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

/** What the list shows: newest first. */
export async function entries(most = 100): Promise<Entry[]> {
  const all: Entry[] = [];
  let cursor = await (await store()).transaction("entry").store.openCursor(null, "prev");
  while (cursor && all.length < most) {
    all.push(cursor.value);
    cursor = await cursor.continue();
  }
  return all;
}

/**
 * How many have no receipt yet, how many of them are still held, since when the oldest waits, and how
 * many were refused.
 */
export async function unsent(): Promise<{
  count: number;
  held: number;
  oldest: number | null;
  refused: number;
}> {
  const database = await store();
  const waiting = (await pending(database)).filter(({ state }) => state !== "sent");
  const refused = await database.countFromIndex("entry", "state", "refused");
  const held = waiting.filter(({ state }) => state === "held").length;
  return { count: waiting.length, held, oldest: waiting[0]?.at ?? null, refused };
}
