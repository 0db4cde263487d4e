import assert from "node:assert/strict";
import { test } from "node:test";
import { proofFile, trustFile } from "../file-name.ts";

const NOON = new Date(2026, 10, 26, 12).getTime();

test("a download is named by the thing and the day", () => {
  const host = "https://sanchi.example";
  assert.equal(
    proofFile(`${host}/01/04569951110016/10/AY261125A/21/2MMF00036B1DSEW984HB`, NOON),
    "sanchi-04569951110016-2MMF00036B1DSEW984HB-2026-11-26.json",
  );
  assert.equal(
    proofFile("/01/04569951110016/10/AY261125A", NOON),
    "sanchi-04569951110016-AY261125A-2026-11-26.json",
  );
  assert.equal(
    proofFile("/00/045699510000000010", NOON),
    "sanchi-045699510000000010-2026-11-26.json",
  );
  assert.equal(trustFile("aya-demo", NOON), "sanchi-trust-aya-demo-2026-11-26.json");
});

test("nothing in a file's name leads elsewhere, whatever a lot is called", () => {
  assert.equal(
    proofFile("/01/04569951110016/10/A%2F..%2F%22B", NOON),
    "sanchi-04569951110016-A_..__B-2026-11-26.json",
  );
  assert.equal(proofFile("no link", NOON), "sanchi-2026-11-26.json");
});
