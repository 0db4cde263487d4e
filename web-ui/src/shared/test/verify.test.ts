import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { readTrust } from "../trust.ts";
import { verifyBundle } from "../verify.ts";
import { komatsuna } from "./world.ts";

const challenge = new Uint8Array(32).fill(7);

test("a package's bundle passes", async () => {
  const { world, labels } = await komatsuna();
  const trust = readTrust(world.trustJson());
  const bytes = await world.bundle(labels.url(3), challenge, { label: labels.label(3) });
  const { verdict, verdictBytes } = await verifyBundle(bytes, trust, labels.url(3), { challenge });
  if (process.env["DUMP"]) {
    writeFileSync(`${process.env["DUMP"]}/bundle.json`, bytes);
    writeFileSync(`${process.env["DUMP"]}/trust.json`, world.trustJson());
    writeFileSync(`${process.env["DUMP"]}/url`, labels.url(3));
    writeFileSync(`${process.env["DUMP"]}/verdict`, verdictBytes);
  }
  console.log(verdictBytes);
  assert.equal(verdict.verdict, "passed");
});
