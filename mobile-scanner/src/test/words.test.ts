import assert from "node:assert/strict";
import { test } from "node:test";
import { STEPS } from "../steps/steps.ts";
import easy from "../words/easy.json";
import en from "../words/en.json";
import ja from "../words/ja.json";

type Section = Record<string, Record<string, string>>;
const others: Record<string, Section> = { easy, en };

test("the dictionaries have the same words, none of them empty, with the same values in them", () => {
  const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [language, dictionary] of Object.entries(others)) {
    for (const [section, words] of Object.entries(ja)) {
      assert.deepEqual(Object.keys(dictionary[section] ?? {}), Object.keys(words), language);
      for (const [key, word] of Object.entries(words)) {
        const other = dictionary[section]?.[key] ?? "";
        assert.notEqual(other, "", `${language} ${key}`);
        assert.deepEqual(values(other), values(word), `${language} ${key}`);
      }
    }
  }
});

test("every step and every field has words", () => {
  for (const { id, fields } of STEPS) {
    assert.ok(id in ja.steps, id);
    for (const { type, name } of fields) {
      if (type === "number" || type === "choice" || type === "date")
        assert.ok(name in ja.fields, name);
    }
  }
  assert.deepEqual(Object.keys(ja.steps).sort(), STEPS.map(({ id }) => id).sort());
});

test("every choice that is offered has words", () => {
  const offered = STEPS.flatMap(({ fields }) => fields).flatMap((field) =>
    field.type === "choice" ? field.options.filter((one) => /[^ -~]/.test(one)) : [],
  );
  assert.deepEqual(Object.keys(ja.options).sort(), [...new Set(offered)].sort());
});

test("plain Japanese has no kanji", () => {
  for (const section of Object.values(easy)) {
    for (const word of Object.values(section)) assert.doesNotMatch(word, /[\u4e00-\u9fff]/);
  }
});

test("no Japanese was left in English", () => {
  for (const section of Object.values(en)) {
    for (const word of Object.values(section)) {
      assert.doesNotMatch(word, /[\u3040-\u30ff\u4e00-\u9fff]/);
    }
  }
});
