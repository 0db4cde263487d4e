import type { JsonObject } from "@shared/json.ts";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Recall } from "../steps/questions.ts";
import type { Taken } from "../steps/taken.ts";

/** Text by language; null where nobody has described the thing. */
export type Name = Record<string, string> | null;

export interface Party {
  gln: string;
  name: Name;
}

/** What the server says that an organisation's phones should know: `GET /api/handbook`. */
export interface Handbook {
  consortium: string;
  lots: { commissioner: string; gtin: string; link: string; lot: string; recalled: boolean }[];
  organisation: Party & { roles: string[]; accreditations: string[] };
  partners: Party[];
  places: Party[];
  products: { gtin: string; name: Name }[];
  /** In force over what concerns it; absent in what was stored by an older version. */
  recalls?: Recall[];
  represents: (Party & { roles: string[] })[];
}

/** One key of this phone, and for whom it signs. */
export interface Enrolment {
  kid: string;
  organisation: Party;
  consortium: string;
  /** Not extractable: it can sign here and nowhere else. */
  key: CryptoKey;
  jwk: JsonObject;
  proof: string;
  /** Of the invitation, until it is answered. */
  token: string;
  state: "offered" | "enrolled" | "refused" | "revoked";
  /** How many events the key has signed. */
  seq: number;
  /** The server's key, as it was at the enrolment: 65 bytes. */
  serverPoint: Uint8Array<ArrayBuffer>;
  /** When the invitation was answered, ms since 1970; absent in old ones. */
  since?: number;
  handbook: Handbook | null;
  etag: string | null;
}

/**
 * held: can still be taken back. signed: waits for a network. sent: the server gave its receipt.
 * committed: on the ledger. refused: will never be, as it stands.
 */
export type State = "held" | "signed" | "sent" | "committed" | "refused";

/** Something that was logged on this phone. */
export interface Entry {
  id?: number;
  kid: string;
  state: State;
  kind: string;
  /** What it was about, for people. */
  title: string;
  /** Whether a harvest was one of fish. */
  landed?: boolean;
  payload: JsonObject;
  /** When it was tapped; ms since 1970. */
  at: number;
  /** Until then it is held. */
  releaseAt: number;
  jws: string | null;
  eventId: string | null;
  /** Of a sent one: until when the server promised to have it on the ledger. */
  commitBy: number | null;
  /** Why it was refused: a code, and the server's sentence where there is one. */
  reason: string | null;
  detail: string | null;
  /** Of one that was refused for its labels: those at fault, once they are known. */
  taken?: Taken[];
  /** Of an error declaration: the entry that it takes back. */
  takesBack: number | null;
  /** The entry that takes this one back. */
  takenBackBy: number | null;
}

interface Schema extends DBSchema {
  enrolment: { key: string; value: Enrolment };
  entry: { key: number; value: Entry; indexes: { state: State } };
  setting: { key: string; value: unknown };
}

export type Store = IDBPDatabase<Schema>;

let opened: Promise<Store> | null = null;

/** The phone's memory: it survives reloads, restarts and days without a network. */
export function store(): Promise<Store> {
  opened ??= openDB<Schema>("sanchi-scan", 1, {
    upgrade(database) {
      database.createObjectStore("enrolment", { keyPath: "kid" });
      const entries = database.createObjectStore("entry", { keyPath: "id", autoIncrement: true });
      entries.createIndex("state", "state");
      database.createObjectStore("setting");
    },
    // Another tab has a newer version: let it in.
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      opened = null;
    },
    terminated: () => {
      opened = null;
    },
  });
  return opened;
}

export async function setting<T>(name: string, otherwise: T): Promise<T> {
  return ((await (await store()).get("setting", name)) as T | undefined) ?? otherwise;
}

export async function keep(name: string, value: unknown): Promise<void> {
  await (await store()).put("setting", value, name);
}
