import assert from "node:assert/strict";
import { test } from "node:test";
import { learn, rubyOf } from "../../page/easy.ts";
import readings from "../../shared/words/ruby.json";
import easy from "../words/easy.json";
import en from "../words/en.json";
import ja from "../words/ja.json";

learn(readings);

const valuesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();

test("both languages have the same words and put the same values into them", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(ja).sort());
  for (const [key, text] of Object.entries(ja)) {
    const english = (en as Record<string, string>)[key] as string;
    assert.ok(text !== "" && english !== "", key);
    assert.deepEqual(valuesIn(english), valuesIn(text), key);
    assert.doesNotMatch(english, /[\u3040-\u30ff\u4e00-\u9fff]/, key);
  }
});

test("easy words are in place of others, with the same values, and can be read", () => {
  const unread = new Set<string>();
  for (const [key, text] of Object.entries(easy)) {
    const japanese = (ja as Record<string, string>)[key];
    assert.ok(japanese !== undefined, key);
    assert.deepEqual(valuesIn(text), valuesIn(japanese), key);
    for (const piece of rubyOf(text)) {
      if (typeof piece !== "string") continue;
      for (const kanji of piece.match(/[\u4e00-\u9fff]+/g) ?? []) unread.add(`${kanji} (${key})`);
    }
  }
  assert.deepEqual([...unread], []);
});
