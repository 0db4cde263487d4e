import assert from "node:assert/strict";
import { test } from "node:test";
import { gs1Value } from "../../shared/gs1.ts";
import { readSheet, writeCsv } from "../csv.ts";
import { readMessages } from "../event-stream.ts";
import { freeNumber, inRange, numberOf, randomUnit, trialPrefix } from "../numbers.ts";
import en from "../words/en.json";
import ja from "../words/ja.json";

test("numbers have right check digits and lie in their range", () => {
  for (const [kind, key] of [
    ["gln", "414"],
    ["gtin", "01"],
    ["sscc", "00"],
    ["gdti", "253"],
  ] as const) {
    for (const prefix of ["4569951", "456995111", trialPrefix()]) {
      const number = numberOf(kind, prefix, 7) as string;
      assert.equal(gs1Value(key, number), number);
      assert.ok(inRange(kind, number, [prefix]), number);
    }
  }
  assert.equal(gs1Value("00", randomUnit(["4569951"])).length, 18);
});

test("the first number that nobody uses is free, until the range is used up", () => {
  const first = numberOf("gtin", "45699511", 1) as string;
  assert.equal(freeNumber("gtin", ["45699511"], new Set()), first);
  assert.equal(freeNumber("gtin", ["45699511"], new Set([first])), numberOf("gtin", "45699511", 2));
  const all = Array.from({ length: 10 }, (_, n) => numberOf("gtin", "45699511100", n) as string);
  assert.equal(freeNumber("gtin", ["45699511100"], new Set(all)), "");
  assert.equal(freeNumber("gtin", [], new Set()), "");
});

test("a trial prefix is one that GS1 leaves to everybody's own use", () => {
  for (let i = 0; i < 50; i++) assert.match(trialPrefix(), /^2[0-9]{8}$/);
});

const cellsOf = (text: string) => readSheet(text).rows.map(({ cells }) => cells);

test("reads tables as spreadsheets write them", () => {
  assert.deepEqual(cellsOf('\uFEFFa,b\r\n"1,5","say ""hi"""\r\n\r\n'), [
    ["a", "b"],
    ["1,5", 'say "hi"'],
  ]);
  assert.deepEqual(cellsOf("a\tb\n1\t2"), [
    ["a", "b"],
    ["1", "2"],
  ]);
  assert.deepEqual(cellsOf('a;b\n"x\ny";2'), [
    ["a", "b"],
    ["x\ny", "2"],
  ]);
  assert.deepEqual(cellsOf(""), []);
});

test("both dictionaries say the same things, with the same places for values", () => {
  const leaves = (words: object, path = ""): [string, string][] =>
    Object.entries(words).flatMap(([name, value]) =>
      typeof value === "string"
        ? [[path + name, value] as [string, string]]
        : leaves(value, `${path}${name}.`),
    );
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  const english = new Map(leaves(en));
  for (const [path, text] of leaves(ja)) {
    assert.ok(english.has(path), path);
    assert.deepEqual(places(english.get(path) as string), places(text), path);
  }
  assert.equal(leaves(en).length, leaves(ja).length);
});

test("reads an event stream message by message, whatever the network cuts", () => {
  const whole =
    "event: open\r\nid: 7\r\ndata: 7\r\n\r\n: still here\n\nevent: changed\nid: 9\ndata: 9\n\n";
  for (let cut = 0; cut <= whole.length; cut++) {
    const first = readMessages(whole.slice(0, cut));
    const second = readMessages(first.rest + whole.slice(cut));
    assert.deepEqual(
      [...first.messages, ...second.messages],
      [
        { name: "open", id: "7" },
        { name: "changed", id: "9" },
      ],
    );
    assert.equal(second.rest, "");
  }
});

test("a sheet's cells become the text that a CSV would have", () => {
  const rows = [
    ["商品名", "gtin", "日付"],
    ['a "b", c', 4569951110016, new Date("2026-08-15T00:00:00Z")],
    [null, undefined, ""],
  ];
  assert.deepEqual(cellsOf(writeCsv(rows)), [
    ["商品名", "gtin", "日付"],
    ['a "b", c', "4569951110016", "2026-08-15"],
  ]);
});
