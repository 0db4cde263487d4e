import { fromBase64, fromBase64Url, fromHash, toBase64Url } from "./base64.ts";
import { utf8 } from "./bytes.ts";
import {
  EVENT_LIMITS,
  hasMembers,
  isCount,
  isObject,
  type JsonObject,
  readCanonical,
} from "./json.ts";
import { Malformed, orNull } from "./malformed.ts";
import { sha256 } from "./sha256.ts";

/** A compact JWS of section 2: form checked, signature not. */
export interface Jws {
  typ: "sanchi-epcis" | "sanchi-admin";
  kid: string;
  seq: number;
  /** The signer's certificate in DER; null for a device's key. */
  x5c: Uint8Array | null;
  payload: JsonObject;
  /** The canonical text of the payload. */
  payloadText: string;
  signed: Uint8Array<ArrayBuffer>;
  /** r‖s */
  signature: Uint8Array;
  /** SHA-256 of what is signed, b64u. */
  id: string;
}

const MAX_BYTES = 64 << 10;

/** The id of an event, b64u: the SHA-256 of what is signed. A text that is none has one too. */
export function idOf(compact: string): string {
  const dot = compact.lastIndexOf(".");
  return toBase64Url(sha256(utf8(dot < 0 ? compact : compact.slice(0, dot))));
}

/** Reads a compact JWS; who knows its id already spares the work. */
export function readJws(text: string, id = idOf(text)): Jws {
  const split = text.length > MAX_BYTES ? [] : text.split(".");
  const parts = split.map((part) => orNull(() => fromBase64Url(part)));
  const [header, payload, signature, ...more] = parts;
  if (!header || !payload || signature?.length !== 64 || more.length > 0) {
    throw new Malformed("jws_malformed");
  }
  const read = orNull(() => readHeader(header));
  if (read === null) throw new Malformed("jws_bad_header");
  const object = readCanonical(payload, EVENT_LIMITS);
  if (!isObject(object)) throw new Malformed("jws_malformed");
  const signed = utf8(text.slice(0, text.lastIndexOf("."))) as Uint8Array<ArrayBuffer>;
  return {
    ...read,
    payload: object,
    payloadText: split[1] as string,
    signed,
    signature,
    id,
  };
}

function readHeader(bytes: Uint8Array): Pick<Jws, "typ" | "kid" | "seq" | "x5c"> {
  const header = readCanonical(bytes, { bytes: MAX_BYTES, depth: 16 });
  if (!isObject(header) || !hasMembers(header, "alg", "kid", "seq", "typ", "x5c?")) {
    throw new Malformed("jws_bad_header");
  }
  const { alg, kid, seq, typ, x5c } = header;
  const known = typ === "sanchi-epcis" || typ === "sanchi-admin";
  if (alg !== "ES256" || typeof kid !== "string" || !isCount(seq) || !known) {
    throw new Malformed("jws_bad_header");
  }
  fromHash(kid);
  if (x5c === undefined) return { typ, kid, seq, x5c: null };
  const [certificate, ...more] = Array.isArray(x5c) ? x5c : [];
  if (
    typ !== "sanchi-admin" ||
    typeof certificate !== "string" ||
    certificate === "" ||
    more.length > 0
  ) {
    throw new Malformed("jws_bad_header");
  }
  return { typ, kid, seq, x5c: fromBase64(certificate) };
}
