import { fromBase64Url, fromHash, toBase64Url } from "./base64.ts";
import { percentEncode, readCanonicalLink } from "./digital-link.ts";
import { gs1Value } from "./gs1.ts";
import { canonical, hasMembers, isCount, isObject, type Json, type JsonObject } from "./json.ts";
import { idOf, type Jws, readJws } from "./jws.ts";
import { type Row, rowOf } from "./kinds.ts";
import { Malformed } from "./malformed.ts";
import { MSP_ID, readMember } from "./member.ts";
import { pointOf, thumbprint } from "./p256.ts";
import { LAST_NUMBER, RUN } from "./serial.ts";
import { CONSORTIUM_ID, isGrai, subject } from "./subject.ts";
import { ascending } from "./text-order.ts";
import { dateOf, readDate, readOffset, readTime } from "./time.ts";

/** An event that keeps section 2; its signature and the right to say it are not judged here. */
export interface TraceEvent {
  jws: Jws;
  id: string;
  kind: string;
  /** Null for a kind that this verifier doesn't know. */
  row: Row | null;
  payload: JsonObject;
  consortium: string;
  /** GLN of the organisation of the signing key; null with x5c. */
  organisation: string | null;
  /** MSP id of the administrator who signed; null without x5c. */
  member: string | null;
  /** GLN of the organisation represented, else of the signing one. */
  actor: string | null;
  onBehalfOf: string | null;
  eventTime: number;
  dayPrecision: boolean;
  /** Minutes east of UTC; 0 in administration. */
  offset: number;
  loggedAt: number;
  /** The id of the event that this one declares to be an error. */
  corrects: string | null;
  /** What the event is appended to. */
  subjects: string[];
  /**
   * By member of the table: the subjects that it names; of parties the GLNs, of `box` the start of its
   * box days' subjects.
   */
  refs: Record<string, string[]>;
}

interface Context {
  /** Of the member. */
  name: string;
  payload: JsonObject;
  /** Set when a unit by GRAI is met, which needs `sanchi:day`. */
  crate: boolean;
}

const malformed = (): never => {
  throw new Malformed("event_malformed");
};

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : malformed();
}

/** The value of a canonical Digital Link to one of the keys, without lot or serial. */
function linkTo(value: Json | undefined, ...keys: string[]): string {
  const link = readCanonicalLink(text(value));
  if (!keys.includes(link.key) || link.lot || link.serial || link.variant) malformed();
  return link.value;
}

function lotOf(value: Json | undefined): string {
  const link = readCanonicalLink(text(value));
  if (link.key !== "01" || !link.lot || link.serial || link.variant) return malformed();
  return subject("lot", link.value, link.lot);
}

function unitOf(value: Json | undefined, context: Context): string {
  const link = readCanonicalLink(text(value));
  if (link.key === "00") return subject("sscc", link.value);
  if (link.key !== "8003" || !isGrai(link.value)) return malformed();
  context.crate = true;
  return subject("crate", link.value, text(context.payload["sanchi:day"]));
}

function boxOf(value: Json | undefined): string {
  const link = readCanonicalLink(text(value));
  // A GIAI that reads as a GRAI would give two things one subject.
  const key = isGrai(link.value) ? "8003" : "8004";
  return link.key === key ? link.value : malformed();
}

function distinct(values: string[]): string[] {
  return new Set(values).size === values.length ? values : malformed();
}

/** 1 to `most` elements, none twice. */
function list(value: Json | undefined, most: number): Json[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > most) return malformed();
  if (value.length > 1) distinct(value.map(canonical));
  return value;
}

function object(value: Json | undefined, ...names: string[]): JsonObject {
  return isObject(value) && hasMembers(value, ...names) ? value : malformed();
}

function key(ai: string, value: Json | undefined): string {
  const given = text(value);
  return gs1Value(ai, given) === given ? given : malformed();
}

function matching(value: Json | undefined, pattern: RegExp): string {
  const given = text(value);
  return pattern.test(given) ? given : malformed();
}

const WORD = /^[a-z][a-z0-9_-]{0,39}$/;
const UUID = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PACKAGE = "urn:sanchi:package:";
const TRANSACTION = /^[A-Za-z][A-Za-z0-9+.-]{0,31}:([!$&-;=?-Z_a-z~]|%[0-9A-F]{2}){1,200}$/;
const TRANSACTION_TYPES =
  /^(bol|cert|desadv|inv|pedigree|poc?|prodorder|recadv|rma|testprd|testres|upevt)$/;
const MEASURES = /^(Temperature CEL|RelativeHumidity P1)$/;
const ROLES = /^(grower|fisher|processor|carrier|retailer|inspector|certifier|authority)$/;
const CONTEXT =
  '["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",{"sanchi":"urn:sanchi:"}]';

function quantities(most: number, measured: boolean, read: (value: Json | undefined) => string) {
  return (value: Json): string[] => {
    const subjects = list(value, most).map((item) => {
      const element = object(item, "epcClass", measured ? "quantity" : "quantity?", "uom?");
      const { quantity, uom } = element;
      if (quantity !== undefined && !(typeof quantity === "number" && quantity > 0)) {
        malformed();
      }
      if (uom !== undefined) {
        matching(uom, /^[A-Z0-9]{2,3}$/);
        if (quantity === undefined) malformed();
      }
      return read(element["epcClass"]);
    });
    return distinct(subjects);
  };
}

const count = (value: Json | undefined): number => (isCount(value) ? value : malformed());

const number = (value: Json | undefined): number =>
  typeof value === "number" ? value : malformed();

const words = (value: Json): string => {
  const given = text(value);
  return given.length >= 1 && given.length <= 500 ? given : malformed();
};

/** A type that names no subject. */
const plain = (check: (value: Json) => unknown) => (value: Json) => {
  check(value);
  return [];
};

const hash = plain((value) => fromHash(text(value)));

const one =
  (type: string, ai: string) =>
  (value: Json): string[] =>
    list(value, 1).map((item) => subject(type, linkTo(item, ai)));

/** Checks a value of a type and tells the subjects that it names. */
const TYPES: Record<string, (value: Json, context: Context) => string[]> = {
  text: plain(words),
  word: plain((value) => matching(value, WORD)),
  boolean: plain((value) => typeof value === "boolean" || malformed()),
  integer: plain(count),
  number: plain(number),
  date: plain((value) => readDate(text(value))),
  time: plain((value) => readTime(text(value))),
  hash,
  eventid: hash,
  gln: (value) => [subject("organisation", key("417", value))],
  gtin: (value) => [subject("product", key("01", value))],
  gdti: (value) => [subject("certificate", key("253", value))],
  kid(value) {
    fromHash(text(value));
    return [subject("key", value as string)];
  },
  mspid: plain((value) => matching(value, MSP_ID)),
  placegln: (value) => [subject("place", key("414", value))],
  role: plain((value) => matching(value, ROLES)),
  prefix: plain((value) => matching(value, /^[0-9]{4,12}$/)),
  run(value, { payload }) {
    const [element] = list(payload["quantityList"], 1);
    const uri = isObject(element) ? element["epcClass"] : undefined;
    const gtin = readCanonicalLink(text(uri)).value;
    return [subject("run", gtin, matching(value, RUN))];
  },
  place: (value) => [subject("place", linkTo(object(value, "id")["id"], "414"))],
  lots1: quantities(1, false, lotOf),
  lots: quantities(20, false, lotOf),
  lots1q: quantities(1, true, lotOf),
  lotsq: quantities(20, true, lotOf),
  product1q: quantities(1, true, (value) => subject("product", linkTo(value, "01"))),
  loturis: (value) => list(value, 20).map((item) => lotOf(item)),
  unit: (value, context) => [unitOf(value, context)],
  units: (value, context) => list(value, 100).map((item) => unitOf(item, context)),
  box: (value) => [`box/${percentEncode(boxOf(value))}/`],
  boxes1: (value, { payload }) =>
    list(value, 1).map((item) =>
      subject("box", boxOf(item), dateOf(readTime(text(payload["sanchi:from"])))),
    ),
  packages: (value) =>
    list(value, 100).map((item) => {
      const urn = text(item);
      if (!urn.startsWith(PACKAGE)) malformed();
      const hash = urn.slice(PACKAGE.length);
      fromHash(hash);
      return subject("package", hash);
    }),
  certificates1: one("certificate", "253"),
  places1: one("place", "414"),
  organisations1: one("organisation", "417"),
  parties: (value, { name }) =>
    list(value, 4).map((item) => {
      const role = name === "sourceList" ? "source" : "destination";
      const party = object(item, role, "type");
      matching(party["type"], /^(owning|possessing)_party$/);
      return linkTo(party[role], "417");
    }),
  transactions: plain((value) => {
    for (const item of list(value, 4)) {
      const transaction = object(item, "bizTransaction", "type");
      matching(transaction["bizTransaction"], TRANSACTION);
      matching(transaction["type"], TRANSACTION_TYPES);
    }
  }),
  numbers: (value) => [
    ...new Set(
      list(value, 8).map((item) => {
        const names = ["sanchi:first", "sanchi:gtin", "sanchi:last", "sanchi:run"];
        const range = object(item, ...names);
        const last = count(range["sanchi:last"]);
        if (count(range["sanchi:first"]) > last || last > LAST_NUMBER) malformed();
        const run = matching(range["sanchi:run"], RUN);
        return subject("run", key("01", range["sanchi:gtin"]), run);
      }),
    ),
  ],
  limits: plain((value) => {
    for (const item of list(value, 4)) {
      const bounds = ["sanchi:maximum", "sanchi:minimum"];
      const names = bounds.map((name) => `${name}?`);
      const limit = object(item, "sanchi:allowedMinutes", "sanchi:measure", ...names);
      count(limit["sanchi:allowedMinutes"]);
      matching(limit["sanchi:measure"], WORD);
      const given = bounds.filter((name) => name in limit);
      for (const name of given) number(limit[name]);
      const [most, least] = given.map((name) => limit[name]) as number[];
      if (most === undefined || (least !== undefined && least > most)) malformed();
    }
  }),
  claims: (value) =>
    list(value, 8).map((item) => {
      const claim = object(item, "sanchi:certificate", "sanchi:claim");
      matching(claim["sanchi:claim"], WORD);
      return subject("certificate", linkTo(claim["sanchi:certificate"], "253"));
    }),
  sensors: plain((value) => {
    for (const item of list(value, 8)) {
      const sensor = object(item, "sensorMetadata", "sensorReport");
      const span = object(sensor["sensorMetadata"], "endTime", "startTime");
      for (const name of ["endTime", "startTime"]) readTime(text(span[name]));
      for (const given of list(sensor["sensorReport"], 8)) {
        const report = object(given, "maxValue", "minValue", "type", "uom");
        number(report["maxValue"]);
        number(report["minValue"]);
        matching(`${report["type"]} ${report["uom"]}`, MEASURES);
      }
    }
  }),
  jwk(value) {
    const jwk = object(value, "crv", "kty", "x", "y");
    if (jwk["crv"] !== "P-256" || jwk["kty"] !== "EC") malformed();
    const point = pointOf(fromHash(text(jwk["x"])), fromHash(text(jwk["y"])));
    return [subject("key", toBase64Url(thumbprint(point)))];
  },
  members: plain((value) => {
    const ids = list(value, 32).map((item) => readMember(item, false).mspId);
    if (!ascending(ids)) malformed();
  }),
  serials: plain((value) => {
    for (const item of list(value, 100)) matching(item, /^(?!00)([0-9a-f]{2}){1,20}$/);
  }),
  threshold: plain((value) => {
    const threshold = object(value, "members", "operators");
    for (const name of ["members", "operators"]) {
      if (count(threshold[name]) < 1) malformed();
    }
  }),
};

const EVERYWHERE = [
  "eventID",
  "eventTime",
  "sanchi:loggedAt",
  "sanchi:kind",
  "sanchi:consortium",
] as const;
const EPCIS = [
  "@context",
  "type",
  "bizStep",
  "eventTimeZoneOffset",
  "sanchi:precision",
  "sanchi:onBehalfOf?",
  "sanchi:note?",
  "sanchi:_sd?",
  "errorDeclaration?",
  "sanchi:corrects?",
];

const known = new Map<string, TraceEvent>();
const MAX_KNOWN = 2000;

/**
 * Reads an event; throws `jws_malformed`, `jws_bad_header` or, for whatever else, `event_malformed`.
 * Of the same text it is the same object, for a page reads a bundle while it comes, and again when its
 * readings have come.
 */
export function readEvent(compact: string, id?: string): TraceEvent {
  const before = known.get(compact);
  if (before !== undefined) return before;
  try {
    const event = read(readJws(compact, id));
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(compact, event);
    return event;
  } catch (error) {
    if (!(error instanceof Malformed) || error.reason.startsWith("jws_")) throw error;
    throw new Malformed("event_malformed");
  }
}

/** The id of an event, which is not computed again where it was read before. */
export const idOfEvent = (compact: string): string => known.get(compact)?.id ?? idOf(compact);

function read(jws: Jws): TraceEvent {
  const { payload } = jws;
  const epcis = jws.typ === "sanchi-epcis";
  const member = (name: string): string => text(payload[name]);

  matching(payload["eventID"], UUID);
  const signer = jws.x5c === null ? "sanchi:organisation" : "sanchi:member";
  if (signer === "sanchi:member") matching(payload[signer], MSP_ID);
  else key("417", payload[signer]);
  const organisation = jws.x5c === null ? member(signer) : null;
  const onBehalfOf =
    epcis && "sanchi:onBehalfOf" in payload ? key("417", payload["sanchi:onBehalfOf"]) : null;
  const event: TraceEvent = {
    jws,
    id: jws.id,
    kind: matching(payload["sanchi:kind"], WORD),
    row: null,
    payload,
    consortium: matching(payload["sanchi:consortium"], CONSORTIUM_ID),
    organisation,
    member: jws.x5c === null ? null : member(signer),
    actor: onBehalfOf ?? organisation,
    onBehalfOf,
    eventTime: readTime(member("eventTime")),
    dayPrecision: false,
    offset: 0,
    loggedAt: readTime(member("sanchi:loggedAt")),
    corrects: null,
    subjects: [],
    refs: {},
  };
  if (epcis) readEpcis(event);
  const row = rowOf(event.kind);
  if (row !== undefined) readRow(event, row, signer);
  return event;
}

function readEpcis(event: TraceEvent): void {
  const { payload } = event;
  if (canonical(payload["@context"] ?? null) !== CONTEXT) malformed();
  event.offset = readOffset(text(payload["eventTimeZoneOffset"]));
  const precision = matching(payload["sanchi:precision"], /^(minute|day)$/);
  event.dayPrecision = precision === "day";
  if (payload["sanchi:note"] !== undefined) words(payload["sanchi:note"]);
  if (payload["sanchi:_sd"] !== undefined) {
    const digests = list(payload["sanchi:_sd"], 16).map((item) =>
      toBase64Url(fromHash(text(item))),
    );
    if (digests.some((digest, i) => i > 0 && digest <= (digests[i - 1] as string))) {
      malformed();
    }
  }
}

function readRow(event: TraceEvent, row: Row, signer: string): void {
  const { jws, payload } = event;
  const epcis = jws.typ === "sanchi-epcis";
  if ((row.type === "") === epcis) malformed();
  event.row = row;

  const names = [...EVERYWHERE, signer, ...Object.keys(row.members)];
  if (epcis) {
    names.push(...EPCIS);
    if (row.action !== "") names.push("action");
    if (row.dispositions.length > 0) names.push("disposition");
  }
  if (!hasMembers(payload, ...names)) malformed();
  if (epcis) {
    if (payload["type"] !== row.type) malformed();
    if (row.action !== "" && payload["action"] !== row.action) malformed();
    if (payload["bizStep"] !== row.bizStep) malformed();
    if (
      row.dispositions.length > 0 &&
      !row.dispositions.includes(payload["disposition"] as string)
    ) {
      malformed();
    }
    readDeclaration(event);
  }

  const context: Context = { name: "", payload, crate: false };
  for (const [name, type] of Object.entries(row.members)) {
    const field = name.replace("?", "");
    const value = payload[field];
    if (value === undefined) continue;
    const check = TYPES[type];
    if (check === undefined) throw new Error(`the table names an unknown type: ${type}`);
    context.name = field;
    event.refs[field] = check(value, context);
  }
  if ("sanchi:day" in payload && !context.crate) malformed();

  const subjects = row.appends.flatMap((name) => {
    if (name === "sanchi:consortium") return [subject("consortium", event.consortium)];
    if (name === "sanchi:organisation") return [subject("organisation", event.organisation ?? "")];
    // sanchi:newRun has the GTIN of the event's quantity element too.
    return event.refs[name] ?? [];
  });
  event.subjects = [...new Set(subjects)];
}

function readDeclaration(event: TraceEvent): void {
  const { payload } = event;
  const declaration = payload["errorDeclaration"];
  if ((declaration === undefined) !== !("sanchi:corrects" in payload)) malformed();
  if (declaration === undefined) return;
  const given = object(declaration, "correctiveEventIDs?", "declarationTime", "reason");
  readTime(text(given["declarationTime"]));
  matching(given["reason"], /^(did_not_occur|incorrect_data)$/);
  if (given["correctiveEventIDs"] !== undefined) {
    for (const item of list(given["correctiveEventIDs"], 20)) matching(item, UUID);
  }
  event.corrects = toBase64Url(fromHash(text(payload["sanchi:corrects"])));
}

/** A string member; empty if absent. */
export const textOf = (event: TraceEvent, name: string): string =>
  typeof event.payload[name] === "string" ? (event.payload[name] as string) : "";

export const integerOf = (event: TraceEvent, name: string): number => event.payload[name] as number;

/** The point of the key that a `device_enrolled` enrols. */
export function enrolledKey(event: TraceEvent): Uint8Array<ArrayBuffer> {
  const jwk = event.payload["sanchi:jwk"] as JsonObject;
  return pointOf(fromBase64Url(jwk["x"] as string), fromBase64Url(jwk["y"] as string));
}
