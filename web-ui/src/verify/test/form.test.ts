import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { utf8 } from "../../shared/bytes.ts";
import { readFingerprint } from "../../shared/fingerprint.ts";
import { VECTORS } from "../../shared/test/vectors.ts";
import { formOf } from "../form.ts";

const read = (file: string): Uint8Array => readFileSync(join(VECTORS, "bundles", file));
const proof = read("the_smallest_package.json");

test("a proof is told from files that are none", () => {
  assert.equal(formOf(proof), "proof");
  assert.equal(formOf(new Uint8Array()), "empty");
  assert.equal(formOf(read("trust.json")), "trust");
  for (const text of ["hello", "{}", "[1]", "<!doctype html>", "null", '{"format":"x"}']) {
    assert.equal(formOf(utf8(text)), "other", text);
  }
  assert.equal(formOf(Uint8Array.of(0xff, 0xfe, 0)), "other");
});

test("a download that stopped is called so, wherever it stopped", () => {
  for (const length of [1, 12, 20, 500, proof.length - 3, proof.length - 1]) {
    assert.equal(formOf(proof.subarray(0, length)), "cut", String(length));
  }
});

test("a proof of a later form is not called broken, a broken one not harmless", () => {
  const text = new TextDecoder().decode(proof);
  assert.equal(formOf(utf8(text.replace("sanchi-bundle-v0", "sanchi-bundle-v1"))), "newer");
  assert.equal(formOf(utf8(text.replace('"readings":', '"readingz":'))), "damaged");
  // As an editor writes it that was asked to make it pretty
  assert.equal(formOf(utf8(JSON.stringify(JSON.parse(text), null, 2))), "damaged");
});

test("a fingerprint is read as people write it, and a part of one is none", () => {
  const whole = "6a72".repeat(16);
  const state = (text: string) => readFingerprint(text).state;
  for (const text of [
    whole,
    whole.toUpperCase(),
    "６ａ７２".repeat(16),
    " 6a72".repeat(16),
    `${"6a:72:".repeat(15)}6a-72`,
  ]) {
    assert.deepEqual(readFingerprint(text), { state: "whole", fingerprint: whole }, text);
  }
  assert.equal(state(" "), "none");
  assert.deepEqual(readFingerprint("6a72"), { state: "malformed", length: 4 });
  assert.deepEqual(readFingerprint(`${whole}0`), { state: "malformed", length: 65 });
  assert.deepEqual(readFingerprint(`${whole.slice(1)}g`), { state: "malformed", length: null });
});
