import { fromBase64Url, fromHash, toBase64Url } from "./base64.ts";
import { percentEncode, readCanonicalLink } from "./digital-link.ts";
import { gs1Value } from "./gs1.ts";
import { canonical, hasMembers, isCount, isObject, type Json, type JsonObject } from "./json.ts";
import { type Jws, readJws } from "./jws.ts";
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
  payload: JsonObject;
  /** Set when a unit by GRAI is met, which needs `sanchi:day`. */
  crate: boolean;
}

const malformed = (field: string): never => {
  throw new Malformed("event_malformed", field);
};

function text(value: Json | undefined, field: string): string {
  return typeof value === "string" ? value : malformed(field);
}

/** The value of a canonical Digital Link to one of the keys, without lot or serial. */
function linkTo(value: Json | undefined, field: string, ...keys: string[]): string {
  const link = readCanonicalLink(text(value, field));
  if (!keys.includes(link.key) || link.lot || link.serial || link.variant) malformed(field);
  return link.value;
}

function lotOf(value: Json | undefined, field: string): string {
  const link = readCanonicalLink(text(value, field));
  if (link.key !== "01" || !link.lot || link.serial || link.variant) return malformed(field);
  return subject("lot", link.value, link.lot);
}

function unitOf(value: Json | undefined, field: string, context: Context): string {
  const link = readCanonicalLink(text(value, field));
  if (link.key === "00") return subject("sscc", link.value);
  if (link.key !== "8003" || !isGrai(link.value)) return malformed(field);
  context.crate = true;
  return subject("crate", link.value, text(context.payload["sanchi:day"], "sanchi:day"));
}

function boxOf(value: Json | undefined, field: string): string {
  const link = readCanonicalLink(text(value, field));
  // A GIAI that reads as a GRAI would give two things one subject.
  const key = isGrai(link.value) ? "8003" : "8004";
  return link.key === key ? link.value : malformed(field);
}

function distinct(values: string[], field: string): string[] {
  return new Set(values).size === values.length ? values : malformed(field);
}

/** 1 to `most` elements, none twice. */
function list(value: Json | undefined, field: string, most: number): Json[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > most) return malformed(field);
  distinct(value.map(canonical), field);
  return value;
}

function object(value: Json | undefined, field: string, ...names: string[]): JsonObject {
  return isObject(value) && hasMembers(value, ...names) ? value : malformed(field);
}

function key(ai: string, value: Json | undefined, field: string): string {
  const given = text(value, field);
  return gs1Value(ai, given) === given ? given : malformed(field);
}

function matching(value: Json | undefined, field: string, pattern: RegExp): string {
  const given = text(value, field);
  return pattern.test(given) ? given : malformed(field);
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

function quantities(
  most: number,
  measured: boolean,
  read: (value: Json | undefined, field: string) => string,
) {
  return (value: Json, field: string): string[] => {
    const subjects = list(value, field, most).map((item) => {
      const element = object(item, field, "epcClass", measured ? "quantity" : "quantity?", "uom?");
      const { quantity, uom } = element;
      if (quantity !== undefined && !(typeof quantity === "number" && quantity > 0)) {
        malformed(field);
      }
      if (uom !== undefined) {
        matching(uom, field, /^[A-Z0-9]{2,3}$/);
        if (quantity === undefined) malformed(field);
      }
      return read(element["epcClass"], field);
    });
    return distinct(subjects, field);
  };
}

const count = (value: Json | undefined, field: string): number =>
  isCount(value) ? value : malformed(field);

const number = (value: Json | undefined, field: string): number =>
  typeof value === "number" ? value : malformed(field);

const words = (value: Json, field: string): string => {
  const given = text(value, field);
  return given.length >= 1 && given.length <= 500 ? given : malformed(field);
};

/** A type that names no subject. */
const plain = (check: (value: Json, field: string) => unknown) => (value: Json, field: string) => {
  check(value, field);
  return [];
};

const hash = plain((value, field) => fromHash(text(value, field)));

const one =
  (type: string, ai: string) =>
  (value: Json, field: string): string[] =>
    list(value, field, 1).map((item) => subject(type, linkTo(item, field, ai)));

const parties =
  (role: string) =>
  (value: Json, field: string): string[] =>
    list(value, field, 4).map((item) => {
      const party = object(item, field, role, "type");
      matching(party["type"], field, /^(owning|possessing)_party$/);
      return linkTo(party[role], field, "417");
    });

/** Checks a value of a type and tells the subjects that it names. */
const TYPES: Record<string, (value: Json, field: string, context: Context) => string[]> = {
  text: plain(words),
  word: plain((value, field) => matching(value, field, WORD)),
  boolean: plain((value, field) => typeof value === "boolean" || malformed(field)),
  integer: plain(count),
  number: plain(number),
  date: plain((value, field) => readDate(text(value, field))),
  time: plain((value, field) => readTime(text(value, field))),
  hash,
  eventid: hash,
  gln: (value, field) => [subject("organisation", key("417", value, field))],
  gtin: (value, field) => [subject("product", key("01", value, field))],
  gdti: (value, field) => [subject("certificate", key("253", value, field))],
  kid(value, field) {
    fromHash(text(value, field));
    return [subject("key", value as string)];
  },
  mspid: plain((value, field) => matching(value, field, MSP_ID)),
  placegln: (value, field) => [subject("place", key("414", value, field))],
  role: plain((value, field) => matching(value, field, ROLES)),
  prefix: plain((value, field) => matching(value, field, /^[0-9]{4,12}$/)),
  run(value, field, { payload }) {
    const [element] = list(payload["quantityList"], field, 1);
    const uri = isObject(element) ? element["epcClass"] : undefined;
    const gtin = readCanonicalLink(text(uri, field)).value;
    return [subject("run", gtin, matching(value, field, RUN))];
  },
  place: (value, field) => [
    subject("place", linkTo(object(value, field, "id")["id"], field, "414")),
  ],
  lots1: quantities(1, false, lotOf),
  lots: quantities(20, false, lotOf),
  lots1q: quantities(1, true, lotOf),
  lotsq: quantities(20, true, lotOf),
  product1q: quantities(1, true, (value, field) => subject("product", linkTo(value, field, "01"))),
  loturis: (value, field) => list(value, field, 20).map((item) => lotOf(item, field)),
  unit: (value, field, context) => [unitOf(value, field, context)],
  units: (value, field, context) =>
    list(value, field, 100).map((item) => unitOf(item, field, context)),
  box: (value, field) => [`box/${percentEncode(boxOf(value, field))}/`],
  boxes1: (value, field, { payload }) =>
    list(value, field, 1).map((item) =>
      subject(
        "box",
        boxOf(item, field),
        dateOf(readTime(text(payload["sanchi:from"], "sanchi:from"))),
      ),
    ),
  packages: (value, field) =>
    list(value, field, 100).map((item) => {
      const urn = text(item, field);
      if (!urn.startsWith(PACKAGE)) malformed(field);
      const hash = urn.slice(PACKAGE.length);
      fromHash(hash);
      return subject("package", hash);
    }),
  certificates1: one("certificate", "253"),
  places1: one("place", "414"),
  organisations1: one("organisation", "417"),
  parties: (value, field) =>
    parties(field === "sourceList" ? "source" : "destination")(value, field),
  transactions: plain((value, field) => {
    for (const item of list(value, field, 4)) {
      const transaction = object(item, field, "bizTransaction", "type");
      matching(transaction["bizTransaction"], field, TRANSACTION);
      matching(transaction["type"], field, TRANSACTION_TYPES);
    }
  }),
  numbers: (value, field) => [
    ...new Set(
      list(value, field, 8).map((item) => {
        const names = ["sanchi:first", "sanchi:gtin", "sanchi:last", "sanchi:run"];
        const range = object(item, field, ...names);
        const last = count(range["sanchi:last"], field);
        if (count(range["sanchi:first"], field) > last || last > LAST_NUMBER) malformed(field);
        const run = matching(range["sanchi:run"], field, RUN);
        return subject("run", key("01", range["sanchi:gtin"], field), run);
      }),
    ),
  ],
  limits: plain((value, field) => {
    for (const item of list(value, field, 4)) {
      const bounds = ["sanchi:maximum", "sanchi:minimum"];
      const names = bounds.map((name) => `${name}?`);
      const limit = object(item, field, "sanchi:allowedMinutes", "sanchi:measure", ...names);
      count(limit["sanchi:allowedMinutes"], field);
      matching(limit["sanchi:measure"], field, WORD);
      const given = bounds.filter((name) => name in limit);
      for (const name of given) number(limit[name], field);
      const [most, least] = given.map((name) => limit[name]) as number[];
      if (most === undefined || (least !== undefined && least > most)) malformed(field);
    }
  }),
  claims: (value, field) =>
    list(value, field, 8).map((item) => {
      const claim = object(item, field, "sanchi:certificate", "sanchi:claim");
      matching(claim["sanchi:claim"], field, WORD);
      return subject("certificate", linkTo(claim["sanchi:certificate"], field, "253"));
    }),
  sensors: plain((value, field) => {
    for (const item of list(value, field, 8)) {
      const sensor = object(item, field, "sensorMetadata", "sensorReport");
      const span = object(sensor["sensorMetadata"], field, "endTime", "startTime");
      for (const name of ["endTime", "startTime"]) readTime(text(span[name], field));
      for (const given of list(sensor["sensorReport"], field, 8)) {
        const report = object(given, field, "maxValue", "minValue", "type", "uom");
        number(report["maxValue"], field);
        number(report["minValue"], field);
        matching(`${report["type"]} ${report["uom"]}`, field, MEASURES);
      }
    }
  }),
  jwk(value, field) {
    const jwk = object(value, field, "crv", "kty", "x", "y");
    if (jwk["crv"] !== "P-256" || jwk["kty"] !== "EC") malformed(field);
    const point = pointOf(fromHash(text(jwk["x"], field)), fromHash(text(jwk["y"], field)));
    return [subject("key", toBase64Url(thumbprint(point)))];
  },
  members: plain((value, field) => {
    const ids = list(value, field, 32).map((item) => readMember(item, false).mspId);
    if (!ascending(ids)) malformed(field);
  }),
  serials: plain((value, field) => {
    for (const item of list(value, field, 100))
      matching(item, field, /^(?!00)([0-9a-f]{2}){1,20}$/);
  }),
  threshold: plain((value, field) => {
    const threshold = object(value, field, "members", "operators");
    for (const name of ["members", "operators"]) {
      if (count(threshold[name], field) < 1) malformed(field);
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

/** Reads an event; throws `jws_malformed`, `jws_bad_header` or, for whatever else, `event_malformed`. */
export function readEvent(compact: string): TraceEvent {
  try {
    return read(readJws(compact));
  } catch (error) {
    if (!(error instanceof Malformed) || error.reason.startsWith("jws_")) throw error;
    throw new Malformed("event_malformed", error.message);
  }
}

function read(jws: Jws): TraceEvent {
  const { payload } = jws;
  const epcis = jws.typ === "sanchi-epcis";
  const member = (name: string): string => text(payload[name], name);

  matching(payload["eventID"], "eventID", UUID);
  const signer = jws.x5c === null ? "sanchi:organisation" : "sanchi:member";
  if (signer === "sanchi:member") matching(payload[signer], signer, MSP_ID);
  else key("417", payload[signer], signer);
  const organisation = jws.x5c === null ? member(signer) : null;
  const onBehalfOf =
    epcis && "sanchi:onBehalfOf" in payload
      ? key("417", payload["sanchi:onBehalfOf"], "sanchi:onBehalfOf")
      : null;
  const event: TraceEvent = {
    jws,
    id: jws.id,
    kind: matching(payload["sanchi:kind"], "sanchi:kind", WORD),
    row: null,
    payload,
    consortium: matching(payload["sanchi:consortium"], "sanchi:consortium", CONSORTIUM_ID),
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
  if (canonical(payload["@context"] ?? null) !== CONTEXT) malformed("@context");
  event.offset = readOffset(text(payload["eventTimeZoneOffset"], "eventTimeZoneOffset"));
  const precision = matching(payload["sanchi:precision"], "sanchi:precision", /^(minute|day)$/);
  event.dayPrecision = precision === "day";
  if (payload["sanchi:note"] !== undefined) words(payload["sanchi:note"], "sanchi:note");
  if (payload["sanchi:_sd"] !== undefined) {
    const digests = list(payload["sanchi:_sd"], "sanchi:_sd", 16).map((item) =>
      toBase64Url(fromHash(text(item, "sanchi:_sd"))),
    );
    if (digests.some((digest, i) => i > 0 && digest <= (digests[i - 1] as string))) {
      malformed("sanchi:_sd");
    }
  }
  readDeclaration(event);
}

function readRow(event: TraceEvent, row: Row, signer: string): void {
  const { jws, payload } = event;
  const epcis = jws.typ === "sanchi-epcis";
  if ((row.type === "") === epcis) malformed("sanchi:kind");
  event.row = row;

  const names = [...EVERYWHERE, signer, ...Object.keys(row.members)];
  if (epcis) {
    names.push(...EPCIS);
    if (row.action !== "") names.push("action");
    if (row.dispositions.length > 0) names.push("disposition");
  }
  if (!hasMembers(payload, ...names)) malformed("");
  if (epcis) {
    if (payload["type"] !== row.type) malformed("type");
    if (row.action !== "" && payload["action"] !== row.action) malformed("action");
    if (payload["bizStep"] !== row.bizStep) malformed("bizStep");
    if (
      row.dispositions.length > 0 &&
      !row.dispositions.includes(payload["disposition"] as string)
    ) {
      malformed("disposition");
    }
  }

  const context: Context = { payload, crate: false };
  for (const [name, type] of Object.entries(row.members)) {
    const field = name.replace("?", "");
    const value = payload[field];
    if (value === undefined) continue;
    const check = TYPES[type];
    if (check === undefined) throw new Error(`the table names an unknown type: ${type}`);
    event.refs[field] = check(value, field, context);
  }
  if ("sanchi:day" in payload && !context.crate) malformed("sanchi:day");

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
  if ((declaration === undefined) !== !("sanchi:corrects" in payload)) malformed("sanchi:corrects");
  if (declaration === undefined) return;
  const field = "errorDeclaration";
  const given = object(declaration, field, "correctiveEventIDs?", "declarationTime", "reason");
  readTime(text(given["declarationTime"], field));
  matching(given["reason"], field, /^(did_not_occur|incorrect_data)$/);
  if (given["correctiveEventIDs"] !== undefined) {
    for (const item of list(given["correctiveEventIDs"], field, 20)) matching(item, field, UUID);
  }
  event.corrects = toBase64Url(fromHash(text(payload["sanchi:corrects"], "sanchi:corrects")));
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
