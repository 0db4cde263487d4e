import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBase64Url } from "../../shared/base64.ts";
import { wordsOf } from "../../shared/dictionaries.ts";
import { canonical, type Json } from "../../shared/json.ts";
import { readTrust } from "../../shared/trust.ts";
import { verifyBundle } from "../../shared/verify.ts";
import { tell } from "../telling.ts";

/*
 * Prints what this renderer tells of the kernel's bundles, a line each: for the test that compares
 * it with what the server's renderer tells.
 */

interface Case {
  bundle: string;
  challenge?: string;
  maxAgeMs?: number;
  name: string;
  now?: number;
  subject: string;
  trust: string;
}

const [folder = ""] = process.argv.slice(2);
const read = (file: string): Uint8Array => readFileSync(join(folder, file));
const cases: Case[] = JSON.parse(Buffer.from(read("bundles.json")).toString());

for (const { bundle, challenge, maxAgeMs, name, now, subject, trust } of cases) {
  const freshness = {
    ...(challenge === undefined ? {} : { challenge: fromBase64Url(challenge) }),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    ...(now === undefined ? {} : { now }),
  };
  const { verdict, evidence } = await verifyBundle(
    read(bundle),
    readTrust(read(trust)),
    subject,
    freshness,
  );
  const told: Json = {};
  for (const language of ["ja", "en"] as const) {
    const telling = evidence && tell(evidence, verdict, language, wordsOf(language));
    told[language] = telling as unknown as Json;
  }
  console.log(canonical({ name, told }));
}
