import { Malformed } from "./malformed.ts";

/** One DER element: its tag byte, its content, the whole of its bytes, and what it holds if constructed. */
export interface Der {
  tag: number;
  content: Uint8Array;
  whole: Uint8Array;
  children: Der[];
}

export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OID = 0x06;
export const UTF8_STRING = 0x0c;
export const PRINTABLE_STRING = 0x13;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
export const SET = 0x31;

const MAX_DEPTH = 16;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const malformed = (): never => {
  throw new Malformed("bad_der");
};

export function latin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

export function utf8Of(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return malformed();
  }
}

/** Milliseconds since 1970 of a UTCTime (1950-2049) or GeneralizedTime, to the second and in UTC. */
export function derTime(element: Der): number {
  const text = latin(element.content);
  const generalized = element.tag === GENERALIZED_TIME;
  const digits = generalized ? text : (text < "5" ? "20" : "19") + text;
  const found = /^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})Z$/.exec(digits);
  if (found === null) return malformed();
  const iso = `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}.000Z`;
  const time = Date.parse(iso);
  if (Number.isNaN(time) || new Date(time).toISOString() !== iso) malformed();
  return time;
}

function integer(content: Uint8Array): boolean {
  const [first, second] = content;
  if (first === undefined) return false;
  return (
    second === undefined || !((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
  );
}

function bitString(content: Uint8Array): boolean {
  const unused = content[0];
  if (unused === undefined || unused > 7) return false;
  if (content.length === 1) return unused === 0;
  return ((content[content.length - 1] as number) & ((1 << unused) - 1)) === 0;
}

function oid(content: Uint8Array): boolean {
  if (content.length === 0 || (content[content.length - 1] as number) >= 0x80) return false;
  return content.every((byte, i) => byte !== 0x80 || (i > 0 && (content[i - 1] as number) >= 0x80));
}

function primitive(element: Der): boolean {
  const { tag, content } = element;
  switch (tag) {
    case BOOLEAN:
      return content.length === 1 && (content[0] === 0 || content[0] === 0xff);
    case INTEGER:
    case 0x0a:
      return integer(content);
    case BIT_STRING:
      return bitString(content);
    case OCTET_STRING:
      return true;
    case 0x05:
      return content.length === 0;
    case OID:
      return oid(content);
    case UTF8_STRING:
      utf8Of(content);
      return true;
    case PRINTABLE_STRING:
      return /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(latin(content));
    case 0x16:
      return content.every((byte) => byte < 0x80);
    case UTC_TIME:
    case GENERALIZED_TIME:
      derTime(element);
      return true;
    default:
      return tag >= 0x80;
  }
}

function readAt(bytes: Uint8Array, at: number, depth: number): Der {
  const tag = bytes[at] ?? malformed();
  let length = bytes[at + 1] ?? malformed();
  let start = at + 2;
  // Universal and context-specific tags of one byte only.
  if ((tag & 0x1f) === 0x1f || (tag & 0x40) !== 0 || depth > MAX_DEPTH) malformed();
  if (length >= 0x80) {
    const size = length - 0x80;
    if (size < 1 || size > 3) malformed();
    length = 0;
    for (let i = 0; i < size; i++) length = length * 256 + (bytes[start++] ?? malformed());
    if (length < 0x80 || length < 256 ** (size - 1)) malformed();
  }
  const end = start + length;
  if (end > bytes.length) malformed();
  const content = bytes.subarray(start, end);
  const element: Der = { tag, content, whole: bytes.subarray(at, end), children: [] };
  if ((tag & 0x20) === 0) {
    if (!primitive(element)) malformed();
    return element;
  }
  if (tag !== SEQUENCE && tag !== SET && tag < 0x80) malformed();
  for (let i = 0; i < length; ) {
    const child = readAt(content, i, depth + 1);
    element.children.push(child);
    i += child.whole.length;
  }
  return element;
}

/** Reads bytes that are one DER element and everything in it; other than DER's one form is refused. */
export function readDer(bytes: Uint8Array): Der {
  const element = readAt(bytes, 0, 1);
  if (element.whole.length !== bytes.length) malformed();
  return element;
}
