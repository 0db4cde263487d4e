import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import "fake-indexeddb/auto";
import { toBase64Url } from "@shared/base64.ts";
import type { JsonObject } from "@shared/json.ts";
import { idOf, readJws } from "@shared/jws.ts";
import { Malformed } from "@shared/malformed.ts";
import { readReceipt } from "@shared/receipt.ts";
import { type NewKey, newKey, signJws } from "@shared/signing.ts";
import { canKeepKeys } from "../device/keys.ts";
import { type Entry, store } from "../device/store.ts";
import {
  again,
  entries,
  log,
  rescue,
  round,
  takeBack,
  undo,
  unsent,
  waiting,
} from "../queue/queue.ts";
import { draft } from "../steps/draft.ts";

const GLN = "4569951000010";
const LOT = "https://id.gs1.org/01/04569951110016/10/A";
let server: NewKey;
let phone: NewKey;
/** What the server is asked, and what it answers. */
let asked: string[][];
let answer: (events: string[]) => Promise<object>;
let status: (id: string) => object | null;

// Node has no locks; two rounds at once are the browser tests' business.
const locks = {
  request: (_n: string, _o: object, use: (lock: object | null) => unknown) => use({}),
};
Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });

beforeEach(async () => {
  const database = await store();
  for (const name of ["entry", "enrolment", "setting"] as const) await database.clear(name);
  server = await newKey();
  phone = await newKey();
  asked = [];
  answer = receipted;
  status = (id) => ({ id, status: "captured", reason: null });
  await database.put("enrolment", {
    kid: phone.kid,
    organisation: { gln: GLN, name: null },
    consortium: "aya-2026",
    key: phone.key,
    jwk: phone.jwk,
    proof: "",
    token: "",
    state: "enrolled",
    seq: 0,
    serverPoint: server.point,
    handbook: null,
    etag: null,
  });
  globalThis.fetch = async (address, init) => {
    const path = String(address);
    if (path === "/api/events") {
      const events = JSON.parse(String(init?.body)) as string[];
      asked.push(events);
      return Response.json(await answer(events), { status: 202 });
    }
    const found = status(path.slice(path.lastIndexOf("/") + 1));
    return Response.json(found ?? { reason: "not_found" }, { status: found ? 200 : 404 });
  };
});

afterEach(async () => {
  const waiting = await (await store()).getAll("entry");
  for (const { jws } of waiting) if (jws) readJws(jws);
});

async function receipt(accepted: string[], signer = server, consortium = "aya-2026") {
  const header = { alg: "ES256", kid: signer.kid, typ: "sanchi-receipt" };
  const time = Date.now();
  return signJws(signer.key, header, { accepted, commitBy: time + 60_000, consortium, time });
}

async function receipted(events: string[]) {
  const accepted = events.map((event) => idOf(event));
  return { accepted, receipt: await receipt(accepted), refused: [] };
}

/** Logged so long ago that it is held no more. */
function weed(at = Date.now() - 60_000): Promise<number> {
  const payload = draft(
    "weeding",
    { quantityList: [{ epcClass: LOT }] },
    {
      consortium: "aya-2026",
      organisation: GLN,
      onBehalfOf: null,
      now: at,
      offset: 540,
      uuid: crypto.randomUUID(),
    },
  );
  return log({ kid: phone.kid, kind: "weeding", title: "A", payload }, at);
}

const entry = async (id: number) => (await (await store()).get("entry", id)) as Entry;

test("a phone that can keep a key says so, and leaves nothing behind", async () => {
  assert.equal(await canKeepKeys(), true);
  assert.deepEqual(await (await store()).getAllKeys("setting"), []);
});

test("what was logged is sent in order, numbered, and kept until the ledger has it", async () => {
  const [first, second] = [await weed(), await weed()];

  assert.equal(await round("ja"), true);

  assert.equal(asked.length, 1);
  assert.deepEqual(
    asked[0]?.map((event) => readJws(event).seq),
    [0, 1],
  );
  assert.equal((await entry(first)).state, "sent");
  assert.equal((await unsent()).count, 0);
  status = (id) => ({ id, status: "committed", reason: null });
  await round("ja");
  assert.equal((await entry(second)).state, "committed");
  assert.equal(await round("ja"), null);
});

test("what is held can be taken back without a trace, and is not sent meanwhile", async () => {
  const id = await weed(Date.now());
  await round("ja");
  assert.equal(asked.length, 0);
  assert.equal(await undo(id), true);
  assert.deepEqual(await entries(), []);
  assert.equal((await (await store()).get("enrolment", phone.kid))?.seq, 0);
});

test("too late for undo is said, and taking back declares an error once", async () => {
  const id = await weed();
  await round("ja");
  assert.equal(await undo(id), false);
  await takeBack(id, Date.now() - 60_000);
  await takeBack(id, Date.now() - 60_000);
  await round("ja");

  assert.equal(asked.length, 2);
  const declared = readJws(asked[1]?.[0] as string).payload;
  assert.equal(declared["sanchi:corrects"], (await entry(id)).eventId);
  assert.equal(asked[1]?.length, 1);
});

test("a lost answer leads to the same bytes again, never to a second event", async () => {
  const id = await weed();
  answer = async () => {
    throw new TypeError("network");
  };
  assert.equal(await round("ja"), false);
  assert.equal((await entry(id)).state, "signed");
  answer = receipted;
  await round("ja");

  assert.deepEqual(asked[1], asked[0]);
  assert.equal((await entry(id)).state, "sent");
});

for (const [what, forge] of Object.entries({
  "a stranger signed": async (accepted: string[]) => receipt(accepted, await newKey()),
  "promises another event": async () => receipt([toBase64Url(new Uint8Array(32))]),
  "is of another consortium": async (accepted: string[]) => receipt(accepted, server, "other"),
  "is none": async () => "a.b.c",
})) {
  test(`a receipt that ${what} is not believed: the event stays and is sent again`, async () => {
    const id = await weed();
    answer = async (events) => {
      const accepted = events.map((event) => idOf(event));
      return { accepted, receipt: await forge(accepted), refused: [] };
    };
    await round("ja");
    assert.equal((await entry(id)).state, "signed");
    assert.equal((await entry(id)).reason, "receipt_wrong");
    answer = receipted;
    await round("ja");
    assert.equal((await entry(id)).state, "sent");
    assert.equal((await entry(id)).reason, null);
  });
}

test("a refusal stays with its reason, and a clock that ran ahead is mended by sending again", async () => {
  const id = await weed();
  answer = async () => ({
    accepted: [],
    receipt: null,
    refused: [{ index: 0, reason: "future_event", detail: "…", field: "/eventTime" }],
  });
  await round("ja");
  const refused = await entry(id);
  assert.equal(refused.state, "refused");
  assert.equal(refused.reason, "future_event");
  answer = receipted;
  await again(id, Date.now());
  await round("ja");

  const sent = await entry(id);
  assert.equal(sent.state, "sent");
  assert.ok(String(sent.payload["eventTime"]) > String(refused.payload["eventTime"]));
  assert.notEqual(sent.payload["eventID"], refused.payload["eventID"]);
  assert.equal(readJws(sent.jws as string).seq, 1);
});

test("what the ledger refuses after the receipt comes back to the phone", async () => {
  const id = await weed();
  await round("ja");
  status = (of) => ({ id: of, status: "refused", reason: "key_revoked" });
  await round("ja");
  assert.equal((await entry(id)).state, "refused");
  assert.equal((await entry(id)).reason, "key_revoked");
});

test("what the server lost in spite of its receipt is sent again, byte for byte", async () => {
  const id = await weed();
  await round("ja");
  status = () => null;
  await round("ja");
  status = (of) => ({ id: of, status: "captured", reason: null });
  await round("ja");
  assert.deepEqual(asked[1], asked[0]);
  assert.equal((await entry(id)).state, "sent");
});

test("an entry that is no event is refused here, and those after it go on", async () => {
  const at = Date.now() - 60_000;
  const payload = { "sanchi:kind": "weeding" };
  const bad = await log({ kid: phone.kid, kind: "weeding", title: "?", payload }, at);
  const good = await weed();
  await round("ja");
  assert.equal((await entry(bad)).reason, "event_malformed");
  assert.equal((await entry(good)).state, "sent");
  assert.equal(readJws(asked[0]?.[0] as string).seq, 0);
});

test("reads no receipt whose bytes are not the server's", async () => {
  const good = await receipt([]);
  const read = (text: string) => readReceipt(text, server.point, "aya-2026", []);
  assert.ok(await read(good));
  const parts = good.split(".");
  const other = (await receipt(["x"])).split(".");
  const bad = [
    `${good}.x`,
    parts.slice(0, 2).join("."),
    "",
    [parts[0], other[1], parts[2]].join("."),
  ];
  for (const text of bad) await assert.rejects(read(text), Malformed);
});

test("a clock that was set back holds nothing for ever", async () => {
  const id = await weed(Date.now() + 3_600_000);
  await round("ja");
  assert.equal((await entry(id)).state, "sent");
  assert.equal((asked[0] ?? []).length, 1);
});

test("the members of what was signed are those that were logged", async () => {
  const id = await weed();
  await round("ja");
  const { payload, jws } = await entry(id);
  const signed: JsonObject = readJws(jws as string).payload;
  assert.deepEqual(
    { ...signed },
    { ...payload, quantityList: signed["quantityList"], "@context": signed["@context"] },
  );
});

test("a key and records that were cleared away under the open page are put back, and sent once", async () => {
  const database = await store();
  await weed();
  await round("ja");
  const second = await weed();
  const [enrolments, unsentNow] = [await database.getAll("enrolment"), await waiting()];
  const stale = enrolments.map((one) => ({ ...one, seq: 0 }));
  assert.equal(await rescue(stale, unsentNow), false);
  for (const name of ["entry", "enrolment"] as const) await database.clear(name);
  // Logged before anybody has noticed
  await weed();

  assert.equal(await rescue(stale, unsentNow), true);
  await round("ja");

  const seqs = asked.flat().map((jws) => readJws(jws).seq);
  assert.deepEqual(seqs, [0, 1, 2]);
  assert.equal((await entry(second)).state, "sent");
});

test("what was not signed when its key was lost goes out with the organisation's next key", async () => {
  const database = await store();
  const [old] = await database.getAll("enrolment");
  assert.ok(old);
  const id = await weed();
  await database.delete("enrolment", phone.kid);
  await round("ja");
  assert.equal((await entry(id)).state, "held");
  const next = await newKey();
  await database.put("enrolment", { ...old, kid: next.kid, key: next.key, jwk: next.jwk, seq: 0 });
  await round("ja");
  await round("ja");
  assert.equal((await entry(id)).state, "sent");
  assert.equal((await entry(id)).kid, next.kid);
});

test("what was signed by a key that is lost is sent once somebody can read the receipt", async () => {
  const database = await store();
  const [old] = await database.getAll("enrolment");
  assert.ok(old);
  answer = async () => {
    throw new TypeError("no network");
  };
  const id = await weed();
  await round("ja");
  assert.equal((await entry(id)).state, "signed");
  answer = receipted;
  await database.delete("enrolment", phone.kid);
  const before = asked.length;
  await round("ja");
  assert.equal(asked.length, before);
  const next = await newKey();
  await database.put("enrolment", { ...old, kid: next.kid, key: next.key, jwk: next.jwk, seq: 0 });
  await round("ja");
  assert.equal((await entry(id)).state, "sent");
});
