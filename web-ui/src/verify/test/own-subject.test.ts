import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { utf8 } from "../../shared/bytes.ts";
import { readStart } from "../../shared/subject.ts";
import { readVectors, VECTORS, type Vector } from "../../shared/test/vectors.ts";
import { readTrust } from "../../shared/trust.ts";
import { verifyBundle, verifyFrom } from "../../shared/verify.ts";
import { ownStart } from "../own-subject.ts";

const read = (file: string): Uint8Array => readFileSync(join(VECTORS, "bundles", file));
const vectors = readVectors(join("bundles", "bundles.json"));
const good = vectors.filter(({ verdict }: Vector) => verdict.verdict !== "failed");

test("every good proof tells by itself what it is of, and is judged the same from there", async () => {
  let told = 0;
  let packages = 0;
  for (const { name, bundle, trust, subject } of good) {
    const bytes = read(bundle);
    const roots = readTrust(read(trust));
    const start = readStart(subject);
    const own = ownStart(bytes, roots.consortium);
    // One with a kind that is not known may hold more than its subject needs
    if (own === null) continue;
    told++;
    if (start.type === "package") packages++;
    const byUrl = await verifyBundle(bytes, roots, subject);
    const byItself = await verifyFrom(bytes, roots, own);
    if (own.subject !== start.subject) {
      // A unit and its only lot need the same histories, so it is a proof of either
      assert.deepEqual([own.type, start.type].sort(), ["lot", "unit"], name);
      assert.notEqual(byItself.evidence, null, name);
      continue;
    }
    assert.deepEqual(
      byItself.verdict.checks,
      byUrl.verdict.checks,
      `${name}: ${own.label?.number} for ${start.label?.number}`,
    );
    if (byUrl.evidence?.closure.inRun) assert.deepEqual(own.label, start.label, name);
  }
  assert.ok(told > good.length * 0.9, `${told} of ${good.length}`);
  assert.ok(packages > 20, String(packages));
});

test("what is no proof tells nothing", () => {
  assert.equal(ownStart(utf8("{}"), "aya"), null);
  assert.equal(ownStart(new Uint8Array(), "aya"), null);
});
