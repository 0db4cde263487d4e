import { fromBase64Url, toBase64Url } from "@shared/base64.ts";
import { utf8 } from "@shared/bytes.ts";
import { isCount, isObject, readCanonical } from "@shared/json.ts";
import { Malformed } from "@shared/malformed.ts";
import { thumbprint, verifyRaw } from "@shared/p256.ts";

/** The server's promise: what it has stored, and until when it is on the ledger. */
export interface Receipt {
  accepted: string[];
  /** ms since 1970 */
  commitBy: number;
}

const LIMITS = { bytes: 1 << 20, depth: 4 };

/** Null for whatever is not a receipt of this server's key for this consortium. */
export async function readReceipt(
  compact: string,
  serverPoint: Uint8Array<ArrayBuffer>,
  consortium: string,
): Promise<Receipt | null> {
  try {
    const [header, payload, signature, ...more] = compact.split(".") as [string, string, string];
    const head = readCanonical(fromBase64Url(header), LIMITS);
    const body = readCanonical(fromBase64Url(payload), LIMITS);
    const kid = toBase64Url(thumbprint(serverPoint));
    if (!isObject(head) || !isObject(body) || more.length > 0) return null;
    if (head["alg"] !== "ES256" || head["kid"] !== kid || head["typ"] !== "sanchi-receipt") {
      return null;
    }
    const signed = utf8(`${header}.${payload}`) as Uint8Array<ArrayBuffer>;
    if (!(await verifyRaw(serverPoint, fromBase64Url(signature), signed))) return null;
    const { accepted, commitBy } = body;
    if (body["consortium"] !== consortium || !isCount(commitBy)) return null;
    return Array.isArray(accepted) ? { accepted: accepted.map(String), commitBy } : null;
  } catch (error) {
    if (error instanceof Malformed || error instanceof TypeError) return null;
    throw error;
  }
}
