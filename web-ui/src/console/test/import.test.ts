import assert from "node:assert/strict";
import { test } from "node:test";
import { readSheet } from "../csv.ts";
import { readDay, yearsBetween } from "../days.ts";
import { kilogramsIn, readLots, readProducts } from "../imports.ts";
import { numberOf } from "../numbers.ts";
import type { Product } from "../rights.ts";
import { readText } from "../sheet-file.ts";
import { words } from "../state.ts";

const TODAY = "2026-11-26";
const PREFIX = "456995111";
const GTIN = numberOf("gtin", PREFIX, 1) as string;
const GLN = numberOf("gln", PREFIX, 2) as string;

const product = (n: number, ja: string): Product => ({
  defaults: null,
  document: null,
  gtin: numberOf("gtin", PREFIX, n) as string,
  lots: 0,
  name: { ja, en: `Product ${n}` },
  photo: null,
});
const PRODUCTS = [product(1, "小松菜 200g 袋"), product(2, "にんじん"), product(3, "にんじん")];
const PLACES = [{ area: null, gln: GLN, name: { ja: "高岡の畑", en: "Takaoka" }, position: null }];

const BOTH = { withDefaults: true, harvests: true };
const lots = (
  text: string,
  options: Parameters<typeof readLots>[4] = BOTH,
  products: Product[] = PRODUCTS,
) => readLots(text, products, PLACES, TODAY, options);
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
    read.rows.map(({ number, product, lot, place, day, kilograms, faults }) => [
      number,
      product?.gtin,
      lot,
      place?.gln,
      day,
      kilograms,
      faults,
    ]),
    [[5, GTIN, "KO1", GLN, "2026-10-01", 60, []]],
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
  assert.deepEqual(read.ignored, []);
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

test("takes an amount for a harvest only where it says that it is a weight", () => {
  for (const [text, heading, kilograms] of [
    ["12.5", "収穫量（kg）", 12.5],
    ["１２．５キロ", "量", 12.5],
    ["1,200", "数量 kg", 1200],
    ["1.2 t", "量", 1200],
    ["800g", "量", 0.8],
    ["3", "量（トン）", 3000],
    ["12", "量", null],
    ["30 袋", "量（kg）", null],
    ["0", "量（kg）", null],
    ["", "量（kg）", null],
  ] as const) {
    assert.equal(kilogramsIn(text, heading), kilograms, `${text} ${heading}`);
  }
  const [weighed, bare] = lots(
    `GTIN,ロット,場所,収穫日,量\n${GTIN},A1,高岡の畑,2026/10/1,12 kg\n${GTIN},A2,高岡の畑,2026/10/1,12\n`,
  ).rows;
  assert.equal(weighed?.kilograms, 12);
  assert.equal(weighed?.cells[7], "12");
  assert.equal(bare?.kilograms, null);
  assert.deepEqual([bare?.faults, bare?.note, bare?.unused], [[], w.noWeight, true]);
  assert.equal(weighed?.unused, false);
  // Whoever has the sheet may say what its bare numbers are
  const said = lots(`GTIN,ロット,場所,水揚げ日,水揚げ量\n${GTIN},A1,高岡の畑,2026/10/1,"2,140"\n`, {
    ...BOTH,
    bareAreKilograms: true,
  });
  assert.deepEqual(
    [said.ignored, said.rows[0]?.kilograms, said.rows[0]?.unused],
    [[], 2140, false],
  );
  const landed = lots(`GTIN,ロット,場所,水揚げ日,水揚げ量(kg)\n${GTIN},A1,高岡の畑,2026/10/1,82\n`);
  assert.equal(landed.rows[0]?.kilograms, 82);
  assert.equal(kilogramsIn("12 袋", "量", true), null);
  // A shop's amounts are no harvest
  const shop = lots(`GTIN,ロット,場所,日付,量\n${GTIN},A1,高岡の畑,2026/10/1,12 kg\n`, {
    ...BOTH,
    harvests: false,
  });
  assert.deepEqual(shop.ignored, ["量"]);
  assert.equal(shop.rows[0]?.kilograms, null);
});

test("shows all that is signed, also what the product adds", () => {
  const [first] = PRODUCTS as [Product];
  const defaults = { minimum: "0", maximum: "10", origin: "宮崎県", variety: "きよすみ" };
  const sheet = `GTIN,ロット,場所,日付,産地\n${GTIN},A1,高岡の畑,2026/10/1,鹿児島県\n`;
  const [row] = lots(sheet, BOTH, [{ ...first, defaults }]).rows;
  assert.deepEqual(row?.cells.slice(4, 6), ["鹿児島県", "きよすみ"]);
  assert.match(row?.cells[8] ?? "", /0.+10.+0/);
  assert.deepEqual(row?.defaults, { ...defaults, origin: "鹿児島県" });
  const [plain] = lots(sheet, { ...BOTH, withDefaults: false }, [{ ...first, defaults }]).rows;
  assert.deepEqual(plain?.cells.slice(4), ["鹿児島県", "", "", "", "", ""]);
  assert.deepEqual(plain?.defaults, { origin: "鹿児島県" });
});

test("a date of years ago is taken, and pointed at", () => {
  const [row] = lots(`GTIN,ロット,場所,日付\n${GTIN},A1,高岡の畑,2019/12/31\n`).rows;
  assert.deepEqual(row?.faults, []);
  assert.equal(row?.note, w.longAgo.replace("{years}", "6"));
  assert.equal(yearsBetween("2025-11-27", TODAY), 0);
  assert.equal(yearsBetween("2025-11-26", TODAY), 1);
});

test("takes no PDF, picture or old workbook for text, and Excel's own text as it is", async () => {
  for (const begin of ["%PDF-1.7\n%", "\u0089PNG\r\n\u001a\n\u0000", "\u00d0\u00cf\u0011\u00e0"]) {
    const bytes = Uint8Array.from(begin, (one) => one.charCodeAt(0));
    await assert.rejects(readText(new Blob([bytes])));
  }
  const wide = Uint8Array.from([
    0xff,
    0xfe,
    ...[..."量\t1"].flatMap((one) => [one.charCodeAt(0) & 255, one.charCodeAt(0) >> 8]),
  ]);
  assert.equal(await readText(new Blob([wide])), "量\t1");
});
