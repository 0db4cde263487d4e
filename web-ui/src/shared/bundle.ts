import { fromBase64Url, fromHash, toBase64Url } from "./base64.ts";
import { idOfEvent } from "./event.ts";
import {
  BUNDLE_LIMITS,
  hasMembers,
  isCount,
  isObject,
  type Json,
  type JsonObject,
  readCanonical,
} from "./json.ts";
import { Malformed } from "./malformed.ts";
import { sha256 } from "./sha256.ts";
import { ascending } from "./text-order.ts";

/** A bundle whose form is right; nothing in it is verified: section 11. */
export interface Bundle {
  documents: { hash: string; bytes: Uint8Array }[];
  /** Compact JWS. */
  events: string[];
  /** Of each event, what it is sorted by. */
  ids: string[];
  histories: { subject: string; entries: { index: number; recordTime: number }[] }[];
  label: { hash: Uint8Array; path: Uint8Array[] } | null;
  readings: { subject: string; event: string; leaves: Uint8Array[] }[] | null;
  endorsements: { endorser: Uint8Array; signature: Uint8Array }[];
  challengePath: { index: number; size: number; path: Uint8Array[] } | null;
  response: Uint8Array;
}

/** A statement answers at most so many challenges. */
const MAX_CHALLENGES = 1024;

const malformed = (): never => {
  throw new Malformed("bundle_malformed");
};
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : malformed());
const text = (value: Json | undefined): string => (typeof value === "string" ? value : malformed());
const count = (value: Json | undefined): number => (isCount(value) ? value : malformed());
const hashes = (value: Json | undefined): Uint8Array[] =>
  list(value).map((item) => fromHash(text(item)));

function bytes(value: Json | undefined): Uint8Array {
  const given = text(value);
  return given === "" ? malformed() : fromBase64Url(given);
}

function tuple(value: Json | undefined, length: number): Json[] {
  const items = list(value);
  return items.length === length ? items : malformed();
}

function object(value: Json | undefined, ...names: string[]): JsonObject {
  return isObject(value) && hasMembers(value, ...names) ? value : malformed();
}

function inOrder(keys: string[]): void {
  if (!ascending(keys)) malformed();
}

export function readBundle(input: Uint8Array): Bundle {
  const json = object(
    readCanonical(input, BUNDLE_LIMITS),
    "documents",
    "events",
    "format",
    "histories",
    "label",
    "readings",
    "statement",
  );
  if (json["format"] !== "sanchi-bundle-v0") malformed();
  const statement = object(json["statement"], "endorsements", "path", "response");

  const documents = list(json["documents"]).map((item) => {
    const document = bytes(item);
    return { hash: toBase64Url(sha256(document)), bytes: document };
  });
  inOrder(documents.map(({ hash }) => hash));

  const events = list(json["events"]).map(text);
  const ids = events.map(idOfEvent);
  inOrder(ids);

  const histories = list(json["histories"]).map((item) => {
    const [subject, entries] = tuple(item, 2);
    return { subject: text(subject), entries: list(entries).map(entry) };
  });
  function entry(item: Json): { index: number; recordTime: number } {
    const [index, recordTime] = tuple(item, 2).map(count) as [number, number];
    return index < events.length ? { index, recordTime } : malformed();
  }
  inOrder(histories.map(({ subject }) => subject));

  const endorsements = list(statement["endorsements"]).map((item) => {
    const [endorser, signature] = tuple(item, 2);
    return { key: text(endorser), endorser: bytes(endorser), signature: bytes(signature) };
  });
  inOrder(endorsements.map(({ key }) => key));

  return {
    documents,
    events,
    ids,
    histories,
    label: json["label"] === null ? null : readLabel(json["label"]),
    readings: json["readings"] === null ? null : readReadings(json["readings"]),
    endorsements,
    challengePath: statement["path"] === null ? null : readPath(statement["path"]),
    response: bytes(statement["response"]),
  };
}

function readLabel(value: Json | undefined): Bundle["label"] {
  const [hash, path] = tuple(value, 2);
  return { hash: fromHash(text(hash)), path: hashes(path) };
}

function readReadings(value: Json | undefined): Bundle["readings"] {
  const readings = list(value).map((item) => {
    const [subject, event, leaves] = tuple(item, 3);
    fromHash(text(event));
    return { subject: text(subject), event: text(event), leaves: list(leaves).map(bytes) };
  });
  if (readings.length === 0) malformed();
  // No text of a subject holds a NUL, so pairs are ordered as their texts around one.
  inOrder(readings.map(({ subject, event }) => `${subject}\0${event}`));
  return readings;
}

function readPath(value: Json | undefined): Bundle["challengePath"] {
  const [index, size, path] = tuple(value, 3);
  const at = { index: count(index), size: count(size), path: hashes(path) };
  return at.index < at.size && at.size <= MAX_CHALLENGES ? at : malformed();
}
