import { toBase64Url } from "./base64.ts";
import { hex, sameBytes } from "./bytes.ts";
import {
  BIT_STRING,
  BOOLEAN,
  type Der,
  derTime,
  GENERALIZED_TIME,
  INTEGER,
  latin,
  OCTET_STRING,
  OID,
  PRINTABLE_STRING,
  readDer,
  SEQUENCE,
  SET,
  UTC_TIME,
  UTF8_STRING,
  utf8Of,
} from "./der.ts";
import { Malformed } from "./malformed.ts";
import { rawSignature, thumbprint, verifyRaw } from "./p256.ts";

export interface Certificate {
  /** The number in lower-case hexadecimal. */
  serial: string;
  issuer: Uint8Array;
  subject: Uint8Array;
  organisationalUnits: string[];
  notBefore: number;
  notAfter: number;
  /** 65 bytes, on the curve. */
  publicKey: Uint8Array;
  /** The key's RFC 7638 thumbprint, b64u. */
  kid: string;
  authority: boolean;
  pathLength: number | null;
  /** Bit i of RFC 5280's KeyUsage is 1 << i; 0 without the extension. */
  keyUsage: number;
  signed: Uint8Array<ArrayBuffer>;
  /** r‖s */
  signature: Uint8Array;
}

const DIGITAL_SIGNATURE = 1 << 0;
const KEY_CERT_SIGN = 1 << 5;

const ECDSA_WITH_SHA256 = "300a06082a8648ce3d040302";
const P256_KEY = "301306072a8648ce3d020106082a8648ce3d030107";
const OU = "55040b";
const KEY_USAGE = "551d0f";
const BASIC_CONSTRAINTS = "551d13";
// Subject key identifier, alternative name, authority key identifier, extended key usage, and Fabric's
// attributes: nothing in them widens what the path rules allow.
const HARMLESS = ["551d0e", "551d11", "551d23", "551d25", "2a03040506070801"];
const YEAR_2050 = Date.UTC(2050, 0, 1);

const malformed = (): never => {
  throw new Malformed("bad_certificate");
};

function parts(element: Der | undefined, tag: number): Der[] {
  return element?.tag === tag ? element.children : malformed();
}

function name(element: Der): string[] {
  const units: string[] = [];
  for (const set of parts(element, SEQUENCE)) {
    const attributes = parts(set, SET);
    if (attributes.length === 0) malformed();
    for (const attribute of attributes) {
      const [type, value, ...more] = parts(attribute, SEQUENCE);
      if (type?.tag !== OID || value === undefined || more.length > 0) return malformed();
      if (hex(type.content) !== OU) continue;
      if (value.tag !== UTF8_STRING && value.tag !== PRINTABLE_STRING) malformed();
      units.push(utf8Of(value.content));
    }
  }
  return units;
}

function time(element: Der): number {
  if (element.tag !== UTC_TIME && element.tag !== GENERALIZED_TIME) malformed();
  const at = derTime(element);
  // RFC 5280: UTCTime through 2049, GeneralizedTime from 2050 on.
  return at < YEAR_2050 === (element.tag === UTC_TIME) ? at : malformed();
}

function bits(element: Der | undefined): Uint8Array {
  return element?.tag === BIT_STRING && element.content[0] === 0
    ? element.content.subarray(1)
    : malformed();
}

function keyUsage(element: Der): number {
  if (element.tag !== BIT_STRING) malformed();
  const [unused, ...bytes] = element.content as unknown as [number, ...number[]];
  const last = bytes[bytes.length - 1] ?? 0;
  // A named bit list ends with a bit that is set.
  if (((last >> unused) & 1) === 0 || bytes.length > 2) malformed();
  let usage = 0;
  for (let i = 0; i < bytes.length * 8; i++) {
    if (((bytes[i >> 3] as number) >> (7 - (i & 7))) & 1) usage |= 1 << i;
  }
  return usage;
}

function basicConstraints(element: Der): { authority: boolean; pathLength: number | null } {
  const children = [...parts(element, SEQUENCE)];
  if (children.length === 0) return { authority: false, pathLength: null };
  const flag = children.shift() as Der;
  if (flag.tag !== BOOLEAN || flag.content[0] !== 0xff) malformed();
  const length = children.shift();
  if (length === undefined) return { authority: true, pathLength: null };
  const { tag, content } = length;
  const small = content.length === 1 ? (content[0] as number) < 0x80 : content[0] === 0;
  if (tag !== INTEGER || !small || content.length > 2 || children.length > 0) malformed();
  return { authority: true, pathLength: content[content.length - 1] as number };
}

/** A serial without leading zeros: they are compared as numbers. */
export const serialNumber = (digits: string): string => digits.replace(/^0+/, "");

const known = new Map<string, Certificate>();
const MAX_KNOWN = 1000;

/** Reads a certificate of version 3 with a P-256 key, signed by ECDSA with SHA-256. */
export function readCertificate(bytes: Uint8Array): Certificate {
  const name = latin(bytes);
  let certificate = known.get(name);
  if (certificate === undefined) {
    certificate = read(bytes);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(name, certificate);
  }
  return certificate;
}

function read(bytes: Uint8Array): Certificate {
  const [tbs, algorithm, signature, ...more] = parts(readDer(bytes), SEQUENCE);
  if (tbs === undefined || algorithm === undefined || more.length > 0) return malformed();
  const fields = [...parts(tbs, SEQUENCE)];
  if (fields.length < 7 || fields.length > 8) malformed();
  const [version, serial, inner, issuer, validity, subject, keyInfo, extensions] = fields as [
    Der,
    Der,
    Der,
    Der,
    Der,
    Der,
    Der,
    Der | undefined,
  ];
  if (hex(version.whole) !== "a003020102") malformed();
  const number = serialNumber(hex(serial.content));
  const negative = (serial.content[0] as number) >= 0x80;
  if (serial.tag !== INTEGER || negative || number === "" || serial.content.length > 20)
    malformed();
  if (hex(inner.whole) !== ECDSA_WITH_SHA256 || !sameBytes(inner.whole, algorithm.whole)) {
    malformed();
  }
  name(issuer);
  if (issuer.children.length === 0) malformed();
  const [notBefore, notAfter, ...times] = parts(validity, SEQUENCE);
  if (notBefore === undefined || notAfter === undefined || times.length > 0) return malformed();
  const [keyAlgorithm, key, ...rest] = parts(keyInfo, SEQUENCE);
  if (keyAlgorithm === undefined || hex(keyAlgorithm.whole) !== P256_KEY || rest.length > 0) {
    return malformed();
  }
  const publicKey = bits(key);

  const certificate: Certificate = {
    serial: number,
    issuer: issuer.whole,
    subject: subject.whole,
    organisationalUnits: name(subject),
    notBefore: time(notBefore),
    notAfter: time(notAfter),
    publicKey,
    kid: toBase64Url(thumbprint(publicKey)),
    authority: false,
    pathLength: null,
    keyUsage: 0,
    signed: tbs.whole.slice(),
    signature: rawSignature(bits(signature)),
  };
  if (extensions !== undefined) readExtensions(extensions, certificate);
  return certificate;
}

function readExtensions(element: Der, certificate: Certificate): void {
  const [list, ...more] = parts(element, 0xa3);
  const extensions = parts(list, SEQUENCE);
  if (extensions.length === 0 || more.length > 0) malformed();
  const seen = new Set<string>();
  for (const extension of extensions) {
    const children = [...parts(extension, SEQUENCE)];
    const type = children.shift();
    const value = children.pop();
    const critical = children.shift();
    if (type?.tag !== OID || value?.tag !== OCTET_STRING || children.length > 0) {
      throw new Malformed("bad_certificate");
    }
    if (critical !== undefined && hex(critical.whole) !== "0101ff") malformed();
    const id = hex(type.content);
    if (seen.has(id)) malformed();
    seen.add(id);
    if (id === BASIC_CONSTRAINTS) {
      Object.assign(certificate, basicConstraints(readDer(value.content)));
    } else if (id === KEY_USAGE) {
      certificate.keyUsage = keyUsage(readDer(value.content));
    } else if (critical !== undefined && !HARMLESS.includes(id)) {
      malformed();
    }
  }
}

/** What is wrong with a certificate or its path. */
export type PathFault =
  | "certificate_expired"
  | "certificate_not_for_signing"
  | "certificate_not_trusted"
  | "certificate_bad_signature"
  | "certificate_not_ca";

const expired = (at: number) => (certificate: Certificate) =>
  at < certificate.notBefore || at > certificate.notAfter;

/**
 * Looks for a path from the leaf to a root, directly or over one intermediate. Paths are tried in the
 * order of the roots, then of the intermediates; the fault of the first is told if none is good.
 */
export async function findPath(
  leaf: Certificate,
  intermediates: Certificate[],
  roots: Certificate[],
  at: number,
): Promise<Certificate[] | PathFault> {
  if (expired(at)(leaf)) return "certificate_expired";
  if (leaf.authority || (leaf.keyUsage & DIGITAL_SIGNATURE) === 0) {
    return "certificate_not_for_signing";
  }
  const issued = (child: Certificate) => (parent: Certificate) =>
    sameBytes(child.issuer, parent.subject);
  const paths = roots.filter(issued(leaf)).map((root) => [leaf, root]);
  for (const middle of intermediates.filter(issued(leaf))) {
    paths.push(...roots.filter(issued(middle)).map((root) => [leaf, middle, root]));
  }
  let first: PathFault | undefined;
  for (const path of paths) {
    const fault = await pathFault(path, at);
    if (fault === null) return path;
    first ??= fault;
  }
  return first ?? "certificate_not_trusted";
}

const signed = new WeakMap<Certificate, Map<string, Promise<boolean>>>();

/** Remembered: an administrator's certificate stands in event after event. */
function isSignedBy(child: Certificate, issuer: Certificate): Promise<boolean> {
  const known = signed.get(child) ?? new Map<string, Promise<boolean>>();
  signed.set(child, known);
  const good = known.get(issuer.kid) ?? verifyRaw(issuer.publicKey, child.signature, child.signed);
  known.set(issuer.kid, good);
  return good;
}

/** The first fault of the leaf's issuer, then of that one's. */
async function pathFault(path: Certificate[], at: number): Promise<PathFault | null> {
  for (let below = 0; below + 1 < path.length; below++) {
    const child = path[below] as Certificate;
    const issuer = path[below + 1] as Certificate;
    const { authority, keyUsage, pathLength } = issuer;
    if (!authority || (keyUsage & KEY_CERT_SIGN) === 0 || below > (pathLength ?? below)) {
      return "certificate_not_ca";
    }
    if (expired(at)(issuer)) return "certificate_expired";
    if (!(await isSignedBy(child, issuer))) return "certificate_bad_signature";
  }
  return null;
}
