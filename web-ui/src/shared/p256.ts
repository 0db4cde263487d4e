import { toBase64Url } from "./base64.ts";
import { concat, hex, utf8 } from "./bytes.ts";
import { INTEGER, readDer, SEQUENCE } from "./der.ts";
import { Malformed } from "./malformed.ts";
import { sha256 } from "./sha256.ts";

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

const number = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes) || "0"}`);

const bytesOf = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(248 - 8 * i)) & 0xffn));
const ORDER = bytesOf(N);
const HALF = bytesOf(N / 2n);

/** Negative, zero or positive, as numbers of 32 bytes each: a page checks hundreds of signatures. */
function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < 32; i++) {
    const order = (a[i] as number) - (b[i] as number);
    if (order !== 0) return order;
  }
  return 0;
}

/** Of 32 bytes: whether they are a number from 1 to n-1. */
const inRange = (bytes: Uint8Array): boolean =>
  compare(bytes, ORDER) < 0 && bytes.some((byte) => byte !== 0);

/** Refuses anything but 0x04 and the two coordinates of a point on the curve. */
export function checkPoint(point: Uint8Array): void {
  const x = number(point.subarray(1, 33));
  const y = number(point.subarray(33));
  const onCurve = x < P && y < P && (y * y - x * x * x + 3n * x - B) % P === 0n;
  if (point.length !== 65 || point[0] !== 4 || !onCurve) throw new Malformed("bad_key");
}

export const pointOf = (x: Uint8Array, y: Uint8Array): Uint8Array<ArrayBuffer> =>
  concat(Uint8Array.of(4), x, y);

/** The RFC 7638 thumbprint of the key. */
export function thumbprint(point: Uint8Array): Uint8Array<ArrayBuffer> {
  checkPoint(point);
  const x = toBase64Url(point.subarray(1, 33));
  const y = toBase64Url(point.subarray(33));
  return sha256(utf8(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`));
}

/** r and s in 32 bytes each, of a signature in strict DER. */
export function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts = readDer(der);
  const [r, s] = parts.children;
  if (parts.tag !== SEQUENCE || parts.children.length !== 2 || !r || !s) {
    throw new Malformed("bad_signature");
  }
  const raw = new Uint8Array(64);
  for (const [element, end] of [
    [r, 32],
    [s, 64],
  ] as const) {
    if (element.tag !== INTEGER || (element.content[0] as number) >= 0x80) {
      throw new Malformed("bad_signature");
    }
    const digits = element.content[0] === 0 ? element.content.subarray(1) : element.content;
    if (digits.length > 32) throw new Malformed("bad_signature");
    raw.set(digits, end - digits.length);
    if (!inRange(raw.subarray(end - 32, end))) throw new Malformed("bad_signature");
  }
  return raw;
}

/** Whether s is at most n/2: the one of the two equivalent forms that an endorsement must have. */
export const isLowS = (raw: Uint8Array): boolean => compare(raw.subarray(32), HALF) <= 0;

const keys = new Map<string, Promise<CryptoKey>>();
const MAX_KEYS = 1000;

function importKey(point: Uint8Array): Promise<CryptoKey> {
  const name = hex(point);
  let key = keys.get(name);
  if (key === undefined) {
    if (keys.size >= MAX_KEYS) keys.clear();
    key = crypto.subtle.importKey("raw", point.slice(), ALGORITHM, true, ["verify"]);
    keys.set(name, key);
  }
  return key;
}

/** Whether the 64 bytes r‖s are a signature of the message by the key, a point on the curve. */
export async function verifyRaw(
  point: Uint8Array,
  raw: Uint8Array,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (raw.length !== 64) return false;
  if (!inRange(raw.subarray(0, 32)) || !inRange(raw.subarray(32))) return false;
  return crypto.subtle.verify(ALGORITHM, await importKey(point), raw.slice(), message);
}
