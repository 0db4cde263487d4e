import { fromHash, toBase64Url } from "@shared/base64.ts";
import { concat, utf8 } from "@shared/bytes.ts";
import { canonical, type JsonObject } from "@shared/json.ts";
import { pointOf, thumbprint, verifyRaw } from "@shared/p256.ts";
import { store } from "./store.ts";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const SIGN = { name: "ECDSA", hash: "SHA-256" };

export interface NewKey {
  key: CryptoKey;
  jwk: JsonObject;
  kid: string;
  point: Uint8Array<ArrayBuffer>;
}

/** r‖s over the text, b64u. */
export async function sign(key: CryptoKey, message: Uint8Array<ArrayBuffer>): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.sign(SIGN, key, message)));
}

/** A compact JWS over canonical JSON. */
export async function signJws(
  key: CryptoKey,
  header: JsonObject,
  payload: JsonObject,
): Promise<string> {
  const input = [header, payload].map((part) => toBase64Url(utf8(canonical(part)))).join(".");
  return `${input}.${await sign(key, utf8(input) as Uint8Array<ArrayBuffer>)}`;
}

export const pointOfJwk = (jwk: JsonObject): Uint8Array<ArrayBuffer> =>
  pointOf(fromHash(jwk["x"] as string), fromHash(jwk["y"] as string));

/** A key that never leaves this phone. */
export async function newKey(): Promise<NewKey> {
  const pair = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
  const { crv, kty, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const jwk = { crv, kty, x, y } as JsonObject;
  const point = pointOfJwk(jwk);
  return { key: pair.privateKey, jwk, kid: toBase64Url(thumbprint(point)), point };
}

/** What a new key signs to be enrolled: section 5 of the wire format. */
export const proofOf = (key: CryptoKey, consortium: string, gln: string): Promise<string> =>
  sign(
    key,
    concat(
      utf8("sanchi/enrolment/1"),
      Uint8Array.of(0),
      utf8(consortium),
      Uint8Array.of(0),
      utf8(gln),
    ),
  );

/**
 * Whether this phone can keep a key and use it after it was put away; some can't store one, and
 * would lose every record. False with nothing left behind.
 */
export async function canKeepKeys(): Promise<boolean> {
  try {
    const database = await store();
    const made = await newKey();
    await database.put("setting", made.key, "self-test");
    const kept = (await database.get("setting", "self-test")) as CryptoKey;
    await database.delete("setting", "self-test");
    const message = crypto.getRandomValues(new Uint8Array(32));
    const signature = new Uint8Array(await crypto.subtle.sign(SIGN, kept, message));
    return !kept.extractable && (await verifyRaw(made.point, signature, message));
  } catch {
    return false;
  }
}
