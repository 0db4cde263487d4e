import { fromHash, toBase64Url } from "./base64.ts";
import { type DigitalLink, percentDecode, percentEncode, readLink } from "./digital-link.ts";
import { gs1Value } from "./gs1.ts";
import { Malformed, orNull } from "./malformed.ts";
import { type Label, labelHash, RUN, readSerial } from "./serial.ts";
import { readDate } from "./time.ts";

export const CONSORTIUM_ID = /^[a-z0-9-]{3,40}$/;

/** The canonical text of a subject; the values are plain, not yet percent-encoded. */
export const subject = (type: string, ...values: string[]): string =>
  [type, ...values.map(percentEncode)].join("/");

/** The part of a subject before its first slash. */
export const typeOf = (text: string): string => text.slice(0, text.indexOf("/"));

const gs1 =
  (...keys: string[]) =>
  (value: string): boolean =>
    keys.some((key) => orNull(() => gs1Value(key, value)) === value);
const isDate = (value: string): boolean => orNull(() => readDate(value)) !== null;
const isHash = (value: string): boolean => orNull(() => fromHash(value)) !== null;
/** A GRAI of a single thing: with a serial. */
export const isGrai = (value: string): boolean => value.length > 14 && gs1("8003")(value);

const FORMS: Record<string, ((value: string) => boolean)[]> = {
  lot: [gs1("01"), gs1("10")],
  run: [gs1("01"), (value) => RUN.test(value)],
  package: [isHash],
  sscc: [gs1("00")],
  crate: [isGrai, isDate],
  // Every GRAI with a serial has the form of a GIAI too.
  box: [gs1("8004"), isDate],
  certificate: [gs1("253")],
  key: [isHash],
  organisation: [gs1("417")],
  product: [gs1("01")],
  place: [gs1("414")],
  consortium: [(value) => CONSORTIUM_ID.test(value)],
};

/** The values in the one canonical form of a subject, decoded; anything else is refused. */
export function readSubject(text: string): string[] {
  const [type, ...parts] = text.split("/") as [string, ...string[]];
  const forms = Object.hasOwn(FORMS, type) ? FORMS[type] : undefined;
  const values = parts.map((part) => orNull(() => percentDecode(part)) ?? "");
  const good =
    forms?.length === parts.length &&
    forms.every((form, i) => form(values[i] as string)) &&
    subject(type, ...values) === text;
  if (!good) throw new Malformed("subject_malformed");
  return values;
}

/** Where a verification starts: what was scanned. */
export interface Start {
  subject: string;
  type: "package" | "lot" | "unit";
  gtin: string;
  /** The lot that the URL names, as a subject. */
  lot: string | null;
  /** Of a package: the run and number in its serial, if that has section 3's form. */
  label: Label | null;
  /** Of a package: h(label). */
  hash: Uint8Array | null;
}

/** What a scanned URL is about; other than packages, lots and SSCCs is `subject_unsupported`. */
export function readStart(url: string): Start {
  const link: DigitalLink = readLink(url);
  const { key, value, lot, serial } = link;
  if (key === "00") {
    const unit = subject("sscc", value);
    return { subject: unit, type: "unit", gtin: "", lot: null, label: null, hash: null };
  }
  if (key !== "01" || link.variant !== undefined || (lot ?? serial) === undefined) {
    throw new Malformed("subject_unsupported");
  }
  const named = lot === undefined ? null : subject("lot", value, lot);
  if (serial === undefined) {
    const start = { gtin: value, lot: named, label: null, hash: null };
    return { subject: named as string, type: "lot", ...start };
  }
  const hash = labelHash(value, serial);
  return {
    subject: subject("package", toBase64Url(hash)),
    type: "package",
    gtin: value,
    lot: named,
    label: orNull(() => readSerial(serial)),
    hash,
  };
}
