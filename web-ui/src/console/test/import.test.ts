import assert from "node:assert/strict";
import { test } from "node:test";
import { readSheet } from "../csv.ts";
import { readDay } from "../days.ts";
import { readLots, readProducts } from "../imports.ts";
import { numberOf } from "../numbers.ts";
import { words } from "../state.ts";

const TODAY = "2026-11-26";
const PREFIX = "456995111";
const GTIN = numberOf("gtin", PREFIX, 1) as string;
const GLN = numberOf("gln", PREFIX, 2) as string;

const product = (n: number, ja: string) => ({
  defaults: null,
  document: null,
  gtin: numberOf("gtin", PREFIX, n) as string,
  lots: 0,
  name: { ja, en: `Product ${n}` },
  photo: null,
});
const PRODUCTS = [product(1, "小松菜 200g 袋"), product(2, "にんじん"), product(3, "にんじん")];
const PLACES = [{ area: null, gln: GLN, name: { ja: "高岡の畑", en: "Takaoka" }, position: null }];

const lots = (text: string) => readLots(text, PRODUCTS, PLACES, TODAY);
const w = words.value.import;

test("reads a day however people in Japan write it", () => {
  for (const [text, day] of [
    ["2026/10/1", "2026-10-01"],
    ["2026-10-1", "2026-10-01"],
    ["2026年10月19日", "2026-10-19"],
    ["2026年10月19日（月）", "2026-10-19"],
    ["令和8年10月6日", "2026-10-06"],
    ["令和元年5月1日", "2019-05-01"],
    ["R8.10.5", "2026-10-05"],
    ["20261008", "2026-10-08"],
    ["2026.10.22", "2026-10-22"],
    ["26/10/23", "2026-10-23"],
    ["２０２６／１０／９", "2026-10-09"],
    ["2026/10/1 0:00:00", "2026-10-01"],
    ["46296", "2026-10-01"],
    ["2024-02-29", "2024-02-29"],
  ] as const) {
    assert.deepEqual(readDay(text, TODAY), { day, yearGuessed: false }, text);
  }
});

test("a day without its year is the last one, and says so", () => {
  assert.deepEqual(readDay("10/7", TODAY), { day: "2026-10-07", yearGuessed: true });
  assert.deepEqual(readDay("12月7日", TODAY), { day: "2025-12-07", yearGuessed: true });
  assert.deepEqual(readDay("2/29", TODAY), { day: "2024-02-29", yearGuessed: true });
});

test("takes no day for another one", () => {
  for (const text of [
    "",
    "きのう",
    "2026-02-30",
    "2026/13/1",
    "10/1/2026",
    "123",
    "8.10.5",
    "0/0",
  ]) {
    assert.equal(readDay(text, TODAY), null, text);
  }
});

test("reads a grower's own sheet: titles above, other words, sums below", () => {
  const read = lots(
    [
      "もり農園 収穫台帳,,,,",
      "2026年度,,,,",
      ",,,,",
      "収穫日,品名,圃場,ロット番号,数量（kg）",
      "2026/10/1,小松菜　２００ｇ 袋,高岡の畑,ＫＯ１,60",
      "例: 2026/10/1,小松菜,高岡の畑,X,1",
      "合計,,,,60",
    ].join("\n"),
  );
  assert.deepEqual(
    read.rows.map(({ number, product, lot, place, day, faults }) => [
      number,
      product?.gtin,
      lot,
      place?.gln,
      day,
      faults,
    ]),
    [[5, GTIN, "KO1", GLN, "2026-10-01", []]],
  );
  assert.deepEqual(
    read.skipped.map(({ number, why }) => [number, why]),
    [
      [1, "above"],
      [2, "above"],
      [6, "example"],
      [7, "sum"],
    ],
  );
  assert.deepEqual(read.ignored, ["数量（kg）"]);
  assert.deepEqual(read.absent, []);
});

test("a row without a date is wrong, and so is one that is still to come", () => {
  const read = lots(
    `gtin,lot,place,date\n${GTIN},A1,高岡の畑,\n${GTIN},A2,高岡の畑,2027/01/01\n${GTIN},A3,${GLN},${TODAY}`,
  );
  assert.deepEqual(
    read.rows.map(({ faults }) => faults),
    [[w.noDate], [w.future], []],
  );
});

test("says everything that is wrong with a row at once", () => {
  const [row] = lots("商品名,ロット,場所,日付\nだいこん,あ,うらの畑,いつか\n").rows;
  assert.deepEqual(row?.faults, [w.unknownName, w.badLot, w.unknownPlace, w.badDate]);
  assert.equal(row?.subject, "");
});

test("a name that two products have says nothing, nor does a number that Excel has rounded", () => {
  const read = lots(
    "商品名,gtin,ロット,場所,日付\nにんじん,,A,高岡の畑,2026/10/1\n,4.56995E+12,A,高岡の畑,2026/10/1\n",
  );
  assert.deepEqual(
    read.rows.map(({ faults }) => faults),
    [[w.twoProducts], [w.exponent]],
  );
});

test("names the row that has the same lot", () => {
  const read = lots(
    `gtin,lot,place,date\n${GTIN},A1,${GLN},2026/10/1\n${GTIN},A1,${GLN},2026/10/2\n`,
  );
  assert.equal(read.rows[0]?.faults.length, 0);
  assert.match(read.rows[1]?.faults[0] ?? "", /2/);
});

test("a sheet without headings is no sheet, and one without a column says which", () => {
  assert.equal(lots("a,b\n1,2\n").headed, false);
  assert.deepEqual(lots(`gtin,lot,place\n${GTIN},A1,${GLN}\n`).absent, [w.heads.date]);
});

test("a quotation mark that nobody closes is found in its row, and swallows nothing silently", () => {
  const sheet = readSheet('商品名,ロット\na,1\n"b,2\nc,3\n');
  assert.equal(sheet.unclosed, 3);
  assert.deepEqual(
    sheet.rows.map(({ number }) => number),
    [1, 2],
  );
  assert.equal(readSheet("a,b\n").unclosed, null);
});

test("products get a free number where they have none; one that is used is refused", () => {
  const read = readProducts(
    `品名,JANコード\nかぶ,\nかぶ,\n大根,${GTIN.slice(1)}\n人参,${GTIN.slice(0, -1)}0\n`,
    PRODUCTS,
    [PREFIX],
  );
  const [turnip, again, radish, wrong] = read.rows;
  assert.equal(turnip?.gtin, numberOf("gtin", PREFIX, 4));
  assert.equal(again?.faults.length, 1);
  assert.deepEqual(radish?.faults, [w.known]);
  assert.equal(wrong?.faults.length, 1);
});
