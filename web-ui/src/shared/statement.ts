import { fromBase64Url, fromHash } from "./base64.ts";
import { latin } from "./der.ts";
import { readEndorsed } from "./fabric.ts";
import { hasMembers, isCount, isObject, type JsonObject, readCanonical } from "./json.ts";
import { Malformed } from "./malformed.ts";
import { readSubject } from "./subject.ts";
import { ascending } from "./text-order.ts";

/** What the ledger said of its histories: section 10. */
export interface Statement {
  status: number;
  chaincode: string;
  challenge: Uint8Array;
  channel: string;
  consortium: string;
  /** By subject, how many events its history has and the head, b64u. */
  heads: Map<string, { count: number; head: string }>;
  tick: number;
  time: number;
}

const PREFIX = "sanchi.statement.v1\n";
const LIMITS = { bytes: 1 << 20, depth: 16 };
const MAX_SUBJECTS = 4096;
/** The head of a history without events: 32 zero bytes. */
const NO_EVENTS = "A".repeat(43);
const MEMBERS = ["challenge", "channel", "consortium", "subjects", "tick", "time"];

const malformed = (): never => {
  throw new Malformed("statement_malformed");
};

/** Reads a ProposalResponsePayload and the statement in it, whatever its status. */
export function readStatement(response: Uint8Array): Statement {
  const { status, chaincode, payload } = readEndorsed(response);
  if (latin(payload.subarray(0, PREFIX.length)) !== PREFIX) malformed();
  const json = readCanonical(payload.subarray(PREFIX.length), LIMITS);
  if (!isObject(json) || !hasMembers(json, ...MEMBERS)) return malformed();
  return { status, chaincode, ...read(json) };
}

function read(json: JsonObject): Omit<Statement, "status" | "chaincode"> {
  const { channel, consortium, subjects, tick, time } = json;
  const given = json["challenge"];
  if (typeof given !== "string" || typeof channel !== "string" || typeof consortium !== "string") {
    return malformed();
  }
  const challenge = fromBase64Url(given);
  if (challenge.length < 16 || challenge.length > 64) malformed();
  if (!isCount(tick) || !isCount(time)) return malformed();
  if (!Array.isArray(subjects) || subjects.length > MAX_SUBJECTS) return malformed();
  const heads: Statement["heads"] = new Map();
  for (const item of subjects) {
    const [subject, count, head, ...more] = Array.isArray(item) ? item : [];
    if (typeof subject !== "string" || typeof head !== "string" || more.length > 0) {
      return malformed();
    }
    if (!isCount(count)) return malformed();
    readSubject(subject);
    fromHash(head);
    if (count === 0 && head !== NO_EVENTS) return malformed();
    heads.set(subject, { count, head });
  }
  if (heads.size !== subjects.length || !ascending([...heads.keys()])) malformed();
  return { challenge, channel, consortium, heads, tick, time };
}
