import assert from "node:assert/strict";
import { test } from "node:test";
import wireFormat from "../../../../traceability-ear/docs/wire-format.md?raw";
import table from "../../../../traceability-ear/kernel/src/main/resources/jp/sanchi/kernel/event/kinds.json";
import { wordsOf } from "../dictionaries.ts";
import shown from "../words/shown.json";
import { fill, wordFor } from "../words.ts";

const ja: Record<string, Record<string, string>> = wordsOf("ja");
const en: Record<string, Record<string, string>> = wordsOf("en");
const JAPANESE_ONLY = /[\u3040-\u30ff\u4e00-\u9fff]/;

/** The rows of the page's tables whose first heading is that. */
function rowsOf(heading: string): string[][] {
  const tables = wireFormat.split(/\n\n/).filter((block) => block.includes(`| ${heading} |`));
  return tables
    .flatMap((block) => block.split("\n"))
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1));
}

const codesIn = (cell = ""): string[] =>
  [...cell.matchAll(/`([a-z_0-9]+)`/g)].map(([, code]) => code as string);

test("both dictionaries have the same words, none of them empty", () => {
  assert.deepEqual(Object.keys(en), Object.keys(ja));
  for (const [section, words] of Object.entries(ja)) {
    assert.deepEqual(Object.keys(en[section] ?? {}), Object.keys(words), section);
    for (const [key, word] of Object.entries(words)) {
      assert.ok(word !== "" && en[section]?.[key] !== "", `${section} ${key}`);
    }
  }
});

test("both languages put the same values into a sentence", () => {
  const values = (text = "") => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [key, text] of Object.entries(ja["ui"] ?? {})) {
    assert.deepEqual(values(en["ui"]?.[key]), values(text), key);
  }
});

test("no Japanese was left in the English words", () => {
  const allowed = ["home", "language"];
  for (const [section, words] of Object.entries(en)) {
    for (const [key, word] of Object.entries(words)) {
      assert.ok(allowed.includes(key) || !JAPANESE_ONLY.test(word), `${section} ${key}: ${word}`);
    }
  }
});

test("every kind has words, and nothing else has", () => {
  assert.deepEqual(Object.keys(ja["kinds"] ?? {}).sort(), Object.keys(table.kinds).sort());
});

test("every finding of the wire format has words", () => {
  const findings = rowsOf("code").flatMap(([code]) => codesIn(code));
  assert.ok(findings.length >= 30, String(findings.length));
  assert.deepEqual(Object.keys(ja["findings"] ?? {}).sort(), findings.sort());
});

test("every check of the wire format has words, and so has every reason of one", () => {
  const rows = rowsOf("check");
  assert.deepEqual(
    Object.keys(ja["checks"] ?? {}),
    rows.flatMap(([check]) => codesIn(check)),
  );
  const reasons = rows.flatMap(([, failed, notChecked]) => [
    ...codesIn(failed),
    ...codesIn(notChecked),
  ]);
  // The other things that these cells name
  const others = ["run/", "statement", "bundle", "label", "path"];
  for (const reason of reasons.filter((code) => !others.includes(code))) {
    assert.ok(reason in (ja["reasons"] ?? {}), reason);
  }
  assert.ok(reasons.length > 40, String(reasons.length));
});

test("every member that pages show has words and is in the table of kinds", () => {
  // In the order in which pages show them, which the server reads from that list
  for (const { members } of [ja, en]) assert.deepEqual(Object.keys(members ?? {}), shown);
  const known = Object.values(table.kinds).flatMap(({ members }) =>
    Object.keys(members).map((name) => name.replace("?", "")),
  );
  const everywhere = ["quantity", "sanchi:note"];
  for (const name of shown) assert.ok(known.includes(name) || everywhere.includes(name), name);
});

test("a code without a word stands for itself, a value that is missing stays visible", () => {
  assert.equal(wordFor({ a: "b" }, "toString"), "toString");
  assert.equal(fill("{a} {b}", { a: 1 }), "1 {b}");
});
