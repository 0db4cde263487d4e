import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { JsonObject } from "../shared/json.ts";

/** A key of this browser, and what it may sign. */
export interface Identity {
  kid: string;
  consortium: string;
  /** Not extractable: it can sign here and nowhere else. */
  key: CryptoKey;
  jwk: JsonObject;
  /** How many events it has signed. */
  seq: number;
  /** The server's key, as it was when this one was made: 65 bytes. */
  serverPoint: Uint8Array<ArrayBuffer>;
  /** By MSP id, DER in base64: of a member's administrator. Null for an organisation's. */
  certificates: Record<string, string> | null;
  /** GLN; null for a member's administrator. */
  organisation: string | null;
  /** What the organisation is called, for the login and the head of the page. */
  name: Record<string, string> | null;
  /** The proof that goes with an offer that nobody has answered yet. */
  offer: { token: string; proof: string } | null;
}

/** The serials of a printed run: secrets of the labels, which no server keeps. */
export interface PrintedRun {
  /** `{gtin}/{run}` */
  id: string;
  gtin: string;
  run: string;
  serials: string[];
  printedAt: number;
  /** What was ordered to stand on them in words; runs that older versions printed don't have it. */
  paper?: Paper;
  /** Of it, what stands on none of them, since no paper that they were printed on had room for it. */
  notPrinted?: string[];
}

/** The lot that stands in words on labels of a run, and binds them to it; undefined where none does. */
export const printedLot = (run: PrintedRun | undefined): string | undefined =>
  run?.notPrinted?.includes("lot") ? undefined : run?.paper?.lot;

/** What stands in words on a label or a card, and on which paper. */
export interface Paper {
  format: string;
  lot?: string;
  place?: string;
  harvested?: string;
  useBy?: string;
  bestBefore?: string;
  mark?: string;
}

interface Schema extends DBSchema {
  identity: { key: string; value: Identity };
  run: { key: string; value: PrintedRun };
  setting: { key: string; value: unknown };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

export function store(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>("sanchi-console", 1, {
    upgrade(database) {
      database.createObjectStore("identity", { keyPath: "kid" });
      database.createObjectStore("run", { keyPath: "id" });
      database.createObjectStore("setting");
    },
    terminated: () => {
      opened = null;
    },
  });
  return opened;
}

export async function keepIdentity(identity: Identity): Promise<void> {
  await (await store()).put("identity", identity);
}

/** The next numbers for events of a key. Two tabs never get the same one. */
export async function takeNumbers(kid: string, count: number): Promise<number> {
  const transaction = (await store()).transaction("identity", "readwrite");
  const identity = await transaction.store.get(kid);
  if (identity === undefined) throw new Error("no such key in this browser");
  const first = identity.seq;
  identity.seq += count;
  await transaction.store.put(identity);
  await transaction.done;
  return first;
}

export async function setting<T>(name: string, otherwise: T): Promise<T> {
  return ((await (await store()).get("setting", name)) as T | undefined) ?? otherwise;
}

export async function keepSetting(name: string, value: unknown): Promise<void> {
  await (await store()).put("setting", value, name);
}
