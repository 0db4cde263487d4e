import assert from "node:assert/strict";
import { test } from "node:test";
import table from "../../../../traceability-ear/kernel/src/main/resources/jp/sanchi/kernel/event/kinds.json";
import pages from "../../shared/words/ja.json";
import { QUIET } from "../facts.ts";
import ja from "../words/ja.json";

/** Types of the table whose values are no texts or numbers. */
const STRUCTURED = [
  "boolean",
  "claims",
  "jwk",
  "limits",
  "loturis",
  "members",
  "numbers",
  "serials",
  "uris",
];

test("every fact of the ledger that an office reads has words", () => {
  const known = { ...pages.members, ...ja.telling.members };
  const seen = new Set<string>();
  for (const { members } of Object.values(table.kinds)) {
    for (const [optional, type] of Object.entries<string>(members)) {
      const name = optional.replace("?", "");
      if (!name.startsWith("sanchi:") || QUIET.has(name.slice(7))) continue;
      if (STRUCTURED.includes(type)) continue;
      assert.ok(name in known, `${name}: ${type}`);
      seen.add(name);
    }
  }
  for (const name of Object.keys(ja.telling.members)) assert.ok(seen.has(name), name);
});
