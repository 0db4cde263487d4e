import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fromBase64Url } from "../base64.ts";
import { canonical } from "../json.ts";
import { readTrust } from "../trust.ts";
import { type Freshness, verifyBundle } from "../verify.ts";
import { readVectors, VECTORS, type Vector } from "./vectors.ts";

const FOLDER = join(VECTORS, "bundles");
const read = (file: string): Uint8Array => readFileSync(join(FOLDER, file));

const vectors = readVectors(join("bundles", "bundles.json"));

for (const vector of vectors) {
  test(`bundle: ${vector.name.replaceAll("_", " ")}`, async () => {
    const trust = readTrust(read(vector.trust));
    const freshness = freshnessOf(vector);
    const { verdictBytes } = await verifyBundle(
      read(vector.bundle),
      trust,
      vector.subject,
      freshness,
    );
    assert.deepEqual(JSON.parse(verdictBytes), vector.verdict);
    assert.equal(verdictBytes, canonical(vector.verdict));
  });
}

test("every file of the bundle vectors is read", () => {
  const named = new Set(vectors.flatMap(({ bundle, trust }) => [bundle, trust]));
  const other = readdirSync(FOLDER).filter((file) => !named.has(file));
  assert.deepEqual(other, ["bundles.json"]);
});

function freshnessOf({ challenge, maxAgeMs, now }: Vector): Freshness {
  if (challenge !== undefined) return { challenge: fromBase64Url(challenge) };
  return maxAgeMs === undefined ? {} : { maxAgeMs, now };
}
