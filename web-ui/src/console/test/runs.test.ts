import assert from "node:assert/strict";
import { test } from "node:test";
import { readSerial } from "../../shared/serial.ts";
import { printShortCode, shortCodeOfLabel } from "../../shared/short-code.ts";
import { freeSpans, newSerials, readNumber } from "../runs.ts";

const RUN = { gtin: "04569951110016", run: "K7Q2", labels: 30 };
const use = (name: "bound" | "packed" | "voided", first: number, last: number) => ({
  use: name,
  first,
  last,
  lot: null,
  unit: null,
});

test("every serial names its run and number, and no two share their secret", () => {
  const serials = newSerials("K7Q2", 500);
  serials.forEach((serial, number) => {
    assert.deepEqual(readSerial(serial), { run: "K7Q2", number });
  });
  assert.equal(new Set(serials.map((serial) => serial.slice(8))).size, 500);
});

test("what is bound or void is not free, what is only packed is bound anyway", () => {
  assert.deepEqual(freeSpans({ labels: 30, uses: [] }), [{ first: 0, last: 29 }]);
  assert.deepEqual(freeSpans({ labels: 30, uses: [use("bound", 5, 9), use("packed", 5, 9)] }), [
    { first: 0, last: 4 },
    { first: 10, last: 29 },
  ]);
  assert.deepEqual(freeSpans({ labels: 10, uses: [use("bound", 0, 4), use("voided", 5, 9)] }), []);
});

test("a label is named by its short code, however typed, or by its place in the run", () => {
  const code = printShortCode(shortCodeOfLabel(RUN.gtin, RUN.run, 12));
  assert.equal(readNumber(code, RUN), 12);
  assert.equal(readNumber(code.toLowerCase().replace("-", " "), RUN), 12);
  assert.equal(readNumber("1", RUN), 0);
  assert.equal(readNumber("30", RUN), 29);
});

test("a code of another run or product, or beyond the run, names no label of it", () => {
  const other = (gtin: string, run: string, number: number) =>
    readNumber(printShortCode(shortCodeOfLabel(gtin, run, number)), RUN);
  assert.equal(other(RUN.gtin, "K7Q3", 12), null);
  assert.equal(other("04569951110023", RUN.run, 12), null);
  assert.equal(other(RUN.gtin, RUN.run, 30), null);
  assert.equal(readNumber("0", RUN), null);
  assert.equal(readNumber("31", RUN), null);
  assert.equal(readNumber("", RUN), null);
});
