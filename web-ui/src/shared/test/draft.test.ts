import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64Url } from "../base64.ts";
import { utf8 } from "../bytes.ts";
import { draft, type Signing, typOf } from "../draft.ts";
import { readEvent } from "../event.ts";
import { canonical, type JsonObject } from "../json.ts";
import { verifyRaw } from "../p256.ts";
import { readReceipt } from "../receipt.ts";
import { enrolmentProof, newKey, proof, sign, signJws, works } from "../signing.ts";

const SIGNING: Signing = {
  consortium: "aya-2026",
  signer: { organisation: "4569951000010" },
  now: Date.UTC(2026, 10, 26, 3, 4, 5),
  offset: 540,
  uuid: "00000000-0000-4000-8000-000000000000",
};
const LOT = "https://id.gs1.org/01/04569951110016/10/A1";
const PLACE = { id: "https://id.gs1.org/414/4569951000010" };

const signed = async (kind: string, payload: JsonObject) => {
  const { key, kid } = await newKey();
  return signJws(key, { alg: "ES256", kid, seq: 0, typ: typOf(kind) }, payload);
};

/** Members of every kind that the office records. */
const KINDS: [string, JsonObject][] = [
  [
    "lot_commissioned",
    {
      quantityList: [{ epcClass: LOT }],
      readPoint: PLACE,
      "sanchi:limits": [
        {
          "sanchi:allowedMinutes": 20,
          "sanchi:maximum": 10,
          "sanchi:measure": "temperature",
          "sanchi:minimum": 0,
        },
      ],
    },
  ],
  [
    "labels_printed",
    {
      quantityList: [{ epcClass: "https://id.gs1.org/01/04569951110016", quantity: 20 }],
      "sanchi:run": "K7Q2",
      "sanchi:count": 20,
      "sanchi:root": toBase64Url(new Uint8Array(32)),
    },
  ],
  [
    "labels_bound",
    {
      quantityList: [{ epcClass: LOT, quantity: 20 }],
      "sanchi:run": "K7Q2",
      "sanchi:first": 0,
      "sanchi:last": 19,
    },
  ],
  ["organisation_described", { "sanchi:document": toBase64Url(new Uint8Array(32)) }],
  ["agent_appointed", { "sanchi:agent": "4569951000010" }],
  [
    "recalled",
    { quantityList: [{ epcClass: LOT }], "sanchi:reason": "毒草", "sanchi:advice": "食べない" },
  ],
];

for (const [kind, members] of KINDS) {
  test(`a draft of ${kind} is an event that the verifier reads`, async () => {
    const event = readEvent(await signed(kind, draft(kind, members, SIGNING)));
    assert.equal(event.kind, kind);
  });
}

test("a day is noon where the office is, and says that its hour is unknown", () => {
  const payload = draft("recalled", {}, SIGNING, { day: "2026-11-20" });
  assert.equal(payload["eventTime"], "2026-11-20T03:00:00.000Z");
  assert.equal(payload["eventTimeZoneOffset"], "+09:00");
  assert.equal(payload["sanchi:precision"], "day");
});

test("text is brought into the one form that the format takes", () => {
  const payload = draft("recalled", { "sanchi:reason": "か\u3099" }, SIGNING);
  assert.equal(payload["sanchi:reason"], "が");
});

test("a key signs here and can't be taken away", async () => {
  const made = await newKey();
  assert.ok(await works(made.key, made.point));
  assert.ok(!(await works(made.key, (await newKey()).point)));
  await assert.rejects(crypto.subtle.exportKey("jwk", made.key));
  const message = utf8("sanchi/first/1\0aya-2026\0token") as Uint8Array<ArrayBuffer>;
  const shown = await proof(made.key, "sanchi/first/1", "aya-2026", "token");
  const raw = Uint8Array.from(Buffer.from(shown, "base64url"));
  assert.ok(await verifyRaw(made.point, raw, message));
  assert.notEqual(await enrolmentProof(made.key, "aya-2026", "4569951000010"), shown);
});

test("a receipt counts only if this server signed it for these events", async () => {
  const server = await newKey();
  const receipt = async (payload: JsonObject, kid = server.kid) => {
    const input = [{ alg: "ES256", kid, typ: "sanchi-receipt" }, payload]
      .map((part) => toBase64Url(utf8(canonical(part))))
      .join(".");
    return `${input}.${await sign(server.key, utf8(input))}`;
  };
  const promise = { accepted: ["a", "b"], commitBy: 5, consortium: "aya-2026", time: 1 };
  const read = (text: string, ids: string[]) => readReceipt(text, server.point, "aya-2026", ids);

  assert.deepEqual(await read(await receipt(promise), ["b"]), {
    accepted: ["a", "b"],
    commitBy: 5,
  });
  await assert.rejects(async () => read(await receipt(promise), ["c"]));
  await assert.rejects(async () => read(await receipt({ ...promise, consortium: "x-1" }), ["a"]));
  await assert.rejects(async () => read(await receipt(promise, (await newKey()).kid), ["a"]));
  const other = await newKey();
  await assert.rejects(async () =>
    readReceipt(await receipt(promise), other.point, "aya-2026", []),
  );
});
