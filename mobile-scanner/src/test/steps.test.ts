import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64Url } from "@shared/base64.ts";
import { utf8 } from "@shared/bytes.ts";
import { printOffset, type When } from "@shared/draft.ts";
import { readEvent } from "@shared/event.ts";
import { canonical, type JsonObject } from "@shared/json.ts";
import { rowOf } from "@shared/kinds.ts";
import { tidied } from "@shared/typed.ts";
import type { Entry } from "../device/store.ts";
import { namesProductOnly, readCode, readTyped, soundsLike, type Thing } from "../steps/code.ts";
import { declaration, draft, mayBeTakenBack } from "../steps/draft.ts";
import { ownOf } from "../steps/own.ts";
import { type Known, questionsFor, type Shipment } from "../steps/questions.ts";
import { saying } from "../steps/saying.ts";
import {
  FINAL,
  inOrder,
  isMuch,
  missing,
  numberOf,
  prefilled,
  pressed,
  recalledFirst,
  STEPS,
  type Step,
  stepsFor,
  suits,
  WrongThing,
} from "../steps/steps.ts";
import { wordsOf } from "../words/words.ts";
import { season } from "./season.ts";

const WORLD = {
  consortium: "aya-2026",
  organisation: "4569951000010",
  gtin: "04569951110016",
  place: "4569951000010",
  partner: "4569953000018",
  scheme: "aya-grade",
  units: ["045699510000000010", "045699510000000027", "045699510000000034"],
  crate: "04569951222009C1",
  box: "4569951BOX1",
  lot: "A1",
  run: "K7Q2",
  now: Date.UTC(2026, 10, 26, 1, 2, 3, 4),
};

/** As the ledger reads it; the form is judged, the signature is not. */
function read(payload: JsonObject, id = String(payload["sanchi:kind"])) {
  const header = {
    alg: "ES256",
    kid: toBase64Url(new Uint8Array(32)),
    seq: 0,
    typ: "sanchi-epcis",
  };
  const parts = [header, payload].map((part) => toBase64Url(utf8(canonical(part))));
  try {
    return readEvent([...parts, toBase64Url(new Uint8Array(64))].join("."));
  } catch (error) {
    throw new Error(`${id} ${canonical(payload)}`, { cause: error });
  }
}

const thing = (path: string): Thing => readCode(path) as Thing;
const step = (id: string): Step => STEPS.find((one) => one.id === id) as Step;
const LOT = thing(`/01/${WORLD.gtin}/10/A1`);
const UNIT = thing(`/00/${WORLD.units[0]}`);
const BOX = thing("/8004/4569951BOX1");
const label = (number: number, run = "K7Q2") =>
  thing(`/01/${WORLD.gtin}/21/${run}000${number}0123456789AB`);

/** As the phone keeps what it has logged. */
const entry = (payload: JsonObject, more: Partial<Entry> = {}): Entry => ({
  kid: "k",
  state: "committed",
  kind: "",
  title: "",
  payload,
  at: 0,
  releaseAt: 0,
  jws: null,
  eventId: null,
  commitBy: null,
  reason: null,
  detail: null,
  takesBack: null,
  takenBackBy: null,
  ...more,
});

test("every step makes an event of its kind that the wire format takes", () => {
  const logged = season(WORLD);
  for (const { id, payload } of logged) {
    const event = read(payload);
    assert.ok(event.row, id);
    assert.equal(event.row?.signer, "device");
  }
  const ids = logged.map(({ id }) => id).filter((id) => id !== "labels_printed");
  assert.deepEqual([...new Set(ids)].sort(), STEPS.map(({ id }) => id).sort());
});

test("an error declaration of every corrigible step is one too", () => {
  for (const { id, payload } of season(WORLD)) {
    const corrigible = rowOf(String(payload["sanchi:kind"]))?.corrigible;
    assert.equal(mayBeTakenBack(payload), corrigible, id);
    if (!corrigible) continue;
    const event = read(payload);
    const wrong = declaration(payload, event.id, WORLD.now + 5);
    assert.equal(read(wrong).corrects, event.id);
    assert.deepEqual(read(wrong).subjects, event.subjects);
    assert.equal(mayBeTakenBack(wrong), false);
  }
});

test("says when and where in the form that the wire format wants", () => {
  const payload = draft(
    "weeding",
    { quantityList: [] },
    {
      consortium: "aya-2026",
      organisation: WORLD.organisation,
      onBehalfOf: WORLD.partner,
      now: WORLD.now,
      offset: -210,
      uuid: "u",
    },
  );
  assert.equal(payload["eventTime"], "2026-11-26T01:02:03.004Z");
  assert.equal(payload["eventTimeZoneOffset"], "-03:30");
  assert.equal(payload["sanchi:onBehalfOf"], WORLD.partner);
  assert.equal(printOffset(540), "+09:00");
  assert.equal(printOffset(0), "+00:00");
});

test("a late entry keeps its own time apart from the phone's, and a day has no hour", () => {
  const late = (when: When) =>
    draft(
      "weeding",
      { quantityList: [] },
      {
        consortium: "aya-2026",
        organisation: WORLD.organisation,
        onBehalfOf: null,
        now: WORLD.now,
        offset: 540,
        uuid: "u",
        when,
      },
    );
  const hour = late({ at: WORLD.now - 3_600_000 });
  assert.equal(hour["eventTime"], "2026-11-26T00:02:03.004Z");
  assert.equal(hour["sanchi:precision"], "minute");
  assert.equal(hour["sanchi:loggedAt"], "2026-11-26T01:02:03.004Z");
  // Noon in Japan
  const day = late({ day: "2026-11-25" });
  assert.equal(day["eventTime"], "2026-11-25T03:00:00.000Z");
  assert.equal(day["sanchi:precision"], "day");
});

test("writes what was typed in one form of Unicode", () => {
  const payload = draft(
    "sowing",
    { "sanchi:variety": "か\u3099" },
    {
      consortium: "aya-2026",
      organisation: WORLD.organisation,
      onBehalfOf: null,
      now: WORLD.now,
      offset: 540,
      uuid: "u",
    },
  );
  assert.equal(payload["sanchi:variety"], "が");
});

test("reads every code of a farm and nothing else", () => {
  assert.equal(LOT.type, "lot");
  assert.equal(UNIT.type, "unit");
  assert.equal(BOX.type, "box");
  assert.equal(label(1).type, "package");
  assert.equal(thing(`/414/${WORLD.place}`).type, "place");
  const invited = readCode("https://sanchi.example/scan/#i=abcdefghijklmnopqrstuvwx");
  assert.deepEqual(invited?.type === "invitation" && invited.token, "abcdefghijklmnopqrstuvwx");
  for (const text of [
    "",
    "https://example.com/",
    "/01/04569951110017/10/A",
    "/01/04569951110016",
    "/01/04569951110016/21/short",
    "/8003/04569951222009",
    "/253/4569951000010",
    "javascript:alert(1)",
  ]) {
    assert.equal(readCode(text), null, text);
  }
});

test("the same thing has one id whatever the host and the scheme", () => {
  const one = readCode(`https://a.example/01/${WORLD.gtin}/10/A1`);
  const other = readCode(`HTTP://B.EXAMPLE/x/01/${WORLD.gtin}/10/A1?linkType=all`);
  assert.equal(one?.id, other?.id);
});

test("reads a crate's digits as they are printed", () => {
  assert.equal(readTyped("(00) 0 4569951 000000001 0")?.id, UNIT.id);
  assert.equal(readTyped("045699510000000010")?.id, UNIT.id);
  assert.equal(readTyped("045699510000000011"), null);
});

test("reads a cold box's number as it stands on its card, alone only where a box is asked for", () => {
  const box = "https://id.gs1.org/8004/4569953BOX1";
  for (const typed of ["/8004/4569953BOX1", "(8004) 4569953BOX1", "8004 4569953 BOX1"]) {
    assert.equal(readTyped(typed)?.id, box, typed);
  }
  assert.equal(readTyped("4569953BOX1"), null);
  assert.equal(readTyped("4569953BOX1", "box")?.id, box);
  assert.equal(readTyped("(8004) BOX1", "box"), null);
  assert.equal(
    readTyped("(8003) 04569951110016C1")?.id,
    "https://id.gs1.org/8003/04569951110016C1",
  );
});

test("forgives how keyboards write letters, digits and hyphens", () => {
  assert.equal(tidied(" ２６１１２６　"), "261126");
  assert.equal(tidied("ｋ７ｑ２ー０ｍｘ４"), "k7q2-0mx4");
  assert.equal(tidied("K7Q2−0MX4"), "K7Q2-0MX4");
  assert.ok(soundsLike("AY261126A", "ａｙ ２６１１２６−ａ"));
  assert.ok(!soundsLike("AY261126A", "AY261126B"));
  assert.equal(readTyped("０４５６９９５１　０００００００−０１０")?.id, UNIT.id);
  assert.equal(readTyped("（8004）4569953box1")?.id, "https://id.gs1.org/8004/4569953BOX1");
});

test("greens get neither medicine nor a second registration, and fish no seeds", () => {
  const offered = (goods: "plants" | "fish" | null, registered = true) =>
    stepsFor([LOT], ["grower", "fisher"], null, [])
      .filter((one) => suits(one, { goods, registered, foreign: false }, ["grower", "fisher"]))
      .map(({ id }) => id);
  for (const id of ["treatment", "stocking", "feeding", "slaughtered", "lot_commissioned"]) {
    assert.ok(!offered("plants").includes(id), id);
  }
  for (const id of ["sowing", "weeding", "soil_test"]) {
    assert.ok(!offered("fish").includes(id), id);
    assert.ok(offered("plants").includes(id) && offered(null).includes(id), id);
  }
  assert.ok(offered("fish").includes("treatment"));
  assert.ok(offered("plants", false).includes("lot_commissioned"));
});

test("on the lots of others a grower does nothing, and an inspector inspects", () => {
  const offered = (...roles: string[]) =>
    stepsFor([LOT], roles, null, [])
      .filter((one) => suits(one, { goods: null, registered: true, foreign: true }, roles))
      .map(({ id }) => id);
  assert.deepEqual(offered("grower"), []);
  assert.ok(offered("inspector").includes("lot_inspected_conformant"));
  assert.ok(offered("processor").includes("packed_lot"));
  assert.ok(!offered("grower", "processor").includes("harvested"));
});

test("other work always stands in the same order, whatever was suggested or used", () => {
  const ids = (suggested: string[] | null, used: string[]) =>
    inOrder(stepsFor([LOT], ["grower"], suggested, used)).map(({ id }) => id);
  assert.deepEqual(ids(["cooled", "graded"], ["weeding"]), ids(null, []));
});

test("of recalled goods what takes them back stands first", () => {
  const first = (of: Thing) =>
    recalledFirst(stepsFor([of], ["retailer"], ["sold", "shipped"], [])).map(({ kind }) => kind);
  assert.deepEqual(first(label(0)).slice(0, 2), ["package_returned", "package_destroyed"]);
  assert.deepEqual(first(UNIT).slice(0, 2).sort(), ["returned", "unit_destroyed"]);
});

const KNOWN: Known = { recalls: [], shipments: [], withdrawals: [], own: ["1"], day: "2026-11-27" };
const party = (gln: string) => ({ gln, name: null });

test("asks before recalled goods are handed on, and not before they come back", () => {
  const recall = {
    link: "l",
    lot: "A1",
    product: null,
    reason: null,
    recaller: party("2"),
    contact: null,
  };
  const asked = (id: string) =>
    questionsFor(step(id), { ...KNOWN, recalls: [recall] }).map((one) => one.id);
  for (const id of ["sold", "shipped", "packed", "packed_lot", "packed_unit", "loaded"]) {
    assert.deepEqual(asked(id), ["recalled"], id);
  }
  for (const id of ["returned", "package_returned", "unit_destroyed"]) {
    assert.deepEqual(asked(id), [], id);
  }
});

test("asks before somebody takes in what was sent to another, once", () => {
  const sent = { kind: "shipped" as const, from: party("2"), to: [party("3")] };
  const asked = (shipment: Shipment) =>
    questionsFor(step("received"), { ...KNOWN, shipments: [shipment] }).length;
  assert.equal(asked(sent), 1);
  assert.equal(asked({ ...sent, to: [party("1")] }), 0);
  assert.equal(asked({ ...sent, received: party("3") }), 0);
});

test("asks before a harvest while a medicine still has to wait, and names the latest", () => {
  const withdrawals = [
    { product: "A", end: "2026-11-30" },
    { product: "B", end: "2026-12-10" },
  ];
  const asked = (id: string, day: string) => questionsFor(step(id), { ...KNOWN, withdrawals, day });
  assert.deepEqual(asked("harvested", "2026-11-27"), [
    { id: "withdrawal", withdrawal: withdrawals[1] },
  ]);
  assert.equal(asked("harvested", "2026-12-10").length, 1);
  assert.equal(asked("harvested", "2026-12-11").length, 0);
  assert.equal(asked("feeding", "2026-11-27").length, 0);
});

test("a crate that comes back is no pallet", () => {
  const crate = thing(`/8003/${WORLD.crate}`);
  assert.throws(
    () => step("packed_unit").members([UNIT], { unit: crate, today: "2026-11-26" }),
    new WrongThing("notPallet"),
  );
});

test("knows what this phone itself has packed, bound and treated", () => {
  const logged = season(WORLD).map(({ payload }, id) => entry(payload, { id }));
  const newest = [...logged].reverse();
  const of = (kind: string) =>
    logged.find(({ payload }) => payload["sanchi:kind"] === kind)?.payload as JsonObject;
  const crate = String(of("packed")["parentID"]);
  const unit = (uri: string): Thing => ({ type: "unit", id: uri, uri, crate: false, day: null });
  const until = newest.slice(newest.findIndex(({ payload }) => payload === of("packed")));
  const held = ownOf(unit(crate), until);
  assert.equal(held.packed, true);
  assert.equal(
    held.contents.reduce((sum, one) => sum + one.packages, 0),
    2,
  );
  assert.equal(ownOf(label(0), newest).lot, LOT.id);
  assert.equal(ownOf(LOT, newest).withdrawals.length, 1);
  assert.deepEqual(
    ownOf(
      LOT,
      newest.map((one) => ({ ...one, state: "refused" })),
    ).withdrawals,
    [],
  );
});

test("a card on the wall names its step, by code", () => {
  assert.deepEqual(readCode("https://sanchi.example/scan/#do=shipped"), {
    type: "action",
    id: "action/shipped",
    kind: "shipped",
  });
});

test("what ends something stands last, whatever is suggested or was used, and asks why", () => {
  for (const thing of [LOT, UNIT, label(0)]) {
    const ids = stepsFor([thing], ["grower"], FINAL, FINAL).map(({ kind }) => kind);
    const first = ids.findIndex((kind) => FINAL.includes(kind));
    assert.ok(first > 0 && ids.slice(first).every((kind) => FINAL.includes(kind)), ids.join());
  }
  for (const kind of FINAL) {
    assert.ok(
      step(kind).fields.some(({ name }) => name === "reason"),
      kind,
    );
  }
});

test("does not ask for a variety that the lot has said", () => {
  const sowing = step("sowing");
  assert.equal(missing(sowing, prefilled(sowing, [LOT]))?.name, "variety");
  assert.equal(missing(sowing, prefilled(sowing, [LOT], { variety: "きよすみ" })), null);
});

test("says what was saved: how much, how many, of which lot", () => {
  const said = (id: string, nth = 0) => {
    const { payload } = season(WORLD).filter((one) => one.id === id)[nth] as {
      payload: JsonObject;
    };
    const told = { ...payload, eventTime: payload["sanchi:loggedAt"] ?? "" };
    const nameOf = () => "まちの八百屋";
    return saying(told, wordsOf("ja"), "ja", nameOf).join("・");
  };
  assert.equal(said("harvested"), "48.5 kg");
  assert.equal(said("labels_bound"), "2枚・ロット A1");
  assert.equal(said("packed"), "箱 …000027・2枚・ロット A1");
  assert.equal(said("shipped"), "まちの八百屋 へ");
  assert.equal(said("packed_unit"), "パレット …000034");
  assert.equal(said("labels_voided"), "1枚・あまり");
  assert.equal(said("feeding"), "EP・12 kg");
  assert.equal(said("cooled"), "真空・-1.5 ℃");
  assert.equal(said("lot_destroyed"), "3 kg・傷み");
  assert.equal(said("weeding"), "");
});

test("offers only what the roles may do, the server's suggestions first", () => {
  const ids = (roles: string[], suggested: string[] | null, used: string[] = []) =>
    stepsFor([LOT], roles, suggested, used).map(({ id }) => id);
  assert.deepEqual(ids(["carrier"], null), []);
  assert.equal(ids(["grower"], ["harvested", "cooled"])[0], "harvested");
  assert.equal(ids(["grower"], null, ["weeding"])[0], "weeding");
  assert.equal(ids(["grower"], ["harvested"], ["weeding"])[0], "harvested");
  assert.ok(!ids(["grower"], null).includes("feeding"));
  assert.deepEqual(ids(["inspector"], ["lot_inspected"]).slice(0, 2), [
    "lot_inspected_conformant",
    "lot_inspected_non_conformant",
  ]);
});

test("what was read together answers what a step asks", () => {
  const loading = step("loaded");
  assert.equal(missing(loading, prefilled(loading, [UNIT, BOX])), null);
  assert.equal(missing(loading, prefilled(loading, [UNIT]))?.name, "box");
  const binding = step("labels_bound");
  assert.equal(missing(binding, prefilled(binding, [label(0), label(2), LOT])), null);
  const packing = step("packed_lot");
  assert.equal(missing(packing, prefilled(packing, [LOT, UNIT]))?.name, "kg");
});

test("does not mix runs or products", () => {
  const binding = step("labels_bound");
  assert.throws(
    () => binding.members([label(0)], { last: label(1, "ZZZZ"), lot: LOT }),
    new WrongThing("another_run"),
  );
  const other = thing("/01/04569951110023/10/A1");
  assert.throws(
    () => binding.members([label(0)], { last: label(1), lot: other }),
    new WrongThing("another_product"),
  );
});

test("a GS1-128 is the thing that a QR code of the same keys is", () => {
  for (const [elements, path] of [
    [`(00)${WORLD.units[0]}`, `/00/${WORLD.units[0]}`],
    [`(01)${WORLD.gtin}(10)A1`, `/01/${WORLD.gtin}/10/A1`],
    [`(01)${WORLD.gtin}(17)261231(10)A1(3103)000500`, `/01/${WORLD.gtin}/10/A1`],
    [`(01)${WORLD.gtin}(10)A/1(b)`, `/01/${WORLD.gtin}/10/A%2F1(b)`],
    ["(8004)4569951BOX1", "/8004/4569951BOX1"],
  ] as const) {
    assert.deepEqual(readCode(elements), thing(path), elements);
    assert.deepEqual(readTyped(elements), thing(path), elements);
  }
  for (const none of [
    "(00)045699510000000011",
    `(00)${WORLD.units[0]}(01)${WORLD.gtin}`,
    "(10)A1",
    "()",
    `(01)${WORLD.gtin}`,
  ]) {
    assert.equal(readCode(none), null, none);
  }
});

test("a code that names only a product is known as such", () => {
  for (const code of ["4569951110016", WORLD.gtin, `(01)${WORLD.gtin}`, `/01/${WORLD.gtin}`]) {
    assert.ok(namesProductOnly(code), code);
    assert.equal(readCode(code), null, code);
  }
  for (const code of [
    "4569951110017",
    "12345",
    `(00)${WORLD.units[0]}`,
    `(01)${WORLD.gtin}(10)A1`,
    `/01/${WORLD.gtin}/10/A1`,
    "https://example.org/",
    "1Z999AA10123456784",
  ]) {
    assert.ok(!namesProductOnly(code), code);
  }
});

test("a weight ten times the usual is asked about, and one of tons where nothing is known", () => {
  assert.equal(isMuch(99_999, []), true);
  assert.equal(isMuch(1_200, []), false);
  assert.equal(isMuch(485, [48.5, 12]), false);
  assert.equal(isMuch(486, [48.5, 12]), true);
  // However large the last one was
  assert.equal(isMuch(10_000, [50_000]), true);
});

test("no key makes a number that can't be taken", () => {
  const typed = (keys: string) => [...keys].reduce((text, key) => pressed(text, key) ?? text, "");
  assert.equal(typed(".5"), "0.5");
  assert.equal(numberOf(typed("12.")), "12");
  assert.equal(typed("1.2345"), "1.234");
  assert.equal(typed("9999999"), "999999");
  assert.equal(typed("007"), "7");
  assert.equal(typed("12←3"), "13");
  assert.equal(numberOf(typed("±1.5")), "-1.5");
  assert.equal(numberOf(""), null);
  assert.equal(pressed("123456", "7"), null);
});
