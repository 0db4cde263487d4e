import assert from "node:assert/strict";
import { test } from "node:test";
import { printShortCode, shortCodeOfLabel } from "../../shared/short-code.ts";
import { numberOf } from "../numbers.ts";
import type { Run } from "../rights.ts";
import { labelled, wanted } from "../search.ts";

const GTIN = numberOf("gtin", "456995111", 1) as string;
const GLN = numberOf("gln", "456995111", 2) as string;
const SSCC = numberOf("sscc", "456995111", 3) as string;

const subjectsOf = (typed: string) => wanted(typed).subjects;

test("finds a case by its number, with or without what stands before it", () => {
  for (const typed of [SSCC, `00/${SSCC}`, `/00/${SSCC}`, `(00)${SSCC}`, `(00) ${SSCC}`]) {
    assert.deepEqual(subjectsOf(typed), [`sscc/${SSCC}`], typed);
  }
  assert.deepEqual(subjectsOf(`https://farm.example/00/${SSCC}?x=1`), [`sscc/${SSCC}`]);
});

test("thirteen digits may be a product, a place or an organisation", () => {
  assert.deepEqual(subjectsOf(GLN), [`product/0${GLN}`, `place/${GLN}`, `organisation/${GLN}`]);
  assert.deepEqual(subjectsOf(GTIN), [`product/${GTIN}`]);
  assert.deepEqual(subjectsOf(`01/${GTIN}`), [`product/${GTIN}`]);
  assert.deepEqual(subjectsOf(`414/${GLN}`), [`place/${GLN}`]);
});

test("takes links and the ledger's own names", () => {
  assert.deepEqual(subjectsOf(`/01/${GTIN}/10/A1`), [`lot/${GTIN}/A1`]);
  assert.deepEqual(subjectsOf(`lot/${GTIN}/A1`), [`lot/${GTIN}/A1`]);
  assert.deepEqual(subjectsOf(`(01)${GTIN}(10)A1`), [`lot/${GTIN}/A1`]);
  assert.deepEqual(subjectsOf(`253/${GLN}K1`), [`certificate/${GLN}K1`]);
  assert.deepEqual(subjectsOf(`${GLN}K1`), [`certificate/${GLN}K1`]);
  assert.equal(wanted("A".repeat(43)).event, "A".repeat(43));
});

test("a lot's name is looked up by its words, however wide they are written", () => {
  assert.equal(wanted("２６１１２６").words, "261126");
  assert.equal(wanted("小松菜").words, "小松菜");
  assert.deepEqual(subjectsOf("261126"), []);
});

test("finds the label whose code somebody has typed, and no other one", () => {
  const run = { gtin: GTIN, run: "MX18", labels: 40 } as Run;
  const code = shortCodeOfLabel(GTIN, "MX18", 24);
  const found = wanted(printShortCode(code).toLowerCase()).code;
  assert.ok(found);
  assert.equal(labelled(found, [run])?.number, 24);
  assert.equal(labelled({ ...found, check: found.check === "00" ? "11" : "00" }, [run]), null);
  assert.equal(labelled({ ...found, number: 40 }, [run]), null);
  assert.equal(labelled(found, [{ ...run, run: "MX19" }]), null);
});
