import assert from "node:assert/strict";
import { test } from "node:test";
import {
  GDTI,
  GLN,
  GTIN,
  LABEL,
  LOT,
  numberOf,
  POSITION,
  PREFIX,
  type Rule,
  SSCC,
} from "../numbers.ts";

/** What becomes of what somebody writes, and whether it will do. */
function written(rule: Rule, text: string): { text: string; good: boolean } {
  const tidy = rule.tidy(text);
  return { text: tidy, good: rule.fault(tidy) === null };
}

test("wide digits, spaces and hyphens are no fault of a number", () => {
  assert.equal(GLN.tidy("４５６９９５３ー０００００ー１"), "4569953000001");
  const gln = numberOf("gln", "4569953", 1) as string;
  const wide = [...gln].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  assert.deepEqual(written(GLN, ` ${wide.join(" ")} `), { text: gln, good: true });
  assert.deepEqual(written(GTIN, "04569951-110016"), { text: "04569951110016", good: true });
  assert.equal(SSCC.tidy("(00) 0 4569951 000000001 8"), "045699510000000018");
});

test("says which digit would check the others, and how many there are", () => {
  const gln = numberOf("gln", "4569953", 1) as string;
  const digit = (Number(gln.at(-1)) + 1) % 10;
  const fault = GLN.fault(gln.slice(0, -1) + digit);
  assert.ok(fault?.includes(gln.at(-1) as string), String(fault));
  assert.ok(GLN.fault(gln.slice(0, 12))?.includes("12"));
  assert.ok(PREFIX.fault("123") !== null);
  assert.equal(PREFIX.fault("4569953"), null);
  assert.ok(GTIN.fault("ABC") !== null);
});

test("names of lots are written as addresses can hold them", () => {
  assert.deepEqual(written(LOT, " ２６１１２６Ａ "), { text: "261126A", good: true });
  assert.equal(written(LOT, "にんじん1").good, false);
  assert.equal(written(LOT, "A".repeat(21)).good, false);
});

test("a label is named by its place or by its code, however that is written", () => {
  assert.equal(LABEL.tidy("２４"), "24");
  assert.equal(LABEL.tidy("k7q2−0mx4 "), "K7Q2-0MX4");
});

test("a position is what a map shows, and somewhere on earth", () => {
  assert.deepEqual(written(POSITION, "（31.9990， 131.2530）"), {
    text: "31.999,131.253",
    good: true,
  });
  assert.deepEqual(written(POSITION, "-33.86 151.2"), { text: "-33.86,151.2", good: true });
  assert.equal(written(POSITION, "131.2530, 131.2530").good, false);
  assert.equal(written(POSITION, "綾町").good, false);
});

test("a certificate's number begins with thirteen digits that check", () => {
  const body = numberOf("gdti", "4569953", 1) as string;
  assert.equal(written(GDTI, `${body}ABC-1`).good, true);
  assert.equal(written(GDTI, body.slice(0, 12)).good, false);
});
