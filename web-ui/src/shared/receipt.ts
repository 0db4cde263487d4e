import { fromBase64Url, toBase64Url } from "./base64.ts";
import { utf8 } from "./bytes.ts";
import { canonical, isObject, type JsonObject, readCanonical } from "./json.ts";
import { Malformed } from "./malformed.ts";
import { thumbprint, verifyRaw } from "./p256.ts";

const LIMITS = { bytes: 128 << 10, depth: 4 };

export interface Receipt {
  accepted: string[];
  /** ms since 1970. */
  commitBy: number;
}

/**
 * The server's signed promise (section 13). Throws unless its key signed it, for this consortium, for
 * all of these events.
 */
export async function readReceipt(
  compact: string,
  serverPoint: Uint8Array<ArrayBuffer>,
  consortium: string,
  ids: string[],
): Promise<Receipt> {
  const [header, payload, signature, ...more] = compact.split(".");
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    throw new Malformed("jws_malformed");
  }
  const kid = toBase64Url(thumbprint(serverPoint));
  const expected = canonical({ alg: "ES256", kid, typ: "sanchi-receipt" });
  if (header !== toBase64Url(utf8(expected))) throw new Malformed("jws_bad_header");
  const signed = utf8(`${header}.${payload}`) as Uint8Array<ArrayBuffer>;
  if (!(await verifyRaw(serverPoint, fromBase64Url(signature), signed))) {
    throw new Malformed("bad_signature");
  }
  const promise = readCanonical(fromBase64Url(payload), LIMITS);
  if (!isObject(promise) || promise["consortium"] !== consortium) {
    throw new Malformed("wrong_consortium");
  }
  const { accepted, commitBy } = promise as JsonObject;
  if (!Array.isArray(accepted) || typeof commitBy !== "number") {
    throw new Malformed("json_wrong_member");
  }
  if (!ids.every((id) => accepted.includes(id))) throw new Malformed("event_unknown");
  return { accepted: accepted as string[], commitBy };
}
