import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "@shared/json.ts";
import { printShortCode, shortCodeOfLabel } from "@shared/short-code.ts";
import {
  countLeft,
  type Run,
  sayTaken,
  takenOf,
  titleWithout,
  withoutTaken,
} from "../steps/taken.ts";
import { wordsOf } from "../words/words.ts";

const GTIN = "04569951110016";
const RUN: Run = {
  gtin: GTIN,
  run: "K7Q2",
  labels: 24,
  uses: [
    { first: 4, last: 4, use: "voided" },
    { first: 12, last: 15, use: "bound" },
    { first: 12, last: 13, use: "packed" },
  ],
};
const bound = (first: number, last: number): JsonObject => ({
  eventID: "urn:uuid:0",
  quantityList: [{ epcClass: `https://id.gs1.org/01/${GTIN}/10/A1` }],
  "sanchi:kind": "labels_bound",
  "sanchi:run": "K7Q2",
  "sanchi:first": first,
  "sanchi:last": last,
});
const packed = (first: number, last: number): JsonObject => ({
  eventID: "urn:uuid:0",
  childQuantityList: [{ epcClass: `https://id.gs1.org/01/${GTIN}/10/A1` }],
  parentID: "https://id.gs1.org/00/1",
  "sanchi:kind": "packed",
  "sanchi:packages": [
    { "sanchi:first": first, "sanchi:gtin": GTIN, "sanchi:last": last, "sanchi:run": "K7Q2" },
  ],
});
const uuid = () => "1";

test("names the void label in a span, and logs the rest on both sides of it", () => {
  const payload = bound(0, 10);
  const taken = takenOf(payload, [RUN]);
  assert.deepEqual(taken, [{ gtin: GTIN, run: "K7Q2", first: 4, last: 4, why: "voided" }]);
  assert.equal(countLeft(payload, taken), 10);
  assert.deepEqual(
    withoutTaken(payload, taken, uuid).map((one) => [
      one["eventID"],
      one["sanchi:first"],
      one["sanchi:last"],
      one["quantityList"],
    ]),
    [
      ["urn:uuid:1", 0, 3, payload["quantityList"]],
      ["urn:uuid:1", 5, 10, payload["quantityList"]],
    ],
  );
  const [said] = sayTaken(taken, wordsOf("ja"));
  const code = printShortCode(shortCodeOfLabel(GTIN, "K7Q2", 4));
  assert.equal(said, `ラベル ${code}は、無効になったラベルです。`);
});

test("nothing is left of labels that are all in use", () => {
  const taken = takenOf(bound(12, 15), [RUN]);
  assert.deepEqual(
    taken.map(({ first, last, why }) => [first, last, why]),
    [[12, 15, "bound"]],
  );
  assert.equal(countLeft(bound(12, 15), taken), 0);
  assert.deepEqual(withoutTaken(bound(12, 15), taken, uuid), []);
});

test("a crate takes what is part of a lot and in no crate yet, in one record", () => {
  const payload = packed(4, 15);
  const taken = takenOf(payload, [RUN]);
  assert.deepEqual(
    taken.map(({ first, last, why }) => [first, last, why]),
    [
      [4, 4, "voided"],
      [5, 11, "free"],
      [12, 13, "packed"],
    ],
  );
  const [only, ...more] = withoutTaken(payload, taken, uuid);
  assert.deepEqual(more, []);
  assert.deepEqual(only?.["sanchi:packages"], [
    { "sanchi:first": 14, "sanchi:gtin": GTIN, "sanchi:last": 15, "sanchi:run": "K7Q2" },
  ]);
});

test("says how many labels are voided when fewer are", () => {
  const payload = {
    ...bound(3, 6),
    "sanchi:kind": "labels_voided",
    quantityList: [{ epcClass: `https://id.gs1.org/01/${GTIN}`, quantity: 4 }],
  };
  const rest = withoutTaken(payload, takenOf(payload, [RUN]), uuid);
  assert.deepEqual(
    rest.map((one) => (one["quantityList"] as JsonObject[])[0]?.["quantity"]),
    [1, 2],
  );
});

test("a record without some of its labels is called by one that it still has", () => {
  const payload = bound(3, 6);
  const [, rest] = withoutTaken(payload, takenOf(payload, [RUN]), uuid);
  const code = printShortCode(shortCodeOfLabel(GTIN, "K7Q2", 5));
  const before = printShortCode(shortCodeOfLabel(GTIN, "K7Q2", 3));
  assert.equal(titleWithout(`小松菜 ${before}`, rest as JsonObject), `小松菜 ${code}`);
});

test("knows nothing of another office's run", () => {
  assert.deepEqual(takenOf(bound(0, 10), []), []);
});
