import { fromHash, toBase64Url } from "./base64.ts";
import { concat, utf8 } from "./bytes.ts";
import { canonical, type JsonObject } from "./json.ts";
import { pointOf, thumbprint, verifyRaw } from "./p256.ts";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const SIGN = { name: "ECDSA", hash: "SHA-256" };

export interface NewKey {
  /** Not extractable: it can sign here and nowhere else. */
  key: CryptoKey;
  jwk: JsonObject;
  /** The RFC 7638 thumbprint, b64u. */
  kid: string;
  /** 65 bytes, uncompressed. */
  point: Uint8Array<ArrayBuffer>;
}

export const pointOfJwk = (jwk: JsonObject): Uint8Array<ArrayBuffer> =>
  pointOf(fromHash(jwk["x"] as string), fromHash(jwk["y"] as string));

/** A key that never leaves this browser. */
export async function newKey(): Promise<NewKey> {
  const pair = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const jwk = { crv, kty, x, y } as JsonObject;
  const point = pointOfJwk(jwk);
  return { key: pair.privateKey, jwk, kid: toBase64Url(thumbprint(point)), point };
}

/** r‖s over the message, b64u. */
export async function sign(key: CryptoKey, message: Uint8Array): Promise<string> {
  const bytes = message as Uint8Array<ArrayBuffer>;
  return toBase64Url(new Uint8Array(await crypto.subtle.sign(SIGN, key, bytes)));
}

/** A compact JWS over canonical JSON. */
export async function signJws(
  key: CryptoKey,
  header: JsonObject,
  payload: JsonObject,
): Promise<string> {
  const input = [header, payload].map((part) => toBase64Url(utf8(canonical(part)))).join(".");
  return `${input}.${await sign(key, utf8(input))}`;
}

/** What a new key signs to show that somebody holds it: the words, each ended by a NUL but the last. */
export const proof = (key: CryptoKey, ...words: string[]): Promise<string> =>
  sign(
    key,
    concat(
      ...words.flatMap((word, i) => (i === 0 ? [utf8(word)] : [Uint8Array.of(0), utf8(word)])),
    ),
  );

/** Section 5: for `device_enrolled`. */
export const enrolmentProof = (key: CryptoKey, consortium: string, gln: string): Promise<string> =>
  proof(key, "sanchi/enrolment/1", consortium, gln);

/** Whether a key signs what its public half verifies. */
export async function works(key: CryptoKey, point: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const message = crypto.getRandomValues(new Uint8Array(32));
  const signature = new Uint8Array(await crypto.subtle.sign(SIGN, key, message));
  return !key.extractable && (await verifyRaw(point, signature, message));
}
