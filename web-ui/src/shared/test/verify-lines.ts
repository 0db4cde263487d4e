// Reads what the kernel's MutatedBundles wrote into a folder, bundles.jsonl and trusts.json, and writes
// one verdict a line. A Java test compares them with the kernel's, byte for byte.
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { utf8 } from "../bytes.ts";
import { readTrust } from "../trust.ts";
import { type Freshness, verifyBundle } from "../verify.ts";

interface Line {
  bundle: string;
  subject: string;
  challenge?: string;
  maxAgeMs?: number;
  now?: number;
  /** Which of trusts.json. */
  trust: number;
}

const folder = process.argv[2] as string;
const trusts = (JSON.parse(readFileSync(join(folder, "trusts.json"), "utf8")) as object[]).map(
  (trust) => readTrust(utf8(JSON.stringify(trust))),
);

const lines = createInterface({ input: createReadStream(join(folder, "bundles.jsonl")) });
for await (const text of lines) {
  const line: Line = JSON.parse(text);
  const freshness: Freshness = {};
  if (line.challenge !== undefined) freshness.challenge = Buffer.from(line.challenge, "base64url");
  if (line.maxAgeMs !== undefined) freshness.maxAgeMs = line.maxAgeMs;
  if (line.now !== undefined) freshness.now = line.now;
  const trust = trusts[line.trust];
  if (trust === undefined) throw new Error(`no trust ${line.trust}`);
  const { verdictBytes } = await verifyBundle(
    Buffer.from(line.bundle, "base64url"),
    trust,
    line.subject,
    freshness,
  );
  process.stdout.write(`${verdictBytes}\n`);
}
