import { orNull } from "../shared/malformed.ts";
import { readStart, type Start } from "../shared/subject.ts";
import type { Trust } from "../shared/trust.ts";
import { type Evidence, type Freshness, type Verification, verifyFrom } from "../shared/verify.ts";
import { type Form, formOf } from "./form.ts";
import { ownStart } from "./own-subject.ts";
import { type Damage, locate, locateDamage } from "./place.ts";

/** What somebody wants to know of a proof. */
export interface Question {
  bundle: Uint8Array;
  trust: Trust;
  /** The scanned URL; null where only the file is there. */
  url: string | null;
  /** Of one's own, where the proof is an answer to it; it counts instead of the age. */
  challenge: Uint8Array | null;
  maxAgeMs: number | null;
  /** Milliseconds since 1970. */
  now: number;
}

/** How a proof that holds stands in time; only `fresh` tells of now. */
export type Age = "fresh" | "behind" | "undated" | "old" | "future";

/** A proof that holds, of what was asked for as far as somebody did. */
export interface Held {
  kind: "held";
  verification: Verification;
  evidence: Evidence;
  start: Start;
  age: Age;
  /** Whether its subject is that of a scanned URL. */
  compared: boolean;
}

/**
 * What is said of a proof. The verdict is the verifier's own: this only tells apart what is wrong with
 * the proof from what is wrong with the file, the trust list, the address or the time.
 */
export type Judgement =
  | Held
  | { kind: "no_proof"; form: Exclude<Form, "proof" | "damaged"> }
  /** There is no URL, and the file alone does not tell what it is about. */
  | { kind: "unnamed" }
  /** It holds, but of something else. */
  | { kind: "another"; asked: Start; held: Held }
  /** Signed by others than whom the trust list names; `openly` where it says so itself. */
  | { kind: "stranger"; verification: Verification; openly: boolean }
  | ({ kind: "broken"; verification: Verification } & Damage);

const OTHER_LEDGER = [
  "statement_chaincode",
  "statement_channel",
  "statement_consortium",
  "wrong_consortium",
];
/** The last where an authority of the same name has another key. */
const OTHER_SIGNERS = ["endorser_unknown", "certificate_not_trusted", "certificate_bad_signature"];

/** A URL that names no package, lot or unit throws {@link Malformed}. */
export async function judge(question: Question): Promise<Judgement> {
  const { bundle, trust, url } = question;
  const asked = url === null ? null : readStart(url);
  const form = formOf(bundle);
  if (form !== "proof" && form !== "damaged") return { kind: "no_proof", form };
  const own = ownStart(bundle, trust.consortium);
  const start = asked ?? own;
  if (form === "damaged") {
    const verification = await verifyFrom(bundle, trust, start ?? NOTHING);
    return { kind: "broken", verification, ...(await locateDamage(bundle, trust, start)) };
  }
  if (start === null) return { kind: "unnamed" };
  const first = await verify(question, start);
  if ("age" in first) return { ...first, compared: asked !== null };
  const isOther = own !== null && asked !== null && own.subject !== asked.subject;
  if (isOther) {
    const other = await verify(question, own);
    if ("age" in other) return { kind: "another", asked, held: other };
  }
  const { fault } = first;
  if (fault !== null) {
    const { check, reason } = fault;
    if (OTHER_LEDGER.includes(reason)) {
      return { kind: "stranger", verification: first, openly: true };
    }
    if (check === "endorsements" && OTHER_SIGNERS.includes(reason)) {
      return { kind: "stranger", verification: first, openly: false };
    }
  }
  const where = await locate(bundle, fault);
  return { kind: "broken", verification: first, where };
}

/** A start for a file that fails before anything is compared with it. */
const NOTHING: Start = {
  subject: "",
  type: "lot",
  gtin: "",
  lot: null,
  label: null,
  hash: null,
};

async function verify(
  { bundle, trust, challenge, maxAgeMs, now }: Question,
  start: Start,
): Promise<Held | Verification> {
  const freshness: Freshness =
    challenge !== null ? { challenge } : maxAgeMs !== null ? { maxAgeMs, now } : {};
  const verification = await verifyFrom(bundle, trust, start, freshness);
  const reason = verification.fault?.reason;
  if (reason === "statement_too_old" || reason === "statement_from_future") {
    // An age that somebody has set fails a proof, but says nothing against what it proves
    const dated = await verifyFrom(bundle, trust, start);
    const age = reason === "statement_too_old" ? "old" : "future";
    return held(dated, start, age, reason) ?? dated;
  }
  const open = verification.verdict.checks.find(({ check }) => check === "freshness")?.reason;
  const age = open === "no_challenge" ? "undated" : open === "tick_old" ? "behind" : "fresh";
  return held(verification, start, age) ?? verification;
}

function held(verification: Verification, start: Start, age: Age, reason?: string): Held | null {
  const { evidence, verdict } = verification;
  if (evidence === null) return null;
  const checks =
    reason === undefined
      ? verdict.checks
      : verdict.checks.map((one) => (one.check === "freshness" ? { ...one, reason } : one));
  return {
    kind: "held",
    verification: { ...verification, verdict: { ...verdict, checks } },
    evidence,
    start,
    age,
    compared: false,
  };
}

/** Whether a text is the address of something that has proofs. */
export const hasProof = (url: string): boolean => orNull(() => readStart(url)) !== null;
