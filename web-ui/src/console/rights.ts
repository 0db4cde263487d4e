import type { JsonObject } from "../shared/json.ts";
import type { Name } from "./state.ts";

/** One organisation as the consortium's register has it. */
export interface Rights {
  accreditations: string[];
  agents: string[];
  gln: string;
  loans: { lender: string; prefix: string }[];
  member: string;
  members: string[];
  /** What it says of itself: its name, how customers reach it, words in two languages. */
  described: JsonObject | null;
  names: Record<string, Name>;
  proposals: { approvedBy: string[]; payload: JsonObject }[];
  ranges: string[];
  roles: string[];
}

export interface Listed {
  accreditations: string[];
  gln: string;
  member: string;
  name: Name;
  roles: string[];
}

/** Every number range that an organisation may use. */
export const prefixesOf = (rights: Rights): string[] => [
  ...rights.ranges,
  ...rights.loans.map(({ prefix }) => prefix),
];

export interface Product {
  defaults: ProductDefaults | null;
  document: string | null;
  gtin: string;
  lots: number;
  name: Name;
  photo: { hash: string; type: string } | null;
}

/** What a new lot of a product starts with. */
export interface ProductDefaults {
  minimum?: string;
  maximum?: string;
  minutes?: string;
  claim?: string;
  certificate?: string;
  origin?: string;
  variety?: string;
  species?: string;
  aquacultureMethod?: string;
  /** Which kind of date its packages bear. */
  expiry?: Expiry;
}

/** Until when it may be eaten (消費期限), or until when it is at its best (賞味期限). */
export type Expiry = (typeof EXPIRIES)[number];
export const EXPIRIES = ["useBy", "bestBefore"] as const;

export interface Place {
  area: Name;
  gln: string;
  name: Name;
  /** A `geo:` URI, or null. */
  position: string | null;
}

export interface LotRow {
  commissionedAt: number | null;
  commissioner: { gln: string | null; name: Name };
  events: number;
  gtin: string;
  lastKind: string | null;
  lastTime: number | null;
  link: string;
  lot: string;
  own: boolean;
  /** Where it was commissioned. */
  place: Name;
  product: Name;
  recalledSince: number | null;
  state:
    | "registered"
    | "growing"
    | "harvested"
    | "packed"
    | "shipped"
    | "gone"
    | "recalled"
    | "withdrawn";
}

export interface Certificate {
  /** GLN of who granted it, who alone may end or renew it; null before. */
  certifier: string | null;
  gdti: string;
  holder: string | null;
  link: string;
  parties: { gln: string; name: Name }[];
  scheme: string | null;
  scope: string | null;
  status: "applied" | "granted" | "refused" | "suspended" | "revoked";
  validFrom: string | null;
  validTo: string | null;
}

export interface Run {
  firstCode: string;
  gtin: string;
  labels: number;
  lastCode: string;
  printedAt: number;
  product: Name;
  run: string;
  uses: {
    first: number;
    last: number;
    lot: string | null;
    unit: string | null;
    use: "bound" | "packed" | "voided" | "replaced";
  }[];
}
